import type pg from 'pg'
import type { Database } from '../../db/connect.js'
import { BEGIN, COMMIT, isConnectionLost, pipelined } from '../../db/pipelined.js'
import { DatabaseUnavailableError } from '../../db/unavailable.js'
import { type Applied, applyAwards } from './apply-awards.js'
import { type Award, type AwardOutcome, DedupeConflictError } from './award.js'
import type { AwardWriterOptions } from './award-writer.js'
import { KnownAccounts } from './known-accounts.js'

// Measured on PostgreSQL: at 2,000 another process's single award waited 150 ms at p99, at 500 43 ms.
const BATCH_MAX_POSTGRES = 500
// The embedded database serves pages between two batches.
const BATCH_MAX_EMBEDDED = 100
const ATTEMPTS_MAX = 6
const BATCH_TIMEOUT_MS = 15_000
const RETRY = new Set(['40001', '40P01', '23505'])

/** An award that waits for its answer: exactly one of the two is called. */
export type Pending = {
  award: Award
  resolve: (outcome: AwardOutcome) => void
  reject: (error: unknown) => void
}

/**
 * Group commit: idle, an award is written at once; while a commit is in flight the next batch collects. Each caller is
 * answered after its own commit. An unknown commit (the connection broke) is retried with the same keys, so that it
 * counts once; when the database stays away every waiting caller gets DatabaseUnavailableError.
 */
export class AwardLane {
  readonly #db: Database
  readonly #options: AwardWriterOptions
  readonly #onAnswer: (answered: number) => void
  readonly #batchMax: number
  readonly #known = new KnownAccounts()
  #queue: Pending[] = []
  #running: Promise<void> | null = null
  #client: pg.Client | null = null

  /** `onAnswer` is told how many are about to be answered. */
  constructor(db: Database, options: AwardWriterOptions, onAnswer: (answered: number) => void) {
    this.#db = db
    this.#options = options
    this.#onAnswer = onAnswer
    this.#batchMax = options.batchMax ?? (db.kind === 'postgres' ? BATCH_MAX_POSTGRES : BATCH_MAX_EMBEDDED)
  }

  take(pending: Pending): void {
    this.#queue.push(pending)
    this.#running ??= this.#drain()
  }

  /** Resolves when everything handed in so far is answered. */
  async flush(): Promise<void> {
    while (this.#running) await this.#running
  }

  async close(): Promise<void> {
    await this.flush()
    await this.#disconnect()
  }

  async #drain(): Promise<void> {
    // The callers of one tick make one batch.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, this.#batchMax)
      await this.#settle(batch)
    }
    this.#running = null
  }

  async #settle(batch: Pending[]): Promise<void> {
    try {
      const applied = await this.#commit(batch.map((pending) => pending.award))
      this.#onAnswer(batch.length)
      batch.forEach(({ resolve, reject }, index) => {
        const result = applied[index]
        if (result instanceof DedupeConflictError) reject(result)
        else if (result) resolve(result)
      })
    } catch (error) {
      if (error instanceof DatabaseUnavailableError) {
        // Who waits behind would only wait for the same answer, each batch for its own time-out.
        const all = [...batch, ...this.#queue.splice(0)]
        this.#onAnswer(all.length)
        for (const { reject } of all) reject(error)
        return
      }
      if (batch.length === 1) {
        this.#onAnswer(1)
        for (const { reject } of batch) reject(error)
        return
      }
      // The database refused the batch: split it until the guilty award stands alone.
      const middle = Math.ceil(batch.length / 2)
      await this.#settle(batch.slice(0, middle))
      await this.#settle(batch.slice(middle))
    }
  }

  async #commit(awards: Award[]): Promise<Applied[]> {
    let doubted: readonly Applied[] = []
    for (let attempt = 1; ; attempt++) {
      let decided: readonly Applied[] = []
      try {
        const client = await this.#connected()
        const applied = await applyAwards(
          pipelined(client),
          awards,
          {
            rules: this.#options.rules(),
            newId: this.#options.newId,
            keyedHash: this.#db.keyedHash,
            known: this.#known,
          },
          {
            before: [BEGIN],
            after: [COMMIT],
            leasing: this.#options.leasing?.() ?? null,
            onDecided: (results) => {
              decided = results
            },
          },
        )
        return doubted.length === 0
          ? applied
          : applied.map((result, index) => firstResult(result, doubted[index]))
      } catch (error) {
        const code = (error as { code?: string }).code ?? ''
        const away = isConnectionLost(error)
        if (away) this.#abandon()
        else await this.#rollback()
        // The commit may have happened though its answer is lost; what it decided is then the first result.
        if (away && decided.length > 0) doubted = decided
        const again = away ? attempt < 2 : RETRY.has(code) && attempt < ATTEMPTS_MAX
        if (again) continue
        throw away ? new DatabaseUnavailableError('the database cannot be reached', { cause: error }) : error
      }
    }
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client
    const client = this.#db.client({
      pipeline: true,
      queryTimeoutMs: this.#options.batchTimeoutMs ?? BATCH_TIMEOUT_MS,
    })
    client.on('error', () => {
      if (this.#client === client) this.#client = null
    })
    await client.connect()
    this.#client = client
    return client
  }

  async #rollback(): Promise<void> {
    try {
      await this.#client?.query('rollback')
    } catch {
      this.#abandon()
    }
  }

  /** Gives a broken connection up without waiting for its goodbye, which may never come. */
  #abandon(): void {
    void this.#disconnect()
  }

  async #disconnect(): Promise<void> {
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => {})
  }
}

/** A retry that finds its own first attempt committed gives that attempt's full result, not a duplicate's. */
function firstResult(result: Applied, doubted: Applied | undefined): Applied {
  if (!doubted || result instanceof Error || doubted instanceof Error) return result
  if (result.status !== 'duplicate' || doubted.status !== 'recorded') return result
  const isSame = result.accountId === doubted.accountId && result.data.new_xp === doubted.newXp
  return isSame && result.xp === doubted.xp && result.coins === doubted.coins ? doubted : result
}
