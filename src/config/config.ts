import type { SandboxDecision } from './sandbox.js'
import type { LOG_LEVELS } from './schema.js'

type LogLevel = (typeof LOG_LEVELS)[number]
type LogFormat = 'pretty' | 'json'

/** Everything an operator decides, read once at start. Secrets that the program may make itself: `loadSecrets`. */
export type Config = {
  database: { kind: 'postgres'; url: string } | { kind: 'embedded'; dataDir: string }
  /** Where this run keeps its files (absolute): DATA_DIR, or `sandbox` below it under the sandbox. */
  dataDir: string
  /** DATA_DIR itself (absolute). */
  rootDataDir: string
  sandbox: SandboxDecision & { mode: 'auto' | 'on' | 'off' }
  http: {
    host: string
    /** 0: any free port; then `publicUrl` is only known after the start unless PUBLIC_URL is set. */
    port: number
    /** Without a slash at its end. */
    publicUrl: string
    publicUrlIsSet: boolean
    /** Addresses and CIDR ranges of proxies whose X-Forwarded-For is believed. */
    trustProxy: string[]
    /** Open live streams per address; 0: no limit. */
    ssePerAddress: number
    /** Sign-in tries per address and minute; 0: no limit. */
    signinPerMinute: number
  }
  telegram: {
    token: string | null
    /** null: Telegram's own. */
    apiRoot: string | null
    /** null: long polling. */
    webhook: { url: string; secret: string } | null
    /** Groups that pay by the environment; others may stand in the table of places. */
    groupIds: string[]
  }
  discord: {
    token: string | null
    clientId: string | null
    clientSecret: string | null
    /** Guilds that pay by the environment. */
    guildIds: string[]
    /** null: Discord's own. */
    apiBase: string | null
    redirectUri: string
  }
  sync: { pollSeconds: number }
  /** Off: everything is recorded, nothing is paid. */
  pay: boolean
  /** IANA name; decides the community's day. */
  timeZone: string
  admins: AdminIdentity[]
  mail: { smtpUrl: string | null; openRegistration: boolean }
  log: { level: LogLevel; format: LogFormat }
  /** Secrets given by the environment; null: made and kept in `dataDir`. */
  given: { sessionSecret: string | null; idHashKey: string | null }
}

export type AdminIdentity = { platform: 'discord' | 'telegram'; id: string }
