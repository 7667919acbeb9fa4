import type { Config } from '../config/config.js'
import type { Secrets } from '../config/secrets.js'
import type { Leasing } from '../core/deliveries/leasing.js'
import type { AwardKeeper, AwardSink } from '../core/progression/award-writer.js'
import type { Database } from '../db/connect.js'
import type { Locale, Translate } from '../i18n/translate.js'
import type { Logger } from '../observability/logger.js'
import type { Metrics } from '../observability/metrics.js'
import type { Spool } from '../spool/spool.js'
import type { ChangeFeed } from '../sync/change-feed.js'
import type { DatabaseState } from './database-state.js'
import type { Pictures } from './pictures/create-pictures.js'
import type { Sandbox } from './start-sandbox.js'

/** What the parts of one process share, built once by `startApp` and handed on: no globals. */
export type AppContext = {
  config: Config
  secrets: Secrets
  log: Logger
  metrics: Metrics
  locale: Locale
  t: Translate
  /** Prints one plain line for people. */
  print: (line: string) => void
  db: Database
  state: DatabaseState
  writer: AwardSink | AwardKeeper
  /** Keeps awards while the database is away; null until it was opened. */
  spool: Spool | null
  feed: ChangeFeed
  /** The worker of this process, for its writer; null while there is none. */
  leasing: Leasing | null
  sandbox: Sandbox | null
  /** Rank cards and avatars. */
  pictures: Pictures
  /** Names this process among all that use the database. */
  holder: string
  now: () => Date
  newId: () => string
  /** A whole number from 0 to n - 1 from a safe source. */
  random: (n: number) => number
  /** A key for one purpose, derived from ID_HASH_KEY. */
  deriveKey: (purpose: string) => string
  /** Where the site is reached; final once its port is open. */
  siteUrl: () => string
}
