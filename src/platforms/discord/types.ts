import type { REST } from 'discord.js'
import type { AwardKeeper, AwardSink } from '../../core/progression/award-writer.js'
import type { Rules } from '../../core/progression/rules.js'
import type { Database } from '../../db/connect.js'
import type { Locale } from '../../i18n/translate.js'
import type { PlacesBook } from './places.js'

/** The part of a pino logger that the bot uses. */
export type Log = {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

export type DiscordSettings = {
  token: string
  /** Root of the REST API without version; Discord's own when absent. */
  apiBase?: string | undefined
  /** Guilds that pay by the environment (DISCORD_GUILD_ID). */
  guildIds: readonly string[]
  /** The sandbox: every guild pays unless `/setup here` took it out. */
  payEverywhere: boolean
  /** Discord ids of the operators, who list guilds and set multipliers. */
  admins: readonly string[]
  /** Address of the website, without a slash at its end. */
  siteUrl: () => string
  fingerprintKey: string
  /** Zone of the community day and of the quiet hours. */
  timeZone: string
  /** Names this process among all that use the database. */
  holder: string
  /** Which shards this process runs; absent: as many as Discord recommends, all of them here. */
  shards?: { ids: readonly number[]; count: number } | undefined
  linking: {
    /** From `deriveLinkKey`: the same in every process of this installation. */
    key: Buffer
    /** Every operator, as `discord:1` or `telegram:1`: their accounts are linked by the command line only. */
    admins: ReadonlySet<string>
  }
  /** How people find the bot in Telegram (`@name`); absent or null while nobody knows. */
  telegramName?: (() => string | null) | undefined
}

export type DiscordDeps = {
  db: Database
  writer: AwardSink | AwardKeeper
  rules: () => Rules
  now: () => Date
  newId: () => string
  /** A whole number from 0 to n - 1 from a safe source. */
  random: (n: number) => number
  log: Log
  /** A member's rank card as a PNG for himself; null, or absent: there is none now. */
  drawCard?: ((accountId: number, locale: Locale) => Promise<Uint8Array | null>) | undefined
  settings: DiscordSettings
  /** Waiting times and limits that tests shorten. */
  tuning?: Partial<Tuning> | undefined
}

export type DiscordState =
  | 'starting'
  /** Connected and working. */
  | 'up'
  /** Connected and working with less: Discord refused a privileged intent; `missingIntents` names it. */
  | 'intent_missing'
  /** Another process of ours has these shards; this one takes over when it ends. */
  | 'standby'
  | 'waiting_database'
  | 'wrong_token'
  | 'unreachable'
  | 'stopped'

export type DiscordStatus = {
  state: DiscordState
  /** The bot's name, once known. */
  name?: string
  /** What mends it or why, in English, for logs and doctor. */
  detail?: string
  /** False: messages come without their text and pay the flat amount. */
  messageContent: boolean
  /** Switches to press in the developer portal; empty when all are on. */
  missingIntents: readonly PrivilegedIntent[]
  since: Date
}

export type PrivilegedIntent = 'MessageContent' | 'GuildMembers'

export type Tuning = {
  /** How long a start waits for its first status. */
  firstStatusMs: number
  leaseSeconds: number
  leaseRenewMs: number
  /** Between two looks of a process that stands by or waits for the database. */
  standbyMs: number
  wrongTokenMs: number
  /** A login without any shard ready after this is given up and tried anew. */
  loginMs: number
  backoffMs: { first: number; longest: number }
  /** An answer that is not ready by then is deferred; Discord waits 3 s. */
  deferMs: number
  voiceTickMs: number
  marksMs: number
  roleQueueMs: number
  roleSweepCheckMs: number
  roleSweepHours: number
  /** Between two pages of a sweep, for the gateway's limit of 120 sends a minute. */
  sweepPauseMs: number
  /** A member's roles change at most this often; the first change goes at once. */
  roleSpacingMs: number
  /** Awards kept in memory while the database is away. */
  retryQueueMax: number
  stopMs: number
}

export const TUNING: Tuning = {
  firstStatusMs: 3_000,
  leaseSeconds: 9,
  leaseRenewMs: 2_500,
  standbyMs: 1_000,
  wrongTokenMs: 60_000,
  loginMs: 60_000,
  backoffMs: { first: 1_000, longest: 60_000 },
  deferMs: 1_200,
  voiceTickMs: 10_000,
  marksMs: 5_000,
  roleQueueMs: 2_000,
  roleSweepCheckMs: 30_000,
  roleSweepHours: 6,
  sweepPauseMs: 1_500,
  roleSpacingMs: 1_200,
  retryQueueMax: 10_000,
  stopMs: 3_000,
}

/** What needs no gateway: deliveries work in any process. */
export type BaseKit = Omit<DiscordDeps, 'tuning'> & {
  tuning: Tuning
  places: PlacesBook
  /** REST as the bot. */
  rest: REST
}

/** What every feature gets. */
export type Kit = BaseKit & {
  /** Whether messages come with their text. */
  hasMessageContent: () => boolean
  /** A member may have a wrong role: look at him soon. */
  lookAtRoles: (guildId: string, discordId: string) => void
  /** The roles of a guild's tiers were set anew: look at everybody. */
  ranksChanged: (guildId: string) => void
}
