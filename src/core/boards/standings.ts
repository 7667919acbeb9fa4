import { type RawBuilder, sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { plannedOnce, prepared } from '../../db/prepared.js'
import { aboveByXp } from './above.js'
import { isListed } from './listed.js'
import { PERIOD_SUM, TOTAL_COLUMN, type TopBoard, type TopPeriod } from './tops.js'

/** A board of one metric and period; `from` is the first community day of the period, null for all time. */
export type BoardChoice = { board: TopBoard; period: TopPeriod; from: string | null }

export type BoardState = {
  /** Listed members with more than nothing. */
  members: number
  /** When it was counted; null: not yet in this period. */
  countedAt: Date | null
}

export type Standing = {
  accountId: number
  /** As of this moment. */
  value: number
  /** 1 + how many listed members had more when the board was counted last; null without a value or while not listed. */
  place: number | null
  listed: boolean
}

/** How large a board is and when it was counted. A count of a period that has ended since is none. */
export async function readBoardState(
  reader: Reader,
  { board, period, from }: BoardChoice,
): Promise<BoardState> {
  if (isLive(board, period)) {
    const state = await reader
      .selectFrom('ttfd.board_state')
      .select(['accounts', 'built_at'])
      .executeTakeFirst()
    return { members: state?.accounts ?? 0, countedAt: state?.built_at ?? null }
  }
  const row = await reader
    .selectFrom('ttfd.board_counts')
    .select(['members', 'counted_at'])
    .where('board', '=', board)
    .where('period', '=', period)
    .where('from_day', 'is not distinct from', from)
    .executeTakeFirst()
  return { members: row?.members ?? 0, countedAt: row?.counted_at ?? null }
}

/**
 * Where living accounts stand on a board: value and place of each, in the order of `accountIds`; ids that nobody has are
 * left out. A few index look-ups an account, however many members there are.
 */
export async function readStandings(
  reader: Reader,
  { board, period, from }: BoardChoice,
  accountIds: readonly number[],
): Promise<Standing[]> {
  if (accountIds.length === 0) return []
  const { rows } = await sql<{ id: number; value: number; above: number | null; listed: boolean }>`
    ${prepared()}select asked.id, stood.value, ${isListed(sql`asked.id`)} as listed,
      ${isLive(board, period) ? aboveByXp(sql`stood.value`) : above(board, period, from, sql`stood.value`)} as above
    from unnest(${plannedOnce(accountIds)}::bigint[]) with ordinality as asked (id, n)
      cross join lateral (${from === null ? total(board) : inPeriod(board, from)}) stood
    where asked.id is not null
    order by asked.n`.execute(reader)
  return rows.map(({ id, value, above, listed }) => ({
    accountId: id,
    value,
    listed,
    place: listed && value > 0 && above !== null ? above + 1 : null,
  }))
}

/** XP of all time has steps of its own, counted more often. */
export function isLive(board: TopBoard, period: TopPeriod): boolean {
  return board === 'xp' && period === 'all'
}

function total(board: TopBoard): RawBuilder<unknown> {
  return sql`select ${TOTAL_COLUMN[board]} as value from unified_users u where u.id = asked.id`
}

/** The account's daily sums and those of all that were merged into it. `offset 0` keeps to one look-up each. */
function inPeriod(board: TopBoard, from: string): RawBuilder<unknown> {
  return sql`
    with recursive family (id) as (
      select u.id from unified_users u where u.id = asked.id
      union select a.id from family f
        cross join lateral (select id from ttfd.accounts where merged_into = f.id offset 0) a
    )
    select coalesce(sum(days.value), 0)::bigint as value
    from family f cross join lateral (
      select ${PERIOD_SUM[board]} as value from ttfd.day_sums(f.id) r
      where r.day >= ${from}::date offset 0
    ) days
    having count(*) > 0`
}

function above(
  board: TopBoard,
  period: TopPeriod,
  from: string | null,
  value: RawBuilder<unknown>,
): RawBuilder<unknown> {
  // Counted for a period that has ended since: nothing is known of this one.
  return sql`(
    select coalesce(
      (select s.above from ttfd.board_top_steps s
        where s.board = c.board and s.period = c.period and s.value <= ${value} order by s.value desc limit 1),
      c.members)
    from ttfd.board_counts c
    where c.board = ${board} and c.period = ${period} and c.from_day is not distinct from ${from}::date)`
}
