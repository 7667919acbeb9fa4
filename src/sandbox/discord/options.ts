import { randomBytes } from 'node:crypto'
import type { Locale } from '../../i18n/translate.js'
import type { PrivilegedIntents } from './model/intents.js'
import { snowflakeAt } from './model/snowflake.js'

export interface RateLimitOptions {
  /** Requests a second over all routes; Discord gives a bot 50. */
  readonly global?: number
  /** Limits of single routes by their template, such as `PATCH /guilds/:guild/members/:user`. */
  readonly routes?: Readonly<Record<string, { readonly limit: number; readonly windowMs: number }>>
}

export interface DiscordSandboxOptions {
  /** 0 takes a free port. The server listens on 127.0.0.1 only. */
  readonly port?: number
  readonly token?: string
  readonly clientId?: string
  readonly clientSecret?: string
  /** Exact redirect addresses of the application. Absent: any address on loopback. */
  readonly redirectUris?: readonly string[]
  /** Language of the invented world's names. */
  readonly locale?: Locale
  /** Which privileged intents the application is allowed. Default: members and message content. */
  readonly privilegedIntents?: Partial<PrivilegedIntents>
  /** `off` refuses nobody but still sends headers; `on` uses limits like Discord's; an object sets them. */
  readonly rateLimits?: 'on' | 'off' | RateLimitOptions
  /** Refused requests (401, 403, 429) in ten minutes that ban the client; Discord: 10,000. */
  readonly invalidRequestsMax?: number
  /** Shards that /gateway/bot recommends. */
  readonly shards?: number
  /** From how many guilds on a single shard sharding is compulsory (4011); Discord: 2,500. */
  readonly guildsPerShardMax?: number
  readonly maxConcurrency?: number
  /** Enforces one IDENTIFY per 5 s and concurrency bucket. Off by default: tests log in often. */
  readonly identifyLimit?: boolean
  readonly heartbeatIntervalMs?: number
  /** How long a lost session can be resumed. */
  readonly sessionTtlMs?: number
  /** Dispatches kept for a resume. */
  readonly replayMax?: number
  readonly interactionDeadlineMs?: number
  readonly interactionTokenMs?: number
  readonly oauthCodeMs?: number
  /** The clock in Unix milliseconds; for tests that let time pass. */
  readonly now?: () => number
  /** Seed of the misbehaviour's dice. */
  readonly seed?: number
}

export interface Settings
  extends Required<Omit<DiscordSandboxOptions, 'redirectUris' | 'privilegedIntents'>> {
  readonly redirectUris: readonly string[] | null
  /** Can be changed while the sandbox runs, like the switches in Discord's portal. */
  privilegedIntents: PrivilegedIntents
}

const APPLICATION_MADE_AT = Date.UTC(2025, 2, 14, 12, 30, 15, 123)

/** Fills in what the caller left open. Token and secret are random unless given, so no sandbox opens another's door. */
export function settingsFrom(options: DiscordSandboxOptions): Settings {
  const clientId = options.clientId ?? snowflakeAt(APPLICATION_MADE_AT, 7)
  const tokenHead = Buffer.from(clientId).toString('base64url')
  return {
    port: options.port ?? 0,
    clientId,
    token:
      options.token ??
      `${tokenHead}.${randomBytes(4).toString('base64url')}.${randomBytes(28).toString('base64url')}`,
    clientSecret: options.clientSecret ?? randomBytes(24).toString('base64url'),
    redirectUris: options.redirectUris ?? null,
    locale: options.locale ?? 'ru',
    privilegedIntents: {
      members: true,
      presences: false,
      messageContent: true,
      ...options.privilegedIntents,
    },
    rateLimits: options.rateLimits ?? 'off',
    invalidRequestsMax: options.invalidRequestsMax ?? 10_000,
    shards: options.shards ?? 1,
    guildsPerShardMax: options.guildsPerShardMax ?? 2_500,
    maxConcurrency: options.maxConcurrency ?? 1,
    identifyLimit: options.identifyLimit ?? false,
    heartbeatIntervalMs: options.heartbeatIntervalMs ?? 41_250,
    sessionTtlMs: options.sessionTtlMs ?? 120_000,
    replayMax: options.replayMax ?? 5_000,
    interactionDeadlineMs: options.interactionDeadlineMs ?? 3_000,
    interactionTokenMs: options.interactionTokenMs ?? 15 * 60_000,
    oauthCodeMs: options.oauthCodeMs ?? 60_000,
    now: options.now ?? Date.now,
    seed: options.seed ?? 1,
  }
}
