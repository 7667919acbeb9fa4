import type { ColumnType, Generated } from 'kysely'
import type { Json, MaybeTime, TimeDefault } from '../columns.js'

export type CrossPlatformEventsTable = {
  id: Generated<string>
  user_id: number
  event_type: string
  source_platform: string
  data: Json<Record<string, unknown>>
  processed: Generated<boolean>
  processed_at: MaybeTime
  created_at: TimeDefault
  seq: ColumnType<number, never, never>
  xp_delta: Generated<number>
  coins_delta: Generated<number>
  dedupe_key: string
}

export type DailyRollupsTable = {
  account_id: number
  /** Community day, `YYYY-MM-DD`. */
  day: string
  source_platform: string
  event_type: string
  xp: number
  coins: number
  events: number
}

type DeliveryState = 'open' | 'delivered' | 'skipped' | 'failed'

export type DeliveriesTable = {
  id: ColumnType<number, never, never>
  event_id: string
  account_id: number
  destination: string
  state: Generated<DeliveryState>
  attempts: Generated<number>
  available_at: TimeDefault
  leased_until: MaybeTime
  lease_token: string | null
  outcome: string | null
  last_error: string | null
  ended_at: MaybeTime
  created_at: TimeDefault
  /** The one identity that it is for, also when that has left the account; null: the account's own there. */
  recipient_id: string | null
}
