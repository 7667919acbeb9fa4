import type { Database } from '../../db/connect.js'
import { DatabaseUnavailableError } from '../../db/unavailable.js'
import type { Leasing } from '../deliveries/leasing.js'
import type { Award, AwardOutcome } from './award.js'
import { AwardLane, type Pending } from './award-lane.js'
import { KnownAccounts } from './known-accounts.js'
import type { Rules } from './rules.js'

export type AwardWriterOptions = {
  rules: () => Rules
  newId: () => string
  /** Awards in one transaction at most. More make others wait at the accounts' locks. */
  batchMax?: number
  /** Awards that wait for their answer at most; beyond it the writer answers as if the database were away. */
  waitingMax?: number
  /** How long the database may stay silent on one statement before the connection counts as lost. */
  batchTimeoutMs?: number
  /** A worker of this process: what is opened for its places is leased for it by the same commit. */
  leasing?: () => Leasing | null
}

/** Anything that takes awards and answers when they are durable. */
export interface AwardSink {
  award(award: Award): Promise<AwardOutcome>
}

/** The database is away; the award is on the disk and counts, once, as of when it happened, when it is back. */
export type Kept = { status: 'kept' }

/** Takes awards also while the database is away. For acts whose answer can wait: never for bets. */
export interface AwardKeeper extends AwardSink {
  /** Rejects with DatabaseUnavailableError only when it can be kept nowhere. */
  take(award: Award): Promise<AwardOutcome | Kept>
}

/** Hands an award in for which an answer can wait: kept where something keeps, else tried at once. */
export function takeAward(writer: AwardSink | AwardKeeper, award: Award): Promise<AwardOutcome | Kept> {
  return 'take' in writer ? writer.take(award) : writer.award(award)
}

/**
 * Some two seconds of work, about 40 MB. Who finds no room is told what an outage would tell: keepers spool, platforms
 * keep what they have not been told of, the API says 503.
 */
const WAITING_MAX = 20_000

// While this process decides for one, PostgreSQL has two to work on: a quarter more than with two lanes, and more than
// with four. The embedded database has one session anyway.
const LANES = { postgres: 3, embedded: 1 }

// Measured on PostgreSQL: at 2,000 another process's single award waited 150 ms at p99, at 500 43 ms.
// The embedded database serves pages between two batches.
const BATCH_MAX = { postgres: 500, embedded: 100 }

// An award of a large batch costs half of one of a small batch, so several lanes pay only when one falls behind. Measured:
// 150 awards at a time make half as many again a second on one lane than on three, 40 twice as many. Between the two
// figures the writer stays as it is.
const WIDE_ABOVE = 200
const NARROW_UP_TO = 50

/** Awards that wait in their order. An identity always waits in the same queue. */
type Queue = { pending: Pending[]; isUnderWay: boolean; lane: AwardLane }

/**
 * Takes awards and answers each when it is durable. Group commit: idle, an award is written at once; while a commit is
 * in flight the next batch collects. While few wait, one batch takes from all queues; when many do, each queue has its
 * own. A queue is never in two batches at once, so that the awards of an identity keep their order.
 */
export class AwardWriter implements AwardSink {
  readonly #queues: readonly Queue[]
  readonly #waitingMax: number
  readonly #batchMax: number
  readonly #underWay = new Set<Promise<void>>()
  /** Those who have no answer yet. */
  #waiting = 0
  #isWide = false
  #isAboutToStart = false

  constructor(db: Database, options: AwardWriterOptions) {
    this.#waitingMax = options.waitingMax ?? WAITING_MAX
    this.#batchMax = options.batchMax ?? BATCH_MAX[db.kind]
    const known = new KnownAccounts()
    const onAnswer = (answered: number) => {
      this.#waiting -= answered
    }
    this.#queues = Array.from({ length: LANES[db.kind] }, () => ({
      pending: [],
      isUnderWay: false,
      lane: new AwardLane(db, options, { known, onAnswer }),
    }))
  }

  /** Resolves when the award is durable (or refused by the rules); rejects with DatabaseUnavailableError or DedupeConflictError. */
  award(award: Award): Promise<AwardOutcome> {
    if (this.#waiting >= this.#waitingMax) {
      return Promise.reject(new DatabaseUnavailableError('more awards at once than can be written'))
    }
    // One promise an award, and no step between its answer and the caller: both would weigh on every award.
    return new Promise((resolve, reject) => {
      this.#waiting += 1
      this.#queueOf(award).pending.push({ award, resolve, reject })
      if (this.#isAboutToStart) return
      this.#isAboutToStart = true
      // The callers of one tick make one batch.
      queueMicrotask(() => {
        this.#isAboutToStart = false
        this.#start()
      })
    })
  }

  /** Resolves when everything handed in so far is answered. */
  async flush(): Promise<void> {
    while (this.#waiting > 0) await Promise.all(this.#underWay)
  }

  async close(): Promise<void> {
    await this.flush()
    await Promise.all(this.#queues.map(({ lane }) => lane.close()))
  }

  /** Begins the batches that can begin now. */
  #start(): void {
    const limit = this.#isWide ? NARROW_UP_TO : WIDE_ABOVE
    // A batch from all queues is never larger than one of one queue may be.
    this.#isWide = this.#waiting > Math.min(limit, this.#batchMax)
    if (this.#isWide) {
      for (const queue of this.#queues) if (!queue.isUnderWay) this.#begin(queue.lane, [queue])
    } else if (this.#underWay.size === 0) {
      const [first] = this.#queues
      if (first) this.#begin(first.lane, this.#queues)
    }
  }

  #begin(lane: AwardLane, queues: readonly Queue[]): void {
    const batch = queues.flatMap((queue) => queue.pending.splice(0, this.#batchMax))
    if (batch.length === 0) return
    for (const queue of queues) queue.isUnderWay = true
    const behind = () => queues.flatMap((queue) => queue.pending.splice(0))
    const running = lane.settle(batch, behind).then(() => {
      this.#underWay.delete(running)
      for (const queue of queues) queue.isUnderWay = false
      this.#start()
    })
    this.#underWay.add(running)
  }

  #queueOf({ who }: Award): Queue {
    const name = 'accountId' in who ? `${who.accountId}` : who.id
    let hash = 0
    for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0
    const queue = this.#queues[Math.abs(hash) % this.#queues.length]
    if (!queue) throw new Error('a writer has at least one queue')
    return queue
  }
}
