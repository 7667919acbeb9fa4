import { isOutage } from '../../../core/availability/is-outage.js'
import { type Lease, releaseLease, renewLease, takeLease } from '../../../core/duties/leases.js'
import type { Database } from '../../../db/connect.js'
import { describeError } from '../errors.js'
import type { Log } from '../types.js'

/**
 * `held`: this process fetches the bot's updates. `elsewhere`: another one on the same database does. `no_database`:
 * nobody can tell.
 */
export type LeaseState = 'unknown' | 'held' | 'elsewhere' | 'no_database'

export type LeaseOptions = {
  name: string
  holder: string
  seconds: number
  renewMs: number
  /** Monotonic milliseconds. */
  clock: () => number
  log: Log
}

/**
 * Keeps the lease that lets one process at a time poll for a bot. Looks every `renewMs`; whoever cannot renew hears of
 * it before the lease ends, so that two never poll on purpose.
 */
export class LeaseKeeper {
  readonly #db: Database
  readonly #options: LeaseOptions
  readonly #listeners = new Set<(state: LeaseState) => void>()
  #lease: Lease | null = null
  #endsAt = 0
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #lookedAt = 0
  #state: LeaseState = 'unknown'

  constructor(db: Database, options: LeaseOptions) {
    this.#db = db
    this.#options = options
  }

  get state(): LeaseState {
    return this.#state
  }

  onChange(listener: (state: LeaseState) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), this.#options.renewMs)
    this.#tick()
  }

  /** Resolves when the state is known, or when the present look at the database takes too long. */
  async settled(timeoutMs: number): Promise<LeaseState> {
    if (this.#state !== 'unknown') return this.#state
    await Promise.race([this.#looking, new Promise((resolve) => setTimeout(resolve, timeoutMs).unref())])
    if (this.#state === 'unknown') this.#set('no_database')
    return this.#state
  }

  /** Gives the lease back, so that a process standing by need not wait. Gives up after a second. */
  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    this.#listeners.clear()
    const end = async () => {
      await this.#looking
      if (this.#lease) await releaseLease(this.#db, this.#lease)
    }
    await Promise.race([end().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
  }

  #tick(): void {
    const { clock, renewMs } = this.#options
    // A database that does not answer must not be waited for beyond the lease.
    if (this.#state === 'held' && clock() + renewMs >= this.#endsAt) this.#set('no_database')
    if (this.#looking && clock() - this.#lookedAt < this.#options.seconds * 1000) return
    // What a look that is given up still hears counts no more: by then the lease it took has ended.
    this.#lookedAt = clock()
    const look = this.#look(this.#lookedAt).finally(() => {
      if (this.#looking === look) this.#looking = null
    })
    this.#looking = look
  }

  async #look(began: number): Promise<void> {
    const { name, holder, seconds, log } = this.#options
    const isGivenUp = () => began !== this.#lookedAt
    try {
      let lease = this.#lease
      if (lease && !(await renewLease(this.#db, lease, seconds))) lease = null
      lease ??= await takeLease(this.#db, name, holder, seconds)
      if (isGivenUp()) return
      this.#lease = lease
      if (lease) this.#endsAt = began + seconds * 1000
      this.#set(lease ? 'held' : 'elsewhere')
    } catch (error) {
      if (isGivenUp()) return
      if (!isOutage(error)) log.error({ reason: describeError(error) }, 'the lease of the bot cannot be kept')
      if (this.#state !== 'held') this.#set('no_database')
    }
  }

  #set(state: LeaseState): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener(state)
  }
}
