import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import type { MemberNoticePlace } from '../../db/tables/places.js'
import { type Limits, readLimits } from '../progression/limits.js'
import type { RestrictionKind } from '../restrictions/restriction.js'
import { CHOICE_COLUMNS, choicesOf, type SideChoices } from './side-choices.js'

/** What a member chose, as far as a merge touches it. */
export type SideSettings = {
  private: boolean
  notices: boolean
  notice_place: MemberNoticePlace | null
  notice_pings: boolean
} & SideChoices

/** Everything that one account brings into a merge, and what its undo gives back. */
export type MergeSide = {
  accountId: number
  identities: Record<PlatformName, string | null>
  username: string
  displayName: string
  locale: string | null
  primary: PlatformName
  xp: number
  coins: number
  /** Coins in open rounds: they come back before the account ends. */
  staked: number
  rankId: number
  highestRankPaid: number
  gamesPlayed: number
  gamesWon: number
  /** Seconds. */
  voiceSeconds: number
  messages: number
  achievements: string[]
  seasonXp: number
  seasonRank: number
  streak: number
  lastDaily: Date | null
  createdAt: Date
  lastActive: Date
  claimedAt: Date | null
  /** Null: never chose anything. */
  settings: SideSettings | null
  limits: Limits
  /** The strictest restriction in force. */
  restriction: RestrictionKind | null
}

/** Reads what a living account brings; null for one that is not living. */
export async function readMergeSide(reader: Reader, accountId: number): Promise<MergeSide | null> {
  const row = await reader
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.accounts as a', 'a.id', 'u.id')
    .leftJoin('ttfd.account_limits as l', 'l.account_id', 'u.id')
    .leftJoin('ttfd.account_settings as s', 's.account_id', 'u.id')
    .selectAll('u')
    .select([
      'a.claimed_at',
      'l.state',
      's.private',
      's.notices',
      's.notice_place',
      's.notice_pings',
      ...CHOICE_COLUMNS,
    ])
    .select((eb) =>
      eb
        .selectFrom('ttfd.game_rounds as r')
        .whereRef('r.account_id', '=', 'u.id')
        .where('r.state', '=', 'open')
        .select(sql<number>`coalesce(sum(r.bet), 0)::bigint`.as('sum'))
        .as('staked'),
    )
    .select((eb) =>
      eb
        .selectFrom('ttfd.restrictions as r')
        .whereRef('r.holder_id', '=', 'u.id')
        .where('r.lifted_at', 'is', null)
        .where((e) => e.or([e('r.until', 'is', null), e('r.until', '>', sql<Date>`now()`)]))
        .select(sql<boolean>`bool_or(r.kind = 'banned')`.as('banned'))
        .as('banned'),
    )
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  const { private: isPrivate, notices } = row
  return {
    accountId: row.id,
    identities: { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email },
    username: row.username,
    displayName: row.display_name,
    locale: row.locale,
    primary: row.primary_platform,
    xp: row.xp,
    coins: row.coins,
    staked: row.staked ?? 0,
    rankId: row.rank_id,
    highestRankPaid: row.highest_rank_paid,
    gamesPlayed: row.games_played,
    gamesWon: row.games_won,
    voiceSeconds: row.total_voice_time,
    messages: row.messages_sent,
    achievements: row.achievements,
    seasonXp: row.current_season_xp,
    seasonRank: row.season_rank,
    streak: row.daily_streak,
    lastDaily: row.last_daily,
    createdAt: row.created_at,
    lastActive: row.last_active,
    claimedAt: row.claimed_at,
    settings:
      isPrivate === null || notices === null
        ? null
        : {
            private: isPrivate,
            notices,
            notice_place: row.notice_place,
            notice_pings: row.notice_pings ?? false,
            ...choicesOf(row),
          },
    limits: readLimits(row.state),
    // Null: nothing is in force.
    restriction: row.banned === null ? null : row.banned ? 'banned' : 'unpaid',
  }
}

/** A side as a merge's row keeps it. Fingerprints of messages are not kept: they must be forgotten after a day. */
export function packSide(side: MergeSide): MergeSide {
  return { ...side, limits: { ...side.limits, prints: [] } }
}

/** A side as `packSide` made it, read from jsonb, which knows no Date. */
export function unpackSide(stored: unknown): MergeSide {
  const side = stored as MergeSide
  const time = (value: unknown) => new Date(value as string)
  const maybe = (value: unknown) => (value === null ? null : time(value))
  return {
    ...side,
    lastDaily: maybe(side.lastDaily),
    createdAt: time(side.createdAt),
    lastActive: time(side.lastActive),
    claimedAt: maybe(side.claimedAt),
    limits: readLimits(side.limits),
    restriction: side.restriction ?? null,
  }
}
