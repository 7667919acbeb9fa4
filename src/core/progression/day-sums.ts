import { type RawBuilder, sql } from 'kysely'
import { int8Array, textArray } from '../../db/binary-arrays.js'
import type { Database, Tx } from '../../db/connect.js'
import type { Statement } from '../../db/statement.js'
import type { NewEvent } from '../events/event-types.js'

/**
 * What each account earned per community day, place of origin and kind. Awards write what they add as one row of
 * `ttfd.rollup_deltas` per kind, with an element for each account; `foldDaySums` adds those to `ttfd.daily_rollups`
 * within seconds. A sum that a busy member's every act would change is so written once in a while. The SQL function
 * `ttfd.day_sums(account)` reads both, `daySumsOfAll` those of everybody.
 */

type Kind = {
  day: string
  source: string
  type: string
  sums: Map<number, [xp: number, coins: number, events: number]>
}

/** Adds to the daily sums. `days` holds the community day of each event. Null when nothing counts. */
export function addToDaySums(events: readonly NewEvent[], days: readonly string[]): Statement | null {
  const kinds = new Map<string, Kind>()
  let kind: Kind | undefined
  events.forEach((event, index) => {
    // A message where nothing counts is no message on any board, a game that was refused no game.
    if (event.data.reason === 'place') return
    if (event.type === 'game_played' && event.data.won === undefined) return
    const day = days[index] ?? ''
    // Most are of the same kind as the one before.
    if (!kind || kind.type !== event.type || kind.day !== day || kind.source !== event.source) {
      const key = `${day}${event.type}|${event.source}`
      kind = kinds.get(key) ?? { day, source: event.source, type: event.type, sums: new Map() }
      kinds.set(key, kind)
    }
    const sum = kind.sums.get(event.userId)
    if (sum) {
      sum[0] += event.xpDelta
      sum[1] += event.coinsDelta
      sum[2] += 1
    } else kind.sums.set(event.userId, [event.xpDelta, event.coinsDelta, 1])
  })
  if (kinds.size === 0) return null
  const rows = [...kinds.values()]
  const sums = rows.flatMap((kind) => [...kind.sums.values()])
  let last = 0
  const lasts = rows.map((kind) => {
    last += kind.sums.size
    return last
  })
  const part = (parameter: string) => `(${parameter}::bigint[])[v.first:v.last]`
  return {
    name: 'add_to_day_sums',
    text: `insert into ttfd.rollup_deltas (day, source_platform, event_type, account_ids, xp, coins, events)
      select v.day::date, v.source, v.type, ${part('$6')}, ${part('$7')}, ${part('$8')}, ${part('$9')}
      from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[]) as v (day, source, type, first, last)`,
    values: [
      textArray(rows.map((kind) => kind.day)),
      textArray(rows.map((kind) => kind.source)),
      textArray(rows.map((kind) => kind.type)),
      int8Array(lasts.map((_, index) => (lasts[index - 1] ?? 0) + 1)),
      int8Array(lasts),
      int8Array(rows.flatMap((kind) => [...kind.sums.keys()])),
      int8Array(sums.map(([xp]) => xp)),
      int8Array(sums.map(([, coins]) => coins)),
      int8Array(sums.map(([, , count]) => count)),
    ],
  }
}

/** The daily sums of all accounts since a day as of now, to select from: what is folded and what is not yet. */
export function daySumsOfAll(from: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select account_id, day, source_platform, event_type, xp, coins, events from ttfd.daily_rollups where day >= ${from}
    union all
    select v.account_id, d.day, d.source_platform, d.event_type, v.xp, v.coins, v.events
    from ttfd.rollup_deltas d
      cross join lateral unnest(d.account_ids, d.xp, d.coins, d.events) as v (account_id, xp, coins, events)
    where d.day >= ${from})`
}

/**
 * Folds everything that was committed so far. One at a time, over all processes. Whoever is about to move whole days
 * calls it first, in the same transaction and after locking the accounts that he moves.
 */
export async function foldDaySums(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('ttfd.fold_day_sums'))`.execute(tx)
  // Begun after the lock: what the previous fold took is gone from sight.
  await sql`
    with taken as (delete from ttfd.rollup_deltas returning *),
    -- The four lists are equally long. Unrolled side by side they cost a third of what a join of functions costs.
    added as (
      select unnest(account_ids) as account_id, day, source_platform, event_type,
        unnest(xp) as xp, unnest(coins) as coins, unnest(events) as events from taken
    )
    insert into ttfd.daily_rollups as r (account_id, day, source_platform, event_type, xp, coins, events)
    select account_id, day, source_platform, event_type, sum(xp), sum(coins), sum(events)
    from added group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (account_id, day, source_platform, event_type)
      do update set xp = r.xp + excluded.xp, coins = r.coins + excluded.coins, events = r.events + excluded.events`.execute(
    tx,
  )
}

/** The leader's duty: folds, and hands the room of what was folded back, since readers walk over it. */
export async function foldDaySumsDuty(db: Database): Promise<void> {
  const { rows } = await sql`select from ttfd.rollup_deltas limit 1`.execute(db.kysely)
  if (rows.length === 0) return
  await db.transaction(foldDaySums)
  await sql`vacuum ttfd.rollup_deltas`.execute(db.kysely)
}
