import { type RawBuilder, sql } from 'kysely'
import type { Database, Tx } from '../../db/connect.js'
import { CHANGED_CHANNEL } from '../progression/award-statements.js'
import { daySumsOfAll } from '../progression/day-sums.js'
import { isListed } from './listed.js'
import {
  PERIOD_SUM,
  periodStart,
  TOP_BOARDS,
  TOP_PERIODS,
  TOPS_KEPT,
  TOTAL_COLUMN,
  type TopBoard,
  type TopPeriod,
} from './tops.js'

/** Values kept as steps beyond the first thousand: a place is off by at most one in two thousand members there. */
const STEPS_BEYOND = 2_000

/**
 * Counts all boards but the live one (XP of all time) anew; returns how long it took. Made for the duty: a scan of the
 * members for each board of all time and one of the daily sums for each period; whoever reads afterwards pays for a
 * few rows. Writes only what differs. Listeners of boards are told by an announcement without ids.
 */
export async function rebuildTops(
  db: Database,
  { now, timeZone, clock }: { now: Date; timeZone: string; clock: () => number },
): Promise<{ ms: number }> {
  const began = clock()
  for (const period of TOP_PERIODS) {
    const from = periodStart(period, now, timeZone)
    if (from === null) {
      for (const board of TOP_BOARDS) {
        if (board !== 'xp') await db.transaction((tx) => countBoard(tx, board, period, null, totals(board)))
      }
    } else {
      await db.transaction(async (tx) => {
        await sumPeriod(tx, from)
        for (const board of TOP_BOARDS) await countBoard(tx, board, period, from, periodValues(board))
      })
    }
  }
  await sql`select pg_notify(${CHANGED_CHANNEL}, '')`.execute(db.kysely)
  return { ms: Math.round(clock() - began) }
}

function totals(board: TopBoard): RawBuilder<unknown> {
  return sql`select u.id as account_id, ${TOTAL_COLUMN[board]} as value from unified_users u
    where ${TOTAL_COLUMN[board]} > 0 and ${isListed(sql`u.id`)}`
}

function periodValues(board: TopBoard): RawBuilder<unknown> {
  return sql`select p.account_id, ${sql.ref(`p.${board}`)} as value from board_period p where ${sql.ref(`p.${board}`)} > 0`
}

/** The five values of every listed member who did anything in the period, at hand for this transaction. */
async function sumPeriod(tx: Tx, from: string): Promise<void> {
  const sums = sql.join(TOP_BOARDS.map((board) => sql`${PERIOD_SUM[board]} as ${sql.ref(board)}`))
  // What somebody earned before his account was merged counts for the account that it is now.
  await sql`
    create temporary table board_period on commit drop as
    select s.* from (
      select u.id as account_id, ${sums}
      from ${daySumsOfAll(sql`${sql.lit(from)}::date`)} r
        join ttfd.accounts a on a.id = r.account_id
        join unified_users u on u.id = case when a.merged_into is null then a.id else ttfd.living_account(a.id) end
      group by u.id
    ) s where ${isListed(sql`s.account_id`)}`.execute(tx)
}

/** Writes one board's leaders, steps and count from `values` (account_id, value above 0). */
async function countBoard(
  tx: Tx,
  board: TopBoard,
  period: TopPeriod,
  from: string | null,
  values: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    with counted as materialized (${values}),
    best as (
      select account_id, value, rank() over (order by value desc) as place from (
        select account_id, value from counted order by value desc, account_id limit ${TOPS_KEPT}
      ) leaders
    ),
    steps as (
      select value, above from (
        select value, above, row_number() over (order by value desc) as n, count(*) over () as steps from (
          select value, (sum(count(*)) over (order by value desc) - count(*))::bigint as above
          from counted group by value
        ) every_value
      ) numbered
      where n <= 1000 or n % (steps / ${STEPS_BEYOND}::bigint + 1) = 0 or n = steps
    ),
    tops_gone as (
      delete from ttfd.board_tops t where t.board = ${board} and t.period = ${period}
        and not exists (select from best b where b.account_id = t.account_id)
    ),
    tops_put as (
      insert into ttfd.board_tops as t (board, period, account_id, value, place)
      select ${board}::text, ${period}::text, account_id, value, place from best
      on conflict (board, period, account_id) do update set value = excluded.value, place = excluded.place
        where (t.value, t.place) is distinct from (excluded.value, excluded.place)
    ),
    steps_gone as (
      delete from ttfd.board_top_steps t where t.board = ${board} and t.period = ${period}
        and not exists (select from steps s where s.value = t.value)
    ),
    steps_put as (
      insert into ttfd.board_top_steps as t (board, period, value, above)
      select ${board}::text, ${period}::text, value, above from steps
      on conflict (board, period, value) do update set above = excluded.above where t.above <> excluded.above
    )
    insert into ttfd.board_counts (board, period, from_day, members, counted_at)
    select ${board}::text, ${period}::text, ${from}::date, count(*), now() from counted
    on conflict (board, period) do update
      set from_day = excluded.from_day, members = excluded.members, counted_at = excluded.counted_at`.execute(
    tx,
  )
}
