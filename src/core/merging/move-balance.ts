import { runnerOf, type Tx } from '../../db/connect.js'
import type { EventSource } from '../events/event-types.js'
import { applyAwards } from '../progression/apply-awards.js'
import type { Award } from '../progression/award.js'
import type { Rules } from '../progression/rules.js'

/** What one event of a pair changed. */
export type MovedDeltas = { xp: number; coins: number }

/**
 * Moves a balance between two locked accounts by a pair of events through the one door, silently: ranks follow the XP,
 * nothing is paid for them. What one loses the other gets.
 */
export async function moveBalance(
  tx: Tx,
  move: {
    event: 'accounts_merged' | 'merge_undone'
    key: string
    from: number
    into: number
    xp: number
    coins: number
    source: EventSource
    /** Facts for the statement, on either event. */
    data: { out: Record<string, unknown>; in: Record<string, unknown> }
  },
  { now, rules, newId }: { now: Date; rules: Rules; newId: () => string },
): Promise<{ out: MovedDeltas; in: MovedDeltas }> {
  const grant = (way: 'in' | 'out'): Award => {
    const sign = way === 'in' ? 1 : -1
    return {
      key: `${move.key}:${way}`,
      who: { accountId: way === 'in' ? move.into : move.from },
      occurredAt: now,
      source: move.source,
      act: {
        type: 'grant',
        event: move.event,
        // No negative zero: it would be another number in JSON and in a comparison.
        xp: move.xp === 0 ? 0 : sign * move.xp,
        coins: move.coins === 0 ? 0 : sign * move.coins,
        data: move.data[way],
        silent: true,
      },
    }
  }
  const applied = await applyAwards(runnerOf(tx), [grant('out'), grant('in')], { rules, newId })
  const [out, into] = applied.map((outcome) => {
    if (outcome instanceof Error) throw outcome
    if (outcome.status !== 'recorded') throw new Error(`a transfer of ${move.key} was ${outcome.status}`)
    return { xp: outcome.xp, coins: outcome.coins }
  })
  if (!out || !into) throw new Error('a transfer has two sides')
  return { out, in: into }
}
