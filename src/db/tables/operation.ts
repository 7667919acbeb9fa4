import type { ColumnType } from 'kysely'
import type { Json, JsonNeeded, Time, TimeDefault } from '../columns.js'

export type LeasesTable = { name: string; holder: string; token: string; expires_at: Time }

export type HeartbeatsTable = {
  part: string
  holder: string
  detail: Json<Record<string, unknown>>
  started_at: Time
  beat_at: Time
}

export type SettingsTable = { key: string; value: JsonNeeded<unknown>; updated_at: TimeDefault }

export type AuditLogTable = {
  id: ColumnType<number, never, never>
  actor: string
  act: string
  account_id: number | null
  detail: Json<Record<string, unknown>>
  created_at: TimeDefault
}

export type MigrationsTable = {
  number: number
  name: string
  checksum: string
  applied_at: TimeDefault
}
