import { claimDeliveries } from '../core/deliveries/claim-deliveries.js'
import type { Deliverer, Delivery, DeliveryOutcome } from '../core/deliveries/delivery.js'
import { type Settlement, settleDelivery } from '../core/deliveries/settle-delivery.js'
import type { Database } from '../db/connect.js'
import { isUnavailable } from '../db/unavailable.js'
import { nextAttemptSeconds } from './backoff.js'
import type { ChangeFeed } from './change-feed.js'

export type SyncWorkerOptions = {
  deliverers: ReadonlyMap<string, Deliverer>
  feed: ChangeFeed
  pollSeconds: number
  timeZone: string
  /** 0 to 1, for jitter. */
  random: () => number
  /** How long one call may take; less than half of the lease, so that a slow call cannot outlive it. */
  callTimeoutMs?: number
  onError: (error: unknown) => void
  onSettled?: (delivery: Delivery, settlement: Settlement) => void
}

/** Calls under way at a time. */
const CALLS_MAX = 64
const LEASE_SECONDS = 30
const CALL_TIMEOUT_MS = 12_000
const ATTEMPTS_MAX = 12
/** Told to wait no time at all, the worker still does not spin. */
const WAIT_SECONDS_MIN = 0.1
/** A notice whose answer was lost is sent at most once more, and only while it is news. */
const RESEND_SECONDS_MAX = 300

/**
 * Carries events to the platforms: wakes when the database announces work and looks every few seconds in any case.
 * The network is never called inside a transaction: lease, commit, call, confirm. Any number may run at once.
 */
export class SyncWorker {
  readonly #db: Database
  readonly #options: SyncWorkerOptions
  readonly #unsubscribe: (() => void)[] = []
  readonly #timers = new Set<NodeJS.Timeout>()
  #poll: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #again = false
  readonly #calls = new Set<Promise<void>>()
  #stopped = true

  constructor(db: Database, options: SyncWorkerOptions) {
    this.#db = db
    this.#options = options
  }

  start(): void {
    this.#stopped = false
    this.#unsubscribe.push(this.#options.feed.onDeliveries(() => this.wake()))
    this.#poll = setInterval(() => this.wake(), this.#options.pollSeconds * 1000)
    this.wake()
  }

  /** Takes no new work and resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe()
    if (this.#poll) clearInterval(this.#poll)
    for (const timer of this.#timers) clearTimeout(timer)
    await this.#looking
    await Promise.all(this.#calls)
  }

  /** Looks for work soon; calls during a look make one more look. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
      if (this.#again && this.#calls.size < CALLS_MAX) this.wake()
    })
  }

  /** Delivers what is due now; returns how many groups were handled. Made for tests and the CLI. */
  async runOnce(): Promise<number> {
    const claimed = await this.#claim(CALLS_MAX)
    await Promise.all(claimed.map((delivery) => this.#deliver(delivery)))
    return claimed.length
  }

  /** Begins calls until nothing is due or enough are under way; one that hangs keeps no other waiting. */
  async #look(): Promise<void> {
    try {
      while (this.#again && !this.#stopped && this.#calls.size < CALLS_MAX) {
        this.#again = false
        const claimed = await this.#claim(CALLS_MAX - this.#calls.size)
        if (claimed.length > 0) this.#again = true
        for (const delivery of claimed) {
          const call = this.#deliver(delivery).finally(() => {
            this.#calls.delete(call)
            // There is room again, and more may have come for the same account meanwhile.
            this.wake()
          })
          this.#calls.add(call)
        }
      }
    } catch (error) {
      this.#again = false
      this.#options.onError(error)
    }
  }

  #claim(limit: number): Promise<Delivery[]> {
    return claimDeliveries(this.#db, {
      destinations: [...this.#options.deliverers.keys()],
      limit,
      leaseSeconds: LEASE_SECONDS,
      timeZone: this.#options.timeZone,
    })
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const outcome = await this.#call(delivery)
    const settlement = settle(delivery, outcome, this.#options.random)
    try {
      const kept = await settleDelivery(this.#db, delivery, settlement)
      if (!kept) return
      this.#options.onSettled?.(delivery, settlement)
      // What stays open soon is looked at when it is due, not at the next round.
      if (settlement.state === 'open' && settlement.afterSeconds < this.#options.pollSeconds) {
        this.#wakeAfter(settlement.afterSeconds * 1000)
      }
    } catch (error) {
      // The lease runs out by itself; the delivery is then taken up again.
      if (!isUnavailable(error)) this.#options.onError(error)
    }
  }

  async #call(delivery: Delivery): Promise<DeliveryOutcome> {
    const deliverer = this.#options.deliverers.get(delivery.destination)
    if (!deliverer) return { status: 'failed', error: `no deliverer for ${delivery.destination}` }
    if (delivery.maybeArrived && (delivery.resent || delivery.ageSeconds > RESEND_SECONDS_MAX)) {
      return { status: 'failed', error: 'the answer was lost; sending again could repeat it' }
    }
    const signal = AbortSignal.timeout(this.#options.callTimeoutMs ?? CALL_TIMEOUT_MS)
    const overdue = new Promise<DeliveryOutcome>((resolve) => {
      signal.onabort = () => resolve({ status: 'unknown', error: 'no answer in time' })
    })
    try {
      return await Promise.race([deliverer(delivery, signal), overdue])
    } catch (error) {
      this.#options.onError(error)
      return { status: 'retry', error: error instanceof Error ? error.message : String(error) }
    }
  }

  #wakeAfter(ms: number): void {
    if (this.#stopped) return
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.wake()
    }, ms)
    this.#timers.add(timer)
  }
}

function settle(delivery: Delivery, outcome: DeliveryOutcome, random: () => number): Settlement {
  // A doubt stays until the delivery ends: being told to wait does not make an earlier message unsent.
  const doubt = delivery.maybeArrived ? 'unknown' : null
  const tryAgain = (error: string, mark: 'unknown' | null): Settlement =>
    delivery.attempts >= ATTEMPTS_MAX
      ? { state: 'failed', note: error }
      : {
          state: 'open',
          afterSeconds: nextAttemptSeconds(delivery.attempts, random()),
          error,
          outcome: mark,
          counts: true,
        }
  switch (outcome.status) {
    case 'delivered':
      return { state: 'delivered', note: null }
    case 'skipped':
      return { state: 'skipped', note: outcome.why }
    case 'later':
      return {
        state: 'open',
        afterSeconds: Math.max(outcome.seconds, WAIT_SECONDS_MIN),
        error: outcome.why,
        outcome: doubt,
        counts: false,
      }
    case 'retry':
      return tryAgain(outcome.error, doubt)
    case 'unknown':
      return doubt ? { state: 'failed', note: outcome.error } : tryAgain(outcome.error, 'unknown')
    case 'failed':
      return { state: 'failed', note: outcome.error }
    default:
      return outcome satisfies never
  }
}
