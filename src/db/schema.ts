import type { ColumnType, Generated } from 'kysely'
import type { Json, JsonNeeded, MaybeTime, PlatformName, Time, TimeDefault } from './columns.js'
import type { ApiKeyDaysTable, ApiKeysTable } from './tables/api-keys.js'
import type { BoardCountsTable, BoardTopStepsTable } from './tables/boards.js'
import type { RollupDeltasTable } from './tables/day-sums.js'
import type { DeepLinksTable } from './tables/deep-links.js'
import type { DeletionsTable, EmailChangesTable, ErasedIdentitiesTable } from './tables/deletion.js'
import type {
  ImportMembersTable,
  ImportReviewsTable,
  ImportSnapshotsTable,
  UnprovenEmailsTable,
} from './tables/import.js'
import type { AvatarSource, AvatarsTable } from './tables/pictures.js'
import type { RestrictionsTable } from './tables/restrictions.js'
import type { DiscordLinkRequestsTable, UnlinksTable } from './tables/web-linking.js'

/**
 * The live schema as the query builder sees it. `test/db/schema.test.ts` compares it with the database.
 * Every bigint here stays below 2^53 (CHECKed in the database) and arrives as a number.
 */
export type Schema = {
  unified_users: UnifiedUsersTable
  cross_platform_events: CrossPlatformEventsTable
  'ttfd.accounts': AccountsTable
  'ttfd.ranks': RanksTable
  'ttfd.identities': IdentitiesTable
  'ttfd.account_limits': AccountLimitsTable
  'ttfd.account_settings': AccountSettingsTable
  'ttfd.avatars': AvatarsTable
  'ttfd.daily_rollups': DailyRollupsTable
  'ttfd.rollup_deltas': RollupDeltasTable
  'ttfd.deliveries': DeliveriesTable
  'ttfd.game_rounds': GameRoundsTable
  'ttfd.places': PlacesTable
  'ttfd.board_steps': BoardStepsTable
  'ttfd.board_leaders': BoardLeadersTable
  'ttfd.board_state': BoardStateTable
  'ttfd.leases': LeasesTable
  'ttfd.heartbeats': HeartbeatsTable
  'ttfd.settings': SettingsTable
  'ttfd.audit_log': AuditLogTable
  'ttfd.migrations': MigrationsTable
  'ttfd.link_codes': LinkCodesTable
  'ttfd.link_attempts': LinkAttemptsTable
  'ttfd.link_requests': LinkRequestsTable
  'ttfd.link_history': LinkHistoryTable
  'ttfd.discord_guilds': DiscordGuildsTable
  'ttfd.discord_channels': DiscordChannelsTable
  'ttfd.voice_sessions': VoiceSessionsTable
  'ttfd.guild_roles': GuildRolesTable
  'ttfd.role_states': RoleStatesTable
  'ttfd.board_tops': BoardTopsTable
  'ttfd.board_top_steps': BoardTopStepsTable
  'ttfd.board_counts': BoardCountsTable
  'ttfd.website_users': WebsiteUsersTable
  'ttfd.website_accounts': WebsiteAccountsTable
  'ttfd.website_sessions': WebsiteSessionsTable
  'ttfd.website_logins': WebsiteLoginsTable
  'ttfd.website_verifications': WebsiteVerificationsTable
  'ttfd.website_rate_limits': WebsiteRateLimitsTable
  'ttfd.sign_in_tries': SignInTriesTable
  'ttfd.sign_in_links': SignInLinksTable
  'ttfd.merges': MergesTable
  'ttfd.deep_links': DeepLinksTable
  'ttfd.discord_link_requests': DiscordLinkRequestsTable
  'ttfd.unlinks': UnlinksTable
  'ttfd.restrictions': RestrictionsTable
  'ttfd.deletions': DeletionsTable
  'ttfd.erased_identities': ErasedIdentitiesTable
  'ttfd.email_changes': EmailChangesTable
  'ttfd.import_snapshots': ImportSnapshotsTable
  'ttfd.import_members': ImportMembersTable
  'ttfd.import_reviews': ImportReviewsTable
  'ttfd.unproven_emails': UnprovenEmailsTable
  'ttfd.api_keys': ApiKeysTable
  'ttfd.api_key_days': ApiKeyDaysTable
}

export type { PlatformName }

type UnifiedUsersTable = {
  id: number
  telegram_id: string | null
  discord_id: string | null
  website_email: string | null
  username: Generated<string>
  display_name: Generated<string>
  xp: Generated<number>
  coins: Generated<number>
  rank_id: Generated<number>
  highest_rank_paid: Generated<number>
  games_played: Generated<number>
  games_won: Generated<number>
  total_voice_time: Generated<number>
  messages_sent: Generated<number>
  achievements: Json<string[]>
  current_season_xp: Generated<number>
  season_rank: Generated<number>
  daily_streak: Generated<number>
  last_daily: MaybeTime
  created_at: TimeDefault
  last_active: TimeDefault
  primary_platform: PlatformName
  locale: string | null
  platforms: ColumnType<PlatformName[], never, never>
}

type CrossPlatformEventsTable = {
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

type AccountsTable = {
  id: Generated<number>
  merged_into: number | null
  deleted_at: MaybeTime
  claimed_at: MaybeTime
  link_unproven: Generated<boolean>
  created_at: TimeDefault
}

type RanksTable = {
  id: number
  tier: string
  star: string
  xp_needed: number
  reward_coins: number
  colour: string
}

type IdentitiesTable = {
  platform: PlatformName
  platform_id: string
  account_id: number | null
  username: string | null
  avatar: string | null
  marks: Json<Record<string, unknown>>
  reachable: Generated<boolean>
  notices_day: string | null
  notices_today: Generated<number>
  known_since: TimeDefault
  last_seen_at: TimeDefault
}

type AccountLimitsTable = {
  account_id: number
  state: Json<unknown>
  updated_at: TimeDefault
}

type AccountSettingsTable = {
  account_id: number
  private: Generated<boolean>
  notices: Generated<boolean>
  /** Null: as the guild has it. */
  notice_place: MemberNoticePlace | null
  notice_pings: Generated<boolean>
  /** Null: never chose. */
  avatar_source: AvatarSource | null
  /** A name of the member's own choice. */
  display_name: string | null
  notices_telegram: Generated<boolean>
  notices_discord: Generated<boolean>
  /** Hours; null: from 23 to 9. */
  quiet_from: number | null
  quiet_to: number | null
  updated_at: TimeDefault
}

type DailyRollupsTable = {
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

type DeliveriesTable = {
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

type RoundState = 'open' | 'finished' | 'cancelled' | 'expired'

type GameRoundsTable = {
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

type PlacesTable = {
  platform: PlatformName
  place_id: string
  title: Generated<string>
  pays: Generated<boolean>
  /** numeric: arrives as text. */
  multiplier: ColumnType<string, number | undefined, number>
  added_by: string
  created_at: TimeDefault
}

type BoardStepsTable = { xp: number; above: number }
type BoardLeadersTable = { account_id: number }
type BoardStateTable = {
  id: Generated<number>
  accounts: number
  floor_xp: number
  day: string
  xp_today: number
  active_today: number
  built_at: Time
  build_ms: number
}

type LeasesTable = { name: string; holder: string; token: string; expires_at: Time }

type HeartbeatsTable = {
  part: string
  holder: string
  detail: Json<Record<string, unknown>>
  started_at: Time
  beat_at: Time
}

type SettingsTable = { key: string; value: JsonNeeded<unknown>; updated_at: TimeDefault }

type AuditLogTable = {
  id: ColumnType<number, never, never>
  actor: string
  act: string
  account_id: number | null
  detail: Json<Record<string, unknown>>
  created_at: TimeDefault
}

type MigrationsTable = {
  number: number
  name: string
  checksum: string
  applied_at: TimeDefault
}

/** Where a guild tells rank-ups; a member's own choice knows no set channel. */
export type GuildNoticePlace = 'last' | 'channel' | 'dm' | 'none'
export type MemberNoticePlace = Exclude<GuildNoticePlace, 'channel'>

type DiscordGuildsTable = {
  guild_id: string
  seen_message_id: string | null
  notice_place: Generated<GuildNoticePlace>
  notice_channel_id: string | null
  server_mute_counts: Generated<boolean>
  sweep_asked_at: MaybeTime
  swept_at: MaybeTime
}

type DiscordChannelsTable = {
  channel_id: string
  guild_id: string
  pays: Generated<boolean>
  /** numeric: arrives as text. */
  multiplier: ColumnType<string, number | undefined, number>
}

type VoiceSessionsTable = {
  discord_id: string
  guild_id: string
  channel_id: string
  eligible: boolean
  accrued_ms: number
  watched_until: Time
  started_at: Time
}

type GuildRolesTable = { guild_id: string; tier: string; role_id: string }

export type RoleState = 'applied' | 'queued' | 'blocked'
export type RoleBlock = 'role_above_bot' | 'missing_permission' | 'role_deleted' | 'member_gone'

type RoleStatesTable = {
  guild_id: string
  discord_id: string
  wanted_tier: string | null
  applied_tier: string | null
  state: Generated<RoleState>
  reason: RoleBlock | null
  asked: Generated<number>
  attempts: Generated<number>
  available_at: TimeDefault
  leased_until: MaybeTime
  lease_token: string | null
  checked_at: MaybeTime
  changed_at: MaybeTime
}

type BoardTopsTable = {
  board: string
  period: string
  account_id: number
  value: number
  place: number
}

type LinkCodesTable = {
  platform: PlatformName
  platform_id: string
  code_hash: Buffer
  created_at: Time
  expires_at: Time
  used_at: MaybeTime
  burnt_at: MaybeTime
}

type LinkAttemptsTable = {
  subject: string
  tried_at: ColumnType<Date[], Date[] | undefined, Date[]>
  updated_at: Time
}

export type LinkRequestState = 'waits_typist' | 'waits_owner' | 'done' | 'cancelled' | 'expired' | 'refused'

type LinkRequestsTable = {
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

type LinkHistoryTable = {
  id: ColumnType<number, never, never>
  platform: PlatformName
  platform_id: string
  account_id: number
  act: 'carried' | 'unlinked' | 'merged' | 'undone' | 'put_back'
  happened_at: Time
  slot: PlatformName | null
}

type WebsiteUsersTable = {
  id: string
  name: string
  email: string
  email_verified: boolean
  image: string | null
  created_at: TimeDefault
  updated_at: TimeDefault
}

type WebsiteAccountsTable = { website_user_id: string; account_id: number; linked_at: TimeDefault }

type WebsiteSessionsTable = {
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

type WebsiteLoginsTable = {
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

type WebsiteVerificationsTable = {
  id: string
  identifier: string
  value: string
  expires_at: Time
  created_at: TimeDefault
  updated_at: TimeDefault
}

type WebsiteRateLimitsTable = { id: string; key: string; count: number; last_request: number }

type SignInTriesTable = {
  subject: string
  tried_at: ColumnType<Date[], Date[] | undefined, Date[]>
  updated_at: Time
}

export type SignInOutcome = 'entered' | 'refused' | 'wrong_number' | 'replaced' | 'expired'

type SignInLinksTable = {
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

type MergesTable = {
  id: Generated<number>
  survivor_id: number
  loser_id: number
  survivor_xp: number
  survivor_coins: number
  loser_xp: number
  loser_coins: number
  loser_xp_delta: number
  loser_coins_delta: number
  survivor_xp_delta: number
  survivor_coins_delta: number
  snapshot: JsonNeeded<Record<string, unknown>>
  after_seq: number
  merged_by: string
  merged_at: Time
  frozen_until: Time
  undone_at: MaybeTime
  undone_by: string | null
  undo_loser_xp_delta: number | null
  undo_loser_coins_delta: number | null
  undo_survivor_xp_delta: number | null
  undo_survivor_coins_delta: number | null
}
