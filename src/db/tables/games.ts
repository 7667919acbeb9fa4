import type { ColumnType, Generated } from 'kysely'
import type { JsonNeeded, MaybeTime, PlatformName, Time } from '../columns.js'

type RoundState = 'open' | 'finished' | 'cancelled' | 'expired'

export type GameRoundsTable = {
  id: string
  request_key: string
  account_id: number
  platform: PlatformName
  platform_id: string
  game: string
  bet: number
  secret: JsonNeeded<Record<string, unknown>>
  state: Generated<RoundState>
  result: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>
  started_at: Time
  expires_at: Time
  ended_at: MaybeTime
}
