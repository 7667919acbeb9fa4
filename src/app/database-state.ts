import { releaseDead } from '../core/duties/leases.js'
import { loadRules } from '../core/progression/load-rules.js'
import { DEFAULT_RULES, type Rules } from '../core/progression/rules.js'
import { CLOCK_REFUSE_SECONDS, CLOCK_WARN_SECONDS } from '../db/compare-clocks.js'
import type { Database } from '../db/connect.js'
import { ChangedMigrationError, migrate, NewerSchemaError } from '../db/migrator.js'
import type { DatabaseClock } from './database-clock.js'
import { isDeadHolder } from './holder.js'
import { checkSandboxMark, type MarkVerdict } from './sandbox-mark.js'

type DatabaseEvents = {
  up: (facts: { migrations: number; again: boolean }) => void
  /** Told when the connection is lost or cannot be had, and then once a minute at most. */
  down: (reason: string, facts: { lost: boolean }) => void
  /** The database is there and must not be used; the program ends. */
  refused: (
    why: Exclude<MarkVerdict, 'ok'> | 'newer_schema' | 'changed_migration' | 'clock_far_off',
    detail: string,
  ) => void
  /** This machine's clock is wrong by so many seconds; the database's counts. */
  clockOff: (seconds: number) => void
}

export type DatabaseStateOptions = {
  fixed: Pick<Rules, 'pay' | 'timeZone'>
  sandbox: boolean
  realToken: boolean
  events: DatabaseEvents
  /** Monotonic milliseconds. */
  clock: () => number
  /** Learns the database's time with every look. */
  time: DatabaseClock
}

const LOOK_MS = 3_000
const LOOK_TIMEOUT_MS = 5_000
const RULES_MS = 30_000
const SAY_MS = 60_000

/**
 * Brings the database up and watches it: migrates when it is first reached, reloads the rules, and tells when it goes
 * away and comes back. Until then the rules are the defaults without ranks, and nothing can be decided anyway.
 */
export class DatabaseState {
  readonly #db: Database
  readonly #options: DatabaseStateOptions
  #rules: Rules
  #isUp = false
  #wasUp = false
  #timer: NodeJS.Timeout | null = null
  #stopped = false
  #saidAt = Number.NEGATIVE_INFINITY
  #rulesAt = Number.NEGATIVE_INFINITY

  constructor(db: Database, options: DatabaseStateOptions) {
    this.#db = db
    this.#options = options
    this.#rules = { ...DEFAULT_RULES, ...options.fixed, ranks: [] }
  }

  get isUp(): boolean {
    return this.#isUp
  }

  get rules(): Rules {
    return this.#rules
  }

  /** First attempt; resolves when it ended, either way. Goes on looking by itself. */
  async start(): Promise<void> {
    await this.#look()
    this.#next()
  }

  async reloadRules(): Promise<void> {
    this.#rules = await loadRules(this.#db.kysely, this.#options.fixed)
    this.#rulesAt = this.#options.clock()
  }

  stop(): void {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  #next(): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => this.#next())
    }, LOOK_MS)
  }

  async #look(): Promise<void> {
    const { clock, events } = this.#options
    try {
      if (!this.#wasUp) {
        await this.#bringUp()
        return
      }
      await withTimeout(this.#options.time.look(this.#db), LOOK_TIMEOUT_MS)
      if (!this.#isUp || clock() - this.#rulesAt > RULES_MS) await this.reloadRules()
      if (!this.#isUp) {
        this.#isUp = true
        events.up({ migrations: 0, again: true })
      }
    } catch (error) {
      this.#fail(error)
    }
  }

  async #bringUp(): Promise<void> {
    const { fixed, sandbox, realToken, events } = this.#options
    const applied = await migrate(this.#db, { timeZone: fixed.timeZone })
    const verdict = await checkSandboxMark(this.#db, { sandbox, realToken })
    if (verdict !== 'ok') {
      this.stop()
      events.refused(verdict, '')
      return
    }
    if (!(await this.#compareClocks())) return
    await releaseDead(this.#db, isDeadHolder)
    await this.reloadRules()
    this.#isUp = true
    this.#wasUp = true
    events.up({ migrations: applied.length, again: false })
  }

  async #compareClocks(): Promise<boolean> {
    const { time, events } = this.#options
    await time.look(this.#db)
    const seconds = Math.round(Math.abs(time.aheadSeconds()) * 10) / 10
    if (seconds > CLOCK_REFUSE_SECONDS) {
      this.stop()
      events.refused('clock_far_off', String(seconds))
      return false
    }
    if (seconds > CLOCK_WARN_SECONDS) events.clockOff(seconds)
    return true
  }

  #fail(error: unknown): void {
    const { clock, events } = this.#options
    const message = reasonOf(error)
    if (error instanceof NewerSchemaError || error instanceof ChangedMigrationError) {
      this.stop()
      events.refused(error instanceof NewerSchemaError ? 'newer_schema' : 'changed_migration', message)
      return
    }
    const lost = this.#isUp
    this.#isUp = false
    if (lost || clock() - this.#saidAt >= SAY_MS) {
      this.#saidAt = clock()
      events.down(message, { lost })
    }
  }
}

/** The innermost plain reason of an error. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message
}

function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
