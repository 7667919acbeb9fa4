import type {
  AccountLimitsTable,
  AccountSettingsTable,
  AccountsTable,
  IdentitiesTable,
  UnifiedUsersTable,
} from './tables/accounts.js'
import type { ApiKeyDaysTable, ApiKeysTable } from './tables/api-keys.js'
import type {
  BoardCountsTable,
  BoardLeadersTable,
  BoardStateTable,
  BoardStepsTable,
  BoardTopStepsTable,
  BoardTopsTable,
} from './tables/boards.js'
import type { RollupDeltasTable } from './tables/day-sums.js'
import type { DeepLinksTable } from './tables/deep-links.js'
import type { DeletionsTable, EmailChangesTable, ErasedIdentitiesTable } from './tables/deletion.js'
import type { CrossPlatformEventsTable, DailyRollupsTable, DeliveriesTable } from './tables/events.js'
import type { GameRoundsTable } from './tables/games.js'
import type {
  ImportMembersTable,
  ImportReviewsTable,
  ImportSnapshotsTable,
  UnprovenEmailsTable,
} from './tables/import.js'
import type {
  LinkAttemptsTable,
  LinkCodesTable,
  LinkHistoryTable,
  LinkRequestsTable,
} from './tables/linking.js'
import type { MergesTable } from './tables/merging.js'
import type {
  AuditLogTable,
  HeartbeatsTable,
  LeasesTable,
  MigrationsTable,
  SettingsTable,
} from './tables/operation.js'
import type { AvatarsTable } from './tables/pictures.js'
import type {
  DiscordChannelsTable,
  DiscordGuildsTable,
  PlacesTable,
  VoiceSessionsTable,
} from './tables/places.js'
import type { RanksTable } from './tables/ranks.js'
import type { RestrictionsTable } from './tables/restrictions.js'
import type { GuildRolesTable, RoleStatesTable } from './tables/roles.js'
import type { SignInLinksTable, SignInTriesTable } from './tables/sign-in.js'
import type { DiscordLinkRequestsTable, UnlinksTable } from './tables/web-linking.js'
import type {
  WebsiteAccountsTable,
  WebsiteLoginsTable,
  WebsiteRateLimitsTable,
  WebsiteSessionsTable,
  WebsiteUsersTable,
  WebsiteVerificationsTable,
} from './tables/website.js'

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

export type { PlatformName } from './columns.js'
