import { type RawBuilder, sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { addDays, communityDay } from '../progression/community-day.js'
import { isListed } from './listed.js'

/** `games` counts games played. */
export const TOP_BOARDS = ['xp', 'coins', 'voice', 'messages', 'games'] as const
export type TopBoard = (typeof TOP_BOARDS)[number]
export const TOP_PERIODS = ['all', 'day', 'week', 'month'] as const
export type TopPeriod = (typeof TOP_PERIODS)[number]

type TopEntry = {
  accountId: number
  /** As of the count: who hid himself since is left out, and leaves a gap until the next one. */
  place: number
  displayName: string
  /** False: known from messages alone, listed under no name. */
  named: boolean
  /** XP, coins, seconds in voice, messages, or games. */
  value: number
  rankId: number
}

/** Entries kept of each board and period. Beyond them a member knows his place, not his neighbours. */
export const TOPS_KEPT = 1_000

/** Where all time stands on the account itself. */
export const TOTAL_COLUMN: Record<TopBoard, RawBuilder<number>> = {
  xp: sql`u.xp`,
  coins: sql`u.coins`,
  voice: sql`u.total_voice_time`,
  messages: sql`u.messages_sent`,
  games: sql`u.games_played`,
}

/** Which daily sums were earned on their day: what came from an import, a merge or its undoing was not. */
export const EARNED = sql`event_type not in ('imported', 'accounts_merged', 'merge_undone')`

/** How daily sums `r` make a period's value. */
export const PERIOD_SUM: Record<TopBoard, RawBuilder<number>> = {
  xp: sql`coalesce(sum(r.xp) filter (where ${EARNED}), 0)::bigint`,
  coins: sql`coalesce(sum(r.coins) filter (where ${EARNED}), 0)::bigint`,
  voice: sql`coalesce(sum(r.events) filter (where event_type = 'voice_time') * 60, 0)::bigint`,
  messages: sql`coalesce(sum(r.events) filter (where event_type = 'message_sent'), 0)::bigint`,
  games: sql`coalesce(sum(r.events) filter (where event_type = 'game_played'), 0)::bigint`,
}

export type TopPage = {
  entries: TopEntry[]
  /** How many entries are kept at most. */
  total: number
  /** Pass it on as `after` to get the next page; null at the end. */
  next: string | null
}

/**
 * A page of one board as it was counted last, best first, private and banned accounts left out. Costs the same however
 * many members there are. `after`: the `next` of the page before.
 */
export async function readTop(
  reader: Reader,
  board: TopBoard,
  period: TopPeriod,
  { limit, offset = 0, after = null }: { limit: number; offset?: number; after?: string | null },
): Promise<TopPage> {
  const start = parseCursor(after)
  const { rows } = await sql<{
    account_id: number
    place: number
    display_name: string
    claimed: boolean
    value: number
    rank_id: number
    members: number
  }>`
    select t.account_id, t.place, u.display_name, a.claimed_at is not null as claimed, t.value, u.rank_id,
      coalesce((select c.members from ttfd.board_counts c where c.board = ${board} and c.period = ${period}), 0) as members
    from ttfd.board_tops t
      join unified_users u on u.id = t.account_id
      join ttfd.accounts a on a.id = u.id
    where t.board = ${board} and t.period = ${period} and ${isListed(sql`t.account_id`)}
      and ${start === null ? sql`true` : sql`t.value <= ${start.value} and (t.value < ${start.value} or t.account_id > ${start.id})`}
    order by t.value desc, t.account_id
    limit ${limit + 1} offset ${offset}`.execute(reader)
  const entries = rows.slice(0, limit).map((row) => ({
    accountId: row.account_id,
    place: row.place,
    displayName: row.display_name,
    named: row.claimed,
    value: row.value,
    rankId: row.rank_id,
  }))
  const last = entries.at(-1)
  return {
    entries,
    total: Math.min(rows[0]?.members ?? 0, TOPS_KEPT),
    next: rows.length > limit && last ? `${last.value}-${last.accountId}` : null,
  }
}

/** Reads a key of paging, `<value>-<account id>`; null when it is none. */
export function parseCursor(after: string | null): { value: number; id: number } | null {
  const parts = after === null ? null : /^(\d{1,16})-(\d{1,16})$/.exec(after)
  if (!parts) return null
  const [value, id] = [Number(parts[1]), Number(parts[2])]
  return Number.isSafeInteger(value) && Number.isSafeInteger(id) ? { value, id } : null
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
