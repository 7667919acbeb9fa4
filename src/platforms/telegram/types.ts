import type { Context } from 'grammy'
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

export type TelegramSettings = {
  token: string
  /** Root of the Bot API; Telegram's own when absent. */
  apiRoot?: string | undefined
  /** Updates come to this address with this secret; absent: long polling. */
  webhook?: { url: string; secret: string } | undefined
  /** Groups that pay by the environment (TELEGRAM_GROUP_IDS). */
  groupIds: readonly string[]
  /** The sandbox: every group pays unless `/here off` was said in it. */
  payEverywhere: boolean
  /** Telegram ids of the operators, who may say `/here`. */
  admins: readonly string[]
  /** Address of the website, without a slash at its end. */
  siteUrl: () => string
  fingerprintKey: string
  linking: {
    /** From `deriveLinkKey`: the same in every process of this installation. */
    key: Buffer
    /** Every operator, as `discord:1` or `telegram:1`: their accounts are linked by the command line only. */
    admins: ReadonlySet<string>
  }
  /** From `deriveSignInKey`: for links that sign in on the website; absent: `/site` says that there is none. */
  signInKey?: string | undefined
  /** Zone of the community day and of the quiet hours. */
  timeZone: string
  /** Names this process among all that use the database. */
  holder: string
}

export type TelegramDeps = {
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
  settings: TelegramSettings
  /** Waiting times and limits that tests shorten. */
  tuning?: Partial<Tuning> | undefined
}

export type TelegramState =
  | 'starting'
  | 'up'
  /** Another process of ours has this bot; this one takes over when it ends. */
  | 'standby'
  | 'waiting_database'
  | 'wrong_token'
  /** Somebody else, not on our database, polls with the same token. */
  | 'conflict'
  | 'unreachable'
  | 'stopped'

export type TelegramStatus = {
  state: TelegramState
  username?: string
  /** What mends it or why, in English, for logs and doctor. */
  detail?: string
  /** True: Telegram hides ordinary group messages from the bot. Unknown before the first contact. */
  privacyModeOn?: boolean
  since: Date
}

export type Tuning = {
  /** How long one getUpdates waits, in seconds. */
  pollSeconds: number
  /** How long any other call may take; a poll so much longer than it waits. Then its connection is given up. */
  callSeconds: number
  /** How long a start waits for its first status. */
  firstStatusMs: number
  leaseSeconds: number
  leaseRenewMs: number
  /** Between two looks of a process that stands by. */
  standbyMs: number
  conflictMs: number
  /** A conflict shorter than this after the start of polling is a take-over, not reported. */
  conflictGraceMs: number
  wrongTokenMs: number
  /** First and longest wait after a failed or unfinished round. */
  backoffMs: { first: number; longest: number }
  /** How long an answer on its way may hold up the intake. */
  holdMs: number
  /** How long `stop` waits for handlers in flight. */
  stopMs: number
  /** Commands and presses of one person: so many at once, then so many a second. */
  flood: { burst: number; perSecond: number }
}

export const TUNING: Tuning = {
  pollSeconds: 25,
  callSeconds: 15,
  firstStatusMs: 3_000,
  leaseSeconds: 9,
  leaseRenewMs: 2_500,
  standbyMs: 1_000,
  conflictMs: 60_000,
  conflictGraceMs: 30_000,
  wrongTokenMs: 60_000,
  backoffMs: { first: 500, longest: 10_000 },
  holdMs: 5_000,
  stopMs: 3_000,
  flood: { burst: 10, perSecond: 1 },
}

export type BotContext = Context

/** What every feature gets: the program's parts and nothing of Telegram's transport. */
export type Kit = TelegramDeps & {
  places: PlacesBook
  /** The bot's user name without @, for links into the private chat. */
  username: () => string
  /** Whether Telegram hides ordinary group messages from the bot. */
  privacyModeOn: () => boolean
}
