import type { WebPictures } from '../../core/pictures/card.js'
import type { AwardSink } from '../../core/progression/award-writer.js'
import type { Rules } from '../../core/progression/rules.js'
import type { Database } from '../../db/connect.js'
import type { WebAuth } from './auth/web-auth.js'
import type { CommunityLinks } from './views/view-models.js'

/** One line of what the site says of itself to operators. */
type PartState = { part: string; ok: boolean; detail: string }

/** The few calls of a logger that the site makes. */
type WebLog = {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

/** Tells which accounts changed; none means that boards were counted anew (src/sync/change-feed.ts). */
type Changes = {
  onChanged(listener: (accountIds: readonly number[]) => void): () => void
  onConnected(listener: () => void): () => void
  /** Whether they are being told at this moment. */
  readonly isConnected: boolean
}

/** Everything that the website needs from the composition root. */
export type WebDeps = {
  db: Database
  rules: () => Rules
  /** The one door for what members do here. */
  writer: AwardSink
  changes: Changes
  log: WebLog
  now: () => Date
  newId: () => string
  settings: {
    publicUrl: string
    timeZone: string
    sandbox: boolean
    /** Addresses or CIDRs of proxies whose X-Forwarded-For is believed. */
    trustProxy: readonly string[]
    /** Open live pages per address; 0 = no limit. */
    ssePerAddress: number
    links: () => CommunityLinks
    /** How long public pages are kept for readers who are not signed in, unless they change; absent: not at all. */
    pageCacheMs?: number
  }
  /** Told of each answer: method, route pattern, status, seconds. */
  onAnswer: (method: string, route: string, status: number, seconds: number) => void
  /** Whether the program can serve, and the state of each of its parts. */
  readiness: () => Promise<{ ready: boolean; parts: PartState[] }>
  metrics: () => Promise<{ contentType: string; text: string }>
  /** Rank cards and avatars; absent: nobody has any. */
  pictures?: WebPictures
  /** Signing in; absent where the site is only read. */
  auth?: WebAuth
  /** Linking accounts; absent where nobody signs in. */
  linking?: {
    /** Under which codes and addresses are hashed (`deriveLinkKey`). */
    key: Buffer
    /** ADMIN_ACCOUNTS, as `telegram:1`. */
    admins: ReadonlySet<string>
  }
  /** The playground, under the sandbox only. */
  playground?: (request: Request) => Response | Promise<Response>
  /** Telegram's webhook, when configured. */
  telegramWebhook?: (request: Request) => Promise<Response>
}
