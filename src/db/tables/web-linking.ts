import type { ColumnType } from 'kysely'
import type { MaybeTime, PlatformName, Time } from '../columns.js'

export type DiscordLinkRequestsTable = {
  id: string
  session_id: string
  discord_id: string
  username: string | null
  display_name: string
  created_at: Time
  expires_at: Time
  own_coins_seen: number | null
  discord_coins_seen: number | null
  ended_at: MaybeTime
  result: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>
}

export type UnlinksTable = {
  id: string
  account_id: number
  platform: PlatformName
  platform_id: string
  by_platform: PlatformName | null
  by_platform_id: string | null
  happened_at: Time
  put_back_at: MaybeTime
  put_back_by: PlatformName | null
}
