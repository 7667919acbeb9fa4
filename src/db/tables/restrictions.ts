import type { ColumnType } from 'kysely'
import type { MaybeTime, Time } from '../columns.js'

export type RestrictionKind = 'unpaid' | 'banned'

export type RestrictionsTable = {
  id: ColumnType<number, never, never>
  account_id: number
  holder_id: number
  kind: RestrictionKind
  reason: string
  given_by: string
  given_at: Time
  until: MaybeTime
  lifted_at: MaybeTime
  lifted_by: string | null
  key: string | null
}
