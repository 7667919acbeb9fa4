import type { ColumnType, Generated } from 'kysely'
import type { MaybeTime, PlatformName, Time } from '../columns.js'

export type LinkCodesTable = {
  platform: PlatformName
  platform_id: string
  code_hash: Buffer
  created_at: Time
  expires_at: Time
  used_at: MaybeTime
  burnt_at: MaybeTime
}

export type LinkAttemptsTable = {
  subject: string
  tried_at: ColumnType<Date[], Date[] | undefined, Date[]>
  updated_at: Time
}

export type LinkRequestState = 'waits_typist' | 'waits_owner' | 'done' | 'cancelled' | 'expired' | 'refused'

export type LinkRequestsTable = {
  id: string
  owner_platform: PlatformName
  owner_platform_id: string
  owner_account_id: number
  typist_platform: PlatformName
  typist_platform_id: string
  typist_account_id: number
  state: Generated<LinkRequestState>
  created_at: Time
  expires_at: Time
  typist_confirmed_at: MaybeTime
  owner_confirmed_at: MaybeTime
  ended_at: MaybeTime
  result: ColumnType<Record<string, unknown> | null, string | null | undefined, string | null>
  kind: Generated<'link' | 'merge'>
  owner_coins_seen: number | null
  typist_coins_seen: number | null
  session_id: string | null
}

export type LinkHistoryTable = {
  id: ColumnType<number, never, never>
  platform: PlatformName
  platform_id: string
  account_id: number
  act: 'carried' | 'unlinked' | 'merged' | 'undone' | 'put_back'
  happened_at: Time
  slot: PlatformName | null
}
