import type { ColumnType, Generated } from 'kysely'
import type { MaybeTime, PlatformName, Time, TimeDefault } from '../columns.js'

export type PlacesTable = {
  platform: PlatformName
  place_id: string
  title: Generated<string>
  pays: Generated<boolean>
  /** numeric: arrives as text. */
  multiplier: ColumnType<string, number | undefined, number>
  added_by: string
  created_at: TimeDefault
}

export type DiscordChannelsTable = {
  channel_id: string
  guild_id: string
  pays: Generated<boolean>
  /** numeric: arrives as text. */
  multiplier: ColumnType<string, number | undefined, number>
}

export type VoiceSessionsTable = {
  discord_id: string
  guild_id: string
  channel_id: string
  eligible: boolean
  accrued_ms: number
  watched_until: Time
  started_at: Time
}

export type GuildNoticePlace = 'last' | 'channel' | 'dm' | 'none'

export type MemberNoticePlace = Exclude<GuildNoticePlace, 'channel'>

export type DiscordGuildsTable = {
  guild_id: string
  seen_message_id: string | null
  notice_place: Generated<GuildNoticePlace>
  notice_channel_id: string | null
  server_mute_counts: Generated<boolean>
  sweep_asked_at: MaybeTime
  swept_at: MaybeTime
}
