import type { ColumnType } from 'kysely'
import type { MaybeTime, Time } from '../columns.js'

export type SignInTriesTable = {
  subject: string
  tried_at: ColumnType<Date[], Date[] | undefined, Date[]>
  updated_at: Time
}

export type SignInOutcome = 'entered' | 'refused' | 'wrong_number' | 'replaced' | 'expired'

export type SignInLinksTable = {
  id: string
  kind: 'telegram' | 'operator'
  token_hash: Buffer
  telegram_id: string | null
  account_id: number
  created_at: Time
  expires_at: Time
  browser_hash: Buffer | null
  device: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>
  number: number | null
  choices: number[] | null
  bound_at: MaybeTime
  approved_at: MaybeTime
  ended_at: MaybeTime
  outcome: SignInOutcome | null
}
