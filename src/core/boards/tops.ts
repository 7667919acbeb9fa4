import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import { addDays, communityDay } from '../progression/community-day.js'

export const TOP_BOARDS = ['xp', 'coins', 'voice', 'messages'] as const
export type TopBoard = (typeof TOP_BOARDS)[number]
export const TOP_PERIODS = ['all', 'day', 'week', 'month'] as const
export type TopPeriod = (typeof TOP_PERIODS)[number]

export type TopEntry = {
  accountId: number
  place: number
  displayName: string
  /** False: known from messages alone, listed under no name. */
  named: boolean
  /** XP, coins, seconds in voice, or messages. */
  value: number
  rankId: number
}

/** Entries kept of each board and period. Private accounts are hidden when it is read. */
const KEPT = 200

const TOTAL: Record<TopBoard, string> = {
  xp: 'xp',
  coins: 'coins',
  voice: 'total_voice_time',
  messages: 'messages_sent',
}

const IN_PERIOD = {
  // What came from an import, a merge or its undoing was not earned in the period.
  xp: sql`sum(r.xp) filter (where event_type not in ('imported', 'accounts_merged', 'merge_undone'))`,
  coins: sql`sum(r.coins) filter (where event_type not in ('imported', 'accounts_merged', 'merge_undone'))`,
  voice: sql`sum(events) filter (where event_type = 'voice_time') * 60`,
  messages: sql`sum(events) filter (where event_type = 'message_sent')`,
}

/** A page of one board as it was counted last, best first, private accounts left out; `total` is how many it holds. */
export async function readTop(
  reader: Reader,
  board: TopBoard,
  period: TopPeriod,
  { limit, offset = 0 }: { limit: number; offset?: number },
): Promise<{ entries: TopEntry[]; total: number }> {
  const { rows } = await sql<{
    account_id: number
    place: number
    display_name: string
    claimed: boolean
    value: number
    rank_id: number
    total: number
  }>`
    select t.account_id, rank() over (order by t.value desc) as place, u.display_name,
      a.claimed_at is not null as claimed, t.value, u.rank_id, count(*) over () as total
    from ttfd.board_tops t
      join unified_users u on u.id = t.account_id
      join ttfd.accounts a on a.id = u.id
      left join ttfd.account_settings s on s.account_id = u.id
    where t.board = ${board} and t.period = ${period} and not coalesce(s.private, false)
    order by t.value desc, t.account_id
    limit ${limit} offset ${offset}`.execute(reader)
  return {
    entries: rows.map((row) => ({
      accountId: row.account_id,
      place: row.place,
      displayName: row.display_name,
      named: row.claimed,
      value: row.value,
      rankId: row.rank_id,
    })),
    total: rows[0]?.total ?? 0,
  }
}

/** The first community day of a period that lasts until now; weeks begin on Monday. Null for all time. */
export function periodStart(period: TopPeriod, now: Date, timeZone: string): string | null {
  const today = communityDay(now, timeZone)
  switch (period) {
    case 'all':
      return null
    case 'day':
      return today
    case 'week': {
      const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7
      return addDays(today, -weekday)
    }
    case 'month':
      return `${today.slice(0, 8)}01`
    default:
      return period satisfies never
  }
}

/**
 * Counts all boards but the live one (XP of all time) anew; returns how long it took. Made for the duty: one scan of
 * the members and one of this month's daily sums, whoever reads afterwards pays for a few rows.
 */
export async function rebuildTops(
  db: Database,
  { now, timeZone, clock }: { now: Date; timeZone: string; clock: () => number },
): Promise<{ ms: number }> {
  const began = clock()
  for (const board of TOP_BOARDS) {
    for (const period of TOP_PERIODS) {
      if (board === 'xp' && period === 'all') continue
      await db.transaction((tx) => rebuild(tx, board, period, periodStart(period, now, timeZone)))
    }
  }
  return { ms: Math.round(clock() - began) }
}

async function rebuild(tx: Tx, board: TopBoard, period: TopPeriod, from: string | null): Promise<void> {
  await sql`delete from ttfd.board_tops where board = ${board} and period = ${period}`.execute(tx)
  const counted =
    from === null
      ? sql`select id as account_id, ${sql.ref(TOTAL[board])} as value from unified_users`
      : // What somebody earned before his account was merged counts for the account that it is now.
        sql`select u.id as account_id, ${IN_PERIOD[board]} as value from ttfd.daily_rollups r
          join ttfd.accounts a on a.id = r.account_id
          join unified_users u on u.id = case when a.merged_into is null then a.id else ttfd.living_account(a.id) end
          where r.day >= ${from}::date group by u.id`
  await sql`
    insert into ttfd.board_tops (board, period, account_id, value)
    select ${board}, ${period}, account_id, value from (${counted}) counted
    where value > 0 order by value desc, account_id limit ${KEPT}`.execute(tx)
}
