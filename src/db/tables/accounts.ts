import type { ColumnType, Generated } from 'kysely'
import type { Json, MaybeTime, PlatformName, TimeDefault } from '../columns.js'
import type { AvatarSource } from './pictures.js'
import type { MemberNoticePlace } from './places.js'

export type UnifiedUsersTable = {
  id: number
  telegram_id: string | null
  discord_id: string | null
  website_email: string | null
  username: Generated<string>
  display_name: Generated<string>
  xp: Generated<number>
  coins: Generated<number>
  rank_id: Generated<number>
  highest_rank_paid: Generated<number>
  games_played: Generated<number>
  games_won: Generated<number>
  total_voice_time: Generated<number>
  messages_sent: Generated<number>
  achievements: Json<string[]>
  current_season_xp: Generated<number>
  season_rank: Generated<number>
  daily_streak: Generated<number>
  last_daily: MaybeTime
  created_at: TimeDefault
  last_active: TimeDefault
  primary_platform: PlatformName
  locale: string | null
  platforms: ColumnType<PlatformName[], never, never>
}

export type AccountsTable = {
  id: Generated<number>
  merged_into: number | null
  deleted_at: MaybeTime
  claimed_at: MaybeTime
  link_unproven: Generated<boolean>
  created_at: TimeDefault
}

export type IdentitiesTable = {
  platform: PlatformName
  platform_id: string
  account_id: number | null
  username: string | null
  avatar: string | null
  marks: Json<Record<string, unknown>>
  reachable: Generated<boolean>
  notices_day: string | null
  notices_today: Generated<number>
  known_since: TimeDefault
  last_seen_at: TimeDefault
}

export type AccountLimitsTable = {
  account_id: number
  state: Json<unknown>
  updated_at: TimeDefault
}

export type AccountSettingsTable = {
  account_id: number
  private: Generated<boolean>
  notices: Generated<boolean>
  /** Null: as the guild has it. */
  notice_place: MemberNoticePlace | null
  notice_pings: Generated<boolean>
  /** Null: never chose. */
  avatar_source: AvatarSource | null
  /** A name of the member's own choice. */
  display_name: string | null
  notices_telegram: Generated<boolean>
  notices_discord: Generated<boolean>
  /** Hours; null: from 23 to 9. */
  quiet_from: number | null
  quiet_to: number | null
  updated_at: TimeDefault
}
