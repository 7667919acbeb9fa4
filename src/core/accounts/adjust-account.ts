import { type Database, runnerOf } from '../../db/connect.js'
import { applyAwards } from '../progression/apply-awards.js'
import type { Recorded, RefusalReason } from '../progression/award.js'
import type { Rules } from '../progression/rules.js'

/** The most that one adjustment changes, in XP and in coins. */
export const ADJUST_MAX = 1_000_000

export type AdjustAccount =
  | { status: 'adjusted'; after: Recorded }
  | { status: 'refused'; reason: RefusalReason; until?: Date }

/**
 * Changes a balance by the decision of somebody with the right to do so: one `adjusted` event, never below 0, at most
 * 1,000,000 each way, never without a reason; written into the audit log in the same transaction. Adding XP pays the
 * ranks that it crosses, as any other XP does.
 */
export async function adjustAccount(
  db: Database,
  adjustment: {
    accountId: number
    xp: number
    coins: number
    reason: string
    /** Who did it, for the log: `cli:<user>`, `telegram:<id>`. */
    actor: string
    /** It is the actor's own account. */
    own?: boolean
  },
  { now, rules, newId }: { now: Date; rules: Rules; newId: () => string },
): Promise<AdjustAccount> {
  const { accountId, xp, coins, reason, actor, own = false } = adjustment
  const isAmount = (value: number) => Number.isInteger(value) && Math.abs(value) <= ADJUST_MAX
  if (!isAmount(xp) || !isAmount(coins))
    throw new RangeError(`an adjustment is a whole number up to ${ADJUST_MAX}`)
  if (reason.trim() === '') throw new RangeError('an adjustment needs a reason')
  return db.transaction(async (tx) => {
    const [outcome] = await applyAwards(
      runnerOf(tx),
      [
        {
          key: `adjust:${newId()}`,
          who: { accountId },
          occurredAt: now,
          source: 'system',
          act: {
            type: 'grant',
            event: 'adjusted',
            xp,
            coins,
            data: { why: reason, by: actor, ...(own ? { own: true } : {}) },
            silent: false,
          },
        },
      ],
      { rules, newId },
    )
    if (!outcome || outcome instanceof Error) throw outcome ?? new Error('an adjustment has no outcome')
    if (outcome.status === 'duplicate') throw new Error('an adjustment met its own key')
    if (outcome.status === 'refused') {
      return { status: 'refused', reason: outcome.reason, ...(outcome.next && { until: outcome.next }) }
    }
    await tx
      .insertInto('ttfd.audit_log')
      .values({
        actor,
        act: 'account_adjust',
        account_id: outcome.accountId,
        detail: JSON.stringify({ xp, coins, reason, ...(own ? { own: true } : {}) }),
      })
      .execute()
    return { status: 'adjusted', after: outcome }
  })
}
