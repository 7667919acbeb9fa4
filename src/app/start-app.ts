import { createHmac, randomInt } from 'node:crypto'
import type { Config } from '../config/config.js'
import type { Secrets } from '../config/secrets.js'
import { endBeats } from '../core/duties/heartbeats.js'
import { newId } from '../core/events/new-id.js'
import { AwardWriter } from '../core/progression/award-writer.js'
import { type Database, openDatabase } from '../db/connect.js'
import { DirectoryInUseError } from '../db/directory-lock.js'
import { type Locale, translator } from '../i18n/translate.js'
import type { Logger } from '../observability/logger.js'
import { createMetrics } from '../observability/metrics.js'
import { ChangeFeed } from '../sync/change-feed.js'
import type { AppContext } from './context.js'
import { DatabaseClock } from './database-clock.js'
import { DatabaseState } from './database-state.js'
import { startHeartbeats } from './heartbeats.js'
import { makeHolder } from './holder.js'
import { measured } from './measured-writer.js'
import { PARTS, type Part } from './parts.js'
import { startPictures } from './pictures/start-pictures.js'
import { StartError } from './start-error.js'
import { startSpool } from './start-spool.js'

export type StartOptions = {
  config: Config
  secrets: Secrets
  log: Logger
  /** Parts to run here; all of them when absent. */
  only?: readonly Part[]
  /** Prints one plain line for people. */
  print: (line: string) => void
  locale: Locale
}

export type RunningApp = {
  /** Where the site is reached; null when this process runs none. */
  siteUrl: string | null
  /** Intake stops, what is in flight commits, the database closes. */
  stop(): Promise<void>
  /** Rejects with a StartError when the program must not go on (the database turns out to be another's). */
  failed: Promise<never>
}

/**
 * Starts the program: opens the database, migrates, starts the parts, prints one line for each. An outage of the
 * database, Telegram or Discord does not stop it. Throws StartError for what waiting cannot mend.
 */
export async function startApp(options: StartOptions): Promise<RunningApp> {
  const { config, secrets, log, print, locale } = options
  const only = new Set<Part>(options.only ?? PARTS)
  const t = translator(locale)
  // The parts bring large libraries along: they load while the database opens in its thread.
  const loading = Promise.all([
    import('./start-parts.js'),
    config.sandbox.on ? import('./start-sandbox.js') : null,
  ])
  const db = await open(config, secrets, t)
  let refuse: (error: StartError) => void = () => {}
  const failed = new Promise<never>((_, reject) => {
    refuse = reject
  })
  // Whoever started the program looks at it; until then it must not count as unhandled.
  failed.catch(() => {})

  const time = new DatabaseClock({ wall: () => Date.now(), clock: () => performance.now() })
  const now = () => time.now()
  const state = new DatabaseState(db, {
    fixed: { pay: config.pay, timeZone: config.timeZone },
    sandbox: config.sandbox.on,
    realToken: !config.sandbox.on && (config.telegram.token !== null || config.discord.token !== null),
    clock: () => performance.now(),
    time,
    events: {
      up: ({ migrations, again }) => {
        if (again) print(t('app:database_back'))
        else
          print(
            t(db.kind === 'embedded' ? 'app:database_up_embedded' : 'app:database_up', { place: db.place }),
          )
        if (migrations > 0) print(t('app:database_migrated', { count: migrations, n: migrations }))
      },
      down: (reason, { lost }) => {
        print(t(lost ? 'app:database_lost' : 'app:database_down', { place: db.place, reason }))
      },
      clockOff: (seconds) => print(t('app:clock_off', { seconds })),
      refused: (why, detail) => refuse(new StartError(t(REFUSALS[why], { detail }))),
    },
  })
  const metrics = createMetrics()
  const writer = new AwardWriter(db, {
    rules: () => state.rules,
    newId: () => newId(now().getTime()),
    leasing: () => context.leasing,
  })
  const context: AppContext = {
    config,
    secrets,
    log,
    metrics,
    locale,
    t,
    print,
    db,
    state,
    writer: measured(writer, metrics),
    spool: null,
    feed: new ChangeFeed(db),
    leasing: null,
    sandbox: null,
    pictures: startPictures({ config, db, log, state, sandbox: () => context.sandbox }),
    holder: makeHolder(),
    now,
    newId: () => newId(now().getTime()),
    random: (n) => randomInt(n),
    deriveKey: (purpose) => createHmac('sha256', secrets.idHashKey).update(purpose).digest('hex'),
    siteUrl: () => config.http.publicUrl,
  }

  const closers: (() => Promise<void> | void)[] = []
  const stop = once(async () => {
    for (const close of closers.reverse()) {
      try {
        await close()
      } catch (error) {
        log.error({ err: error }, 'a part did not stop in order')
      }
    }
  })
  try {
    closers.push(() => db.close())
    await Promise.race([state.start(), failed])
    closers.push(() => state.stop())
    await context.feed.start()
    closers.push(() => context.feed.stop())
    closers.push(() => context.pictures.stop())
    closers.push(() => writer.close())
    const spool = await startSpool(context)
    context.writer = spool
    context.spool = spool
    closers.push(() => spool.stop())
    const [{ startParts }, sandboxModule] = await loading
    if (sandboxModule) {
      const sandbox = await sandboxModule.startSandbox()
      context.sandbox = sandbox
      closers.push(() => sandbox.close())
    }
    const parts = await startParts(context, only)
    closers.push(() => parts.stop())
    const stopBeats = startHeartbeats(context, parts.states)
    closers.push(async () => {
      stopBeats()
      if (state.isUp) await endBeats(db, context.holder)
    })
    if (!config.pay) print(t('app:rehearsal'))
    print(t('app:ready'))
    return { siteUrl: parts.siteUrl, stop, failed }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Longer than anything that a running program asks, counting a million members included. */
const ANSWER_MS = 60_000

const REFUSALS = {
  accounts_without_mark: 'app:sandbox_refused_accounts',
  mark_with_real_token: 'app:sandbox_refused_token',
  newer_schema: 'app:newer_schema',
  changed_migration: 'app:changed_migration',
  clock_far_off: 'app:clock_far_off',
} as const

async function open(config: Config, secrets: Secrets, t: AppContext['t']): Promise<Database> {
  const idHashKey = () => secrets.idHashKey
  if (config.database.kind === 'postgres')
    return openDatabase({ url: config.database.url, answerMs: ANSWER_MS, idHashKey })
  try {
    return await openDatabase({ dataDir: config.database.dataDir, idHashKey })
  } catch (error) {
    if (!(error instanceof DirectoryInUseError)) throw error
    throw new StartError(t('app:directory_in_use', { directory: error.directory, pid: error.pid ?? '?' }))
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  return () => {
    running ??= work()
    return running
  }
}
