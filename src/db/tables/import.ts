import type { Generated } from 'kysely'
import type { Json, MaybeTime, PlatformName, Time, TimeDefault } from '../columns.js'

export type ImportSnapshotsTable = {
  origin: string
  snapshot: string
  name: string
  taken_at: Time
  figures: Json<Record<string, unknown>>
  started_at: Time
  finished_at: MaybeTime
}

export type ImportMembersTable = {
  origin: string
  source_id: string
  account_id: number
  snapshot: string
  xp: number
  coins: number
  games_played: number
  games_won: number
  messages: number
  voice_seconds: number
}

export type ReviewKind = 'claim' | 'contested' | 'accounts' | 'address' | 'growth' | 'joined'
export type ReviewState = 'open' | 'accepted' | 'refused'

export type ImportReviewsTable = {
  id: Generated<number>
  key: string
  kind: ReviewKind
  claimant_platform: PlatformName
  claimant_id: string
  claimed_platform: PlatformName | null
  claimed_id: string | null
  same_name: Generated<boolean>
  detail: Json<Record<string, unknown>>
  state: Generated<ReviewState>
  created_at: TimeDefault
  decided_at: MaybeTime
  decided_by: string | null
}

export type UnprovenEmailsTable = {
  email: string
  account_id: number
  closed: boolean
  discord_id: string | null
  website_user_id: string | null
  created_at: TimeDefault
}
