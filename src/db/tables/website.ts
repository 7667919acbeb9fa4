import type { MaybeTime, Time, TimeDefault } from '../columns.js'

export type WebsiteUsersTable = {
  id: string
  name: string
  email: string
  email_verified: boolean
  image: string | null
  created_at: TimeDefault
  updated_at: TimeDefault
}

export type WebsiteAccountsTable = { website_user_id: string; account_id: number; linked_at: TimeDefault }

export type WebsiteSessionsTable = {
  id: string
  token: string
  user_id: string
  made_by: string
  ip_address: string | null
  user_agent: string | null
  expires_at: Time
  created_at: TimeDefault
  updated_at: TimeDefault
}

type LoginProvider = 'discord' | 'telegram' | 'credential'

export type WebsiteLoginsTable = {
  id: string
  user_id: string
  provider_id: LoginProvider
  account_id: string
  password: string | null
  access_token: string | null
  refresh_token: string | null
  id_token: string | null
  access_token_expires_at: MaybeTime
  refresh_token_expires_at: MaybeTime
  scope: string | null
  created_at: TimeDefault
  updated_at: TimeDefault
}

export type WebsiteVerificationsTable = {
  id: string
  identifier: string
  value: string
  expires_at: Time
  created_at: TimeDefault
  updated_at: TimeDefault
}

export type WebsiteRateLimitsTable = { id: string; key: string; count: number; last_request: number }
