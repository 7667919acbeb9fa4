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
  onError: (error: unknown) => void
  onSettled?: (delivery: Delivery, settlement: Settlement) => void
}

const CLAIM_LIMIT = 64
const LEASE_SECONDS = 30
/** Shorter than half of the lease, so that a slow call cannot outlive it. */
const CALL_TIMEOUT_MS = 12_000
const ATTEMPTS_MAX = 12
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
  #running: Promise<void> | null = null
  #again = false
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
    await this.#running
  }

  /** Looks for work soon; calls during a look make one more look. */
  wake(): void {
    if (this.#stopped) return
    if (this.#running) {
      this.#again = true
      return
    }
    this.#running = this.#work().finally(() => {
      this.#running = null
      if (this.#again) {
        this.#again = false
        this.wake()
      }
    })
  }

  /** Delivers what is due now; returns how many groups were handled. Made for tests and the CLI. */
  async runOnce(): Promise<number> {
    const claimed = await claimDeliveries(this.#db, {
      destinations: [...this.#options.deliverers.keys()],
      limit: CLAIM_LIMIT,
      leaseSeconds: LEASE_SECONDS,
      timeZone: this.#options.timeZone,
    })
    await Promise.all(claimed.map((delivery) => this.#deliver(delivery)))
    return claimed.length
  }

  async #work(): Promise<void> {
    try {
      while (!this.#stopped && (await this.runOnce()) > 0) {}
    } catch (error) {
      this.#options.onError(error)
    }
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
      } else if (settlement.state !== 'open') {
        // More may have come for the same account while the call was under way.
        this.#again = true
      }
    } catch (error) {
      // The lease runs out by itself; the delivery is then taken up again.
      if (!isUnavailable(error)) this.#options.onError(error)
    }
  }

  async #call(delivery: Delivery): Promise<DeliveryOutcome> {
    const deliverer = this.#options.deliverers.get(delivery.destination)
    if (!deliverer) return { status: 'failed', error: `no deliverer for ${delivery.destination}` }
    if (delivery.maybeArrived && (delivery.attempts > 2 || delivery.ageSeconds > RESEND_SECONDS_MAX)) {
      return { status: 'failed', error: 'the answer was lost; sending again could repeat it' }
    }
    try {
      return await deliverer(delivery, AbortSignal.timeout(CALL_TIMEOUT_MS))
    } catch (error) {
      this.#options.onError(error)
      return { status: 'retry', error: error instanceof Error ? error.message : String(error) }
    }
  }

  #wakeAfter(ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.wake()
    }, ms)
    this.#timers.add(timer)
  }
}

function settle(delivery: Delivery, outcome: DeliveryOutcome, random: () => number): Settlement {
  const tryAgain = (error: string, unknown: boolean): Settlement =>
    delivery.attempts >= ATTEMPTS_MAX
      ? { state: 'failed', note: error }
      : {
          state: 'open',
          afterSeconds: nextAttemptSeconds(delivery.attempts, random()),
          error,
          outcome: unknown ? 'unknown' : null,
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
        afterSeconds: outcome.seconds,
        error: outcome.why,
        outcome: null,
        counts: false,
      }
    case 'retry':
      return tryAgain(outcome.error, false)
    case 'unknown':
      return tryAgain(outcome.error, true)
    case 'failed':
      return { state: 'failed', note: outcome.error }
    default:
      return outcome satisfies never
  }
}
