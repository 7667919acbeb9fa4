import type { ColumnType } from 'kysely'
import type { MaybeTime, Time } from '../columns.js'

export type ApiKeysTable = {
  id: ColumnType<number, never, never>
  name: string
  key_hash: Buffer
  scopes: string[]
  daily_max: number
  award_max: number
  uncapped: boolean
  created_at: Time
  last_used_at: MaybeTime
  revoked_at: MaybeTime
}

export type ApiKeyDaysTable = {
  key_id: number
  /** Community day, `YYYY-MM-DD`. */
  day: string
  xp: number
  coins: number
}
