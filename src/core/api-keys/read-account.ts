import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { withFamily } from '../accounts/family.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { isListed } from '../boards/listed.js'
import type { EventType } from '../events/event-types.js'
import { resolveAccount } from '../profiles/read-profile.js'

/** What other programs may see of a member, under the column names of `unified_users`; `personal` needs a right of its own. */
export type AccountRecord = {
  open: {
    id: number
    /** Null: known from messages alone, shown under no name. */
    display_name: string | null
    xp: number
    coins: number
    rank_id: number
    games_played: number
    games_won: number
    total_voice_time: number
    messages_sent: number
    achievements: string[]
    current_season_xp: number
    season_rank: number
    daily_streak: number
    last_daily: Date | null
    created_at: Date
    last_active: Date
    primary_platform: string
    platforms: string[]
  }
  personal: {
    username: string
    telegram_id: string | null
    discord_id: string | null
    website_email: string | null
  }
}

/** The account that an identity or an account id stands for now, merged ones included; null for unknown and hidden ones alike. */
export async function readAccount(
  reader: Reader,
  who: Identity | { accountId: number },
): Promise<AccountRecord | null> {
  const id =
    'accountId' in who ? await resolveAccount(reader, who.accountId) : await findAccountId(reader, who)
  if (id === null) return null
  const row = await reader
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.accounts as a', 'a.id', 'u.id')
    .selectAll('u')
    .select('a.claimed_at')
    .where('u.id', '=', id)
    .where(isListed(sql.ref('u.id')))
    .executeTakeFirst()
  if (!row) return null
  const { username, telegram_id, discord_id, website_email } = row
  return {
    open: {
      id: row.id,
      display_name: row.claimed_at === null ? null : row.display_name,
      xp: row.xp,
      coins: row.coins,
      rank_id: row.rank_id,
      games_played: row.games_played,
      games_won: row.games_won,
      total_voice_time: row.total_voice_time,
      messages_sent: row.messages_sent,
      achievements: row.achievements,
      current_season_xp: row.current_season_xp,
      season_rank: row.season_rank,
      daily_streak: row.daily_streak,
      last_daily: row.last_daily,
      created_at: row.created_at,
      last_active: row.last_active,
      primary_platform: row.primary_platform,
      platforms: row.platforms,
    },
    personal: { username, telegram_id, discord_id, website_email },
  }
}

/** Kinds of events that tell of progress. Sign-ins, links, restrictions and deletions are the member's own business. */
export const OPEN_EVENTS = [
  'xp_change',
  'coins_change',
  'rank_up',
  'achievement_unlock',
  'game_played',
  'voice_time',
  'message_sent',
  'account_created',
  'daily_claimed',
  'season_ended',
  'imported',
  'adjusted',
] as const satisfies readonly EventType[]
const OPEN: ReadonlySet<string> = new Set(OPEN_EVENTS)

/** Fields of an event that say nothing of a person or a place. */
const OPEN_FIELDS: ReadonlySet<string> = new Set([
  'reason',
  'delta_xp',
  'new_xp',
  'delta_coins',
  'new_coins',
  'old_rank',
  'new_rank',
  'reward_coins',
  'game_type',
  'won',
  'bet',
  'xp_earned',
  'duration',
  'length',
  'multiplier',
  'day',
  'streak',
  'job',
  'summed_up',
  'summed_from',
  'wins',
])

type EventRecord = {
  id: string
  user_id: number
  event_type: string
  source_platform: string
  xp_delta: number
  coins_delta: number
  data: Record<string, unknown>
  created_at: Date
}

export type EventPage = {
  events: EventRecord[]
  /** Pass it on as `before`; null at the end. */
  next: number | null
}

/**
 * An account's events of progress, newest first, those of merged accounts included. A page looks at `limit` events, so it
 * costs the same however many there are, and may hold fewer. `personal` adds where a message was written.
 */
export async function readEvents(
  reader: Reader,
  accountId: number,
  { limit, before, personal }: { limit: number; before: number | null; personal: boolean },
): Promise<EventPage> {
  const { rows } = await sql<EventRecord & { seq: number }>`
    ${withFamily(accountId)}
    select e.* from family f cross join lateral (
      select seq, id, event_type, source_platform, xp_delta, coins_delta, data, created_at
      from cross_platform_events where user_id = f.id and seq < ${before ?? Number.MAX_SAFE_INTEGER}
      order by seq desc limit ${limit + 1}
    ) e order by e.seq desc limit ${limit + 1}`.execute(reader)
  const page = rows.slice(0, limit)
  const shown = (field: string) => OPEN_FIELDS.has(field) || (personal && field === 'place')
  return {
    events: page
      .filter((row) => OPEN.has(row.event_type))
      .map((row) => ({
        id: row.id,
        user_id: accountId,
        event_type: row.event_type,
        source_platform: row.source_platform,
        xp_delta: row.xp_delta,
        coins_delta: row.coins_delta,
        data: Object.fromEntries(Object.entries(row.data).filter(([field]) => shown(field))),
        created_at: row.created_at,
      })),
    next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null,
  }
}
