import { admitLeaders, rebuildBoard } from '../core/boards/board.js'
import { rebuildTops } from '../core/boards/count-tops.js'
import { eraseDue, sweepErasedRoles } from '../core/deletion/erase-account.js'
import { forgetBeats } from '../core/duties/heartbeats.js'
import { type Lease, releaseLease, renewLease, takeLease } from '../core/duties/leases.js'
import { expireRounds, type RoundContext } from '../core/games/rounds.js'
import { expireLinkRequests } from '../core/linking/cancel-link-request.js'
import { expireDiscordLinks } from '../core/linking/end-discord-links.js'
import { forgetLinkTraces } from '../core/linking/forget-link-traces.js'
import { forgetFingerprints } from '../core/messages/forget-fingerprints.js'
import { foldDaySumsDuty } from '../core/progression/day-sums.js'
import type { Database } from '../db/connect.js'
import type { ChangeFeed } from './change-feed.js'

export type DutiesOptions = {
  holder: string
  feed: ChangeFeed
  context: () => RoundContext
  /** Monotonic milliseconds. */
  clock: () => number
  onError: (error: unknown) => void
}

const LEASE_NAME = 'duties'
const LEASE_SECONDS = 8
const TICK_MS = 2_000
const ROUNDS_MS = 10_000
const FOLD_MS = 5_000
const FORGET_MS = 600_000
const ERASE_MS = 60_000
/**
 * Counting costs with the number of members, so large communities are counted less often: up to 16,000 members once a
 * second, a million once a minute (0.6 s each). By members, not by the time it took: a slow moment must not stop boards.
 */
const BOARD_MS_MIN = 1_000
const BOARD_MS_PER_MEMBER = 0.06
const TOPS_MS_MIN = 10_000
const TOPS_MS_PER_MEMBER = 0.3
const TOPS_MS_MAX = 600_000

/** Accounts that changed since the last look at most; a count anew finds all of them. */
const CHANGED_MAX = 10_000

/** Work that one process does for all: boards, rounds and link requests that run out, traces that must be forgotten. */
export class Duties {
  readonly #db: Database
  readonly #options: DutiesOptions
  #lease: Lease | null = null
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> = Promise.resolve()
  #unsubscribe: (() => void)[] = []
  #boardDirty = true
  #nextBoard = 0
  #members = 0
  #topsDirty = true
  #nextTops = 0
  #nextRounds = 0
  #nextFold = 0
  #nextForget = 0
  #nextErase = 0
  readonly #changed = new Set<number>()

  constructor(db: Database, options: DutiesOptions) {
    this.#db = db
    this.#options = options
  }

  get isLeader(): boolean {
    return this.#lease !== null
  }

  start(): void {
    const { feed } = this.#options
    this.#unsubscribe = [
      feed.onChanged((ids) => {
        if (this.#changed.size < CHANGED_MAX) for (const id of ids) this.#changed.add(id)
        else {
          this.#boardDirty = true
          this.#topsDirty = true
        }
        if (ids.length > 0) this.#soon()
      }),
      feed.onConnected(() => {
        this.#boardDirty = true
        this.#soon()
      }),
    ]
    this.#timer = setInterval(() => this.#soon(), TICK_MS)
    this.#soon()
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    await this.#running
    if (this.#lease) await releaseLease(this.#db, this.#lease).catch(() => {})
    this.#lease = null
  }

  /** One round of whatever is due. */
  async runOnce(): Promise<void> {
    if (!(await this.#hold())) {
      // Somebody else sees these changes; whoever takes over counts anew.
      this.#changed.clear()
      this.#boardDirty = true
      this.#topsDirty = true
      return
    }
    const { clock, context } = this.#options
    // One duty that fails must not keep the others undone.
    await this.#try(() => this.#board())
    await this.#try(() => this.#tops())
    if (clock() >= this.#nextFold) {
      this.#nextFold = clock() + FOLD_MS
      await this.#try(() => foldDaySumsDuty(this.#db))
    }
    if (clock() >= this.#nextRounds) {
      this.#nextRounds = clock() + ROUNDS_MS
      await this.#try(() => expireRounds(this.#db, context()))
      await this.#try(() => expireLinkRequests(this.#db, context()))
      await this.#try(() => expireDiscordLinks(this.#db, context()))
    }
    if (clock() >= this.#nextForget) {
      this.#nextForget = clock() + FORGET_MS
      await this.#try(() => forgetFingerprints(this.#db))
      await this.#try(() => forgetLinkTraces(this.#db, context()))
      await this.#try(() => forgetBeats(this.#db))
      await this.#try(() => sweepErasedRoles(this.#db))
    }
    if (clock() >= this.#nextErase) {
      this.#nextErase = clock() + ERASE_MS
      await this.#try(() => eraseDue(this.#db, context()))
    }
  }

  async #try(duty: () => Promise<unknown>): Promise<void> {
    try {
      await duty()
    } catch (error) {
      this.#options.onError(error)
    }
  }

  async #board(): Promise<void> {
    const { clock, context } = this.#options
    if (this.#changed.size > 0) {
      const ids = [...this.#changed]
      this.#changed.clear()
      this.#boardDirty = true
      this.#topsDirty = true
      await admitLeaders(this.#db, ids)
    }
    if (!this.#boardDirty || clock() < this.#nextBoard) return
    this.#nextBoard = clock() + BOARD_MS_MIN
    const { accounts } = await rebuildBoard(this.#db, clock, context().rules.timeZone)
    this.#boardDirty = false
    this.#members = accounts
    this.#nextBoard = clock() + Math.max(BOARD_MS_MIN, accounts * BOARD_MS_PER_MEMBER)
  }

  async #tops(): Promise<void> {
    const { clock, context } = this.#options
    // A day that ends without any act empties its boards too.
    if (clock() < this.#nextTops + (this.#topsDirty ? 0 : TOPS_MS_MAX)) return
    this.#nextTops = clock() + TOPS_MS_MIN
    const { now, rules } = context()
    await rebuildTops(this.#db, { now, timeZone: rules.timeZone, clock })
    this.#topsDirty = false
    this.#nextTops = clock() + Math.max(TOPS_MS_MIN, this.#members * TOPS_MS_PER_MEMBER)
  }

  #pending = false
  #soon(): void {
    if (this.#pending) return
    this.#pending = true
    this.#running = this.#running.then(async () => {
      this.#pending = false
      try {
        await this.runOnce()
      } catch (error) {
        this.#options.onError(error)
      }
    })
  }

  #leaseCheckedAt = 0
  async #hold(): Promise<boolean> {
    const now = this.#options.clock()
    if (this.#lease && now - this.#leaseCheckedAt < TICK_MS) return true
    this.#leaseCheckedAt = now
    if (this.#lease && !(await renewLease(this.#db, this.#lease, LEASE_SECONDS))) this.#lease = null
    this.#lease ??= await takeLease(this.#db, LEASE_NAME, this.#options.holder, LEASE_SECONDS)
    return this.#lease !== null
  }
}
