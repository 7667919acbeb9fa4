import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import type { Rules } from '../progression/rules.js'
import { figuresOf, PAY_FIGURES, withFigures } from './pay-figures.js'
import { type PaidEvent, replayPay } from './replay-pay.js'

/** Events that are replayed at most; a second's work. */
const EVENTS_MAX = 20_000
const DAYS = 7
const TYPES = ['message_sent', 'voice_time', 'daily_claimed', 'game_played', 'xp_change']

/** What other figures would have done to the last days. */
export type PaySimulation = {
  /** Events that were looked at, and the first of them. */
  events: number
  since: Date | null
  /** Those that would pay otherwise, and whose they are. */
  changed: number
  members: number
  /** Sums over all of them, by the rules now and by the others. */
  xp: { before: number; after: number }
  coins: { before: number; after: number }
  byType: { type: string; changed: number; before: number; after: number }[]
}

/** Replays the newest 20,000 paying events of the last 7 days under both rules, and changes nothing. */
export async function simulatePay(reader: Reader, now: Rules, then: Rules): Promise<PaySimulation> {
  const { rows } = await sql<PaidEvent>`
    select e.user_id as "accountId", e.event_type as type, e.source_platform as source, e.xp_delta as xp,
      e.coins_delta as coins, e.created_at as at, e.data
    from (select * from cross_platform_events order by seq desc limit ${EVENTS_MAX}) e
    where e.created_at > now() - ${DAYS} * interval '1 day' and e.event_type = any(${TYPES}::text[])
    order by e.created_at, e.seq`.execute(reader)
  const [before, after] = [replayPay(rows, now), replayPay(rows, then)]
  const simulation: PaySimulation = {
    events: rows.length,
    since: rows[0]?.at ?? null,
    changed: 0,
    members: 0,
    xp: { before: 0, after: 0 },
    coins: { before: 0, after: 0 },
    byType: TYPES.map((type) => ({ type, changed: 0, before: 0, after: 0 })),
  }
  const members = new Set<number>()
  for (const [at, { accountId, type }] of rows.entries()) {
    const [was, becomes] = [before[at], after[at]]
    const kind = simulation.byType.find((one) => one.type === type)
    if (!was || !becomes || !kind) continue
    simulation.xp.before += was.xp
    simulation.xp.after += becomes.xp
    simulation.coins.before += was.coins
    simulation.coins.after += becomes.coins
    kind.before += was.xp
    kind.after += becomes.xp
    if (was.xp === becomes.xp && was.coins === becomes.coins) continue
    simulation.changed += 1
    kind.changed += 1
    members.add(accountId)
  }
  simulation.members = members.size
  return simulation
}

type SavePay = { status: 'saved' } | { status: 'rules_changed' } | { status: 'bad_figures' }

const KEY = 'rules'
const GROUPS = ['messages', 'voice', 'daily', 'welcome_xp', 'hourly', 'api', 'games'] as const

/**
 * Sets the figures that acts pay by from now on; what was paid stays. `rules` are those of the database now (loadRules):
 * somebody who changed them since `before` was read is not overwritten. Programs that run take them within half a minute.
 */
export async function savePay(
  db: Database,
  { before, after, actor }: { before: readonly number[]; after: readonly number[]; actor: string },
  load: (reader: Reader) => Promise<Rules>,
): Promise<SavePay> {
  return db.transaction(async (tx) => {
    // Two admins at once: the second waits here and then sees what the first did.
    await sql`lock table ttfd.settings in share row exclusive mode`.execute(tx)
    const rules = await load(tx)
    const next = withFigures(rules, after)
    if (!next) return { status: 'bad_figures' }
    const held = figuresOf(rules)
    if (held.some((value, at) => value !== before[at])) return { status: 'rules_changed' }
    const stored = JSON.stringify(Object.fromEntries(GROUPS.map((group) => [group, next[group]])))
    await sql`insert into ttfd.settings (key, value) values (${KEY}, ${stored}::jsonb)
      on conflict (key) do update set value = ttfd.settings.value || excluded.value, updated_at = now()`.execute(
      tx,
    )
    const changed = PAY_FIGURES.flatMap(({ name }, at) =>
      held[at] === after[at] ? [] : [[name, [held[at], after[at]]] as const],
    )
    await writeAudit(tx, {
      actor,
      act: 'pay_set',
      accountId: null,
      detail: Object.fromEntries(changed),
    })
    return { status: 'saved' }
  })
}
