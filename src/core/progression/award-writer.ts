import type { Database } from '../../db/connect.js'
import { DatabaseUnavailableError } from '../../db/unavailable.js'
import type { Leasing } from '../deliveries/leasing.js'
import type { Award, AwardOutcome } from './award.js'
import { AwardLane } from './award-lane.js'
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

/**
 * Takes awards and answers each when it is durable. An identity always goes the same lane, so that its awards keep
 * their order and lanes seldom meet at an account's lock. How a lane commits: `AwardLane`.
 */
export class AwardWriter implements AwardSink {
  readonly #lanes: AwardLane[]
  readonly #waitingMax: number
  #waiting = 0

  constructor(db: Database, options: AwardWriterOptions) {
    this.#waitingMax = options.waitingMax ?? WAITING_MAX
    const onAnswer = (answered: number) => {
      this.#waiting -= answered
    }
    this.#lanes = Array.from({ length: LANES[db.kind] }, () => new AwardLane(db, options, onAnswer))
  }

  /** Resolves when the award is durable (or refused by the rules); rejects with DatabaseUnavailableError or DedupeConflictError. */
  award(award: Award): Promise<AwardOutcome> {
    if (this.#waiting >= this.#waitingMax) {
      return Promise.reject(new DatabaseUnavailableError('more awards at once than can be written'))
    }
    // One promise an award, and no step between its answer and the caller: both would weigh on every award.
    return new Promise((resolve, reject) => {
      this.#waiting += 1
      this.#laneOf(award).take({ award, resolve, reject })
    })
  }

  /** Resolves when everything handed in so far is answered. */
  async flush(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.flush()))
  }

  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }

  #laneOf({ who }: Award): AwardLane {
    const name = 'accountId' in who ? `${who.accountId}` : who.id
    let hash = 0
    for (let i = 0; i < name.length; i++) hash = (hash * 31 + name.charCodeAt(i)) | 0
    const lane = this.#lanes[Math.abs(hash) % this.#lanes.length]
    if (!lane) throw new Error('a writer has at least one lane')
    return lane
  }
}
