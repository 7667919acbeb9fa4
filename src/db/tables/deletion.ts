import type { JsonNeeded, Time } from '../columns.js'

export type DeletionsTable = {
  account_id: number
  asked_at: Time
  due_at: Time
  asked_by: 'website' | 'operator'
  was_private: boolean
  wanted_notices: boolean
}

export type ErasedIdentitiesTable = {
  identity_hash: Buffer
  marks: JsonNeeded<Record<string, unknown>>
  erased_at: Time
}

export type EmailChangesTable = {
  account_id: number
  email: string
  token_hash: Buffer
  created_at: Time
  expires_at: Time
}
