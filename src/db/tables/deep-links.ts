import type { ColumnType } from 'kysely'
import type { MaybeTime, PlatformName, Time } from '../columns.js'

export type DeepLinkOutcome = 'answered' | 'wrong_number' | 'cancelled' | 'refused' | 'replaced'

export type DeepLinksTable = {
  id: string
  kind: 'site' | 'telegram'
  token_hash: Buffer
  platform: PlatformName
  platform_id: string
  account_id: number
  session_id: string | null
  device: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>
  created_at: Time
  expires_at: Time
  telegram_id: string | null
  number: number | null
  choices: number[] | null
  owner_coins_seen: number | null
  typist_coins_seen: number | null
  request_id: string | null
  ended_at: MaybeTime
  outcome: DeepLinkOutcome | null
}
