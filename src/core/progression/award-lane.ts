import type pg from 'pg'
import type { Database } from '../../db/connect.js'
import { BEGIN, COMMIT, isConnectionLost, pipelined } from '../../db/pipelined.js'
import { DatabaseUnavailableError } from '../../db/unavailable.js'
import { type Applied, applyAwards } from './apply-awards.js'
import { type Award, type AwardOutcome, DedupeConflictError } from './award.js'
import type { AwardWriterOptions } from './award-writer.js'
import type { KnownAccounts } from './known-accounts.js'

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
 * One connection that commits batches, one at a time. Each caller is answered after the commit of his own award. An
 * unknown commit (the connection broke) is retried with the same keys, so that it counts once; when the database stays
 * away every waiting caller gets DatabaseUnavailableError.
 */
export class AwardLane {
  readonly #db: Database
  readonly #options: AwardWriterOptions
  readonly #known: KnownAccounts
  readonly #onAnswer: (answered: number) => void
  #client: pg.Client | null = null

  /** `known` may be shared with other lanes. `onAnswer` is told how many are about to be answered. */
  constructor(
    db: Database,
    options: AwardWriterOptions,
    { known, onAnswer }: { known: KnownAccounts; onAnswer: (answered: number) => void },
  ) {
    this.#db = db
    this.#options = options
    this.#known = known
    this.#onAnswer = onAnswer
  }

  /**
   * Resolves when all of a batch are answered, and never rejects. `behind` takes away those who wait for this batch to
   * end: when the database is away they are told so too.
   */
  async settle(batch: readonly Pending[], behind: () => readonly Pending[]): Promise<void> {
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
        const all = [...batch, ...behind()]
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
      await this.settle(batch.slice(0, middle), behind)
      await this.settle(batch.slice(middle), behind)
    }
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = null
    await client?.end().catch(() => {})
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
    void this.close()
  }
}

/** A retry that finds its own first attempt committed gives that attempt's full result, not a duplicate's. */
function firstResult(result: Applied, doubted: Applied | undefined): Applied {
  if (!doubted || result instanceof Error || doubted instanceof Error) return result
  if (result.status !== 'duplicate' || doubted.status !== 'recorded') return result
  const isSame = result.accountId === doubted.accountId && result.data.new_xp === doubted.newXp
  return isSame && result.xp === doubted.xp && result.coins === doubted.coins ? doubted : result
}
