import { setImmediate as turn } from 'node:timers/promises'
import { claimDeliveries, type Wanted } from '../core/deliveries/claim-deliveries.js'
import { PLANNER } from '../core/deliveries/claim-statements.js'
import {
  type ClaimedDelivery,
  type Deliverer,
  type Delivery,
  type DeliveryOutcome,
  REPEATABLE,
} from '../core/deliveries/delivery.js'
import type { Leasing } from '../core/deliveries/leasing.js'
import { parkFollowers } from '../core/deliveries/park-followers.js'
import type { Settlement } from '../core/deliveries/settle-deliveries.js'
import type { Database } from '../db/connect.js'
import { StatementConnection } from '../db/statement-connection.js'
import { isUnavailable } from '../db/unavailable.js'
import type { ChangeFeed } from './change-feed.js'
import { Deadline } from './deadline.js'
import { DestinationLane } from './destination-lane.js'
import { OpenedLeases } from './opened-leases.js'
import { settlementOf } from './settlement-of.js'
import { Settler } from './settler.js'

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

/** Calls under way for one destination at most. The embedded database serves pages between two claims. */
const WINDOW_MAX = { postgres: 2_000, embedded: 200 }
const LEASE_SECONDS = 30
const CALL_TIMEOUT_MS = 12_000
/** A notice whose answer was lost is sent at most once more, and only while it is news. */
const RESEND_SECONDS_MAX = 300
const MOMENT_MS = 20
const QUERY_TIMEOUT_MS = 10_000
const SESSION = Object.entries(PLANNER).map(([setting, value]) => `${setting} = ${value}`)

/**
 * Carries events to the platforms: wakes when the database announces work and looks every few seconds in any case.
 * The network is never called inside a transaction: lease, commit, call, confirm. Any number may run at once. Outcomes
 * are written on a connection of their own, so that the next lease need not wait for them.
 */
export class SyncWorker {
  /** For a writer of this process. */
  readonly leasing: Leasing
  readonly #options: SyncWorkerOptions
  readonly #lanes: Map<string, DestinationLane>
  readonly #claims: StatementConnection
  readonly #outcomes: StatementConnection
  readonly #settler: Settler
  readonly #unsubscribe: (() => void)[] = []
  readonly #calls = new Set<Promise<void>>()
  #poll: NodeJS.Timeout | null = null
  readonly #early = new Map<number, NodeJS.Timeout>()
  #looking: Promise<void> | null = null
  #again = false
  #parking = false
  #stopped = true

  constructor(db: Database, options: SyncWorkerOptions) {
    this.#options = options
    this.#lanes = new Map(
      [...options.deliverers].map(([destination, deliverer]) => [
        destination,
        new DestinationLane(destination, deliverer, WINDOW_MAX[db.kind]),
      ]),
    )
    const connection = () =>
      new StatementConnection(db, { queryTimeoutMs: QUERY_TIMEOUT_MS, settings: SESSION })
    this.#claims = connection()
    this.#outcomes = connection()
    this.#settler = new Settler(this.#outcomes)
    this.leasing = new OpenedLeases({
      lanes: this.#lanes,
      leaseSeconds: LEASE_SECONDS,
      timeZone: options.timeZone,
      isOpen: () => !this.#stopped,
      carry: (claimed) => this.#begin(claimed),
      underWay: (attempt) => this.#follow(attempt),
    })
  }

  start(): void {
    this.#stopped = false
    this.#unsubscribe.push(this.#options.feed.onDeliveries(() => this.wake()))
    this.#poll = setInterval(() => this.#sweep(), this.#options.pollSeconds * 1000)
    this.#sweep()
  }

  /** Takes no new work and resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe()
    if (this.#poll) clearInterval(this.#poll)
    for (const timer of this.#early.values()) clearTimeout(timer)
    await this.#looking
    // What a writer's commit leased meanwhile adds to them.
    while (this.#calls.size > 0) await Promise.all(this.#calls)
    await Promise.all([this.#claims.close(), this.#outcomes.close()])
  }

  /** Looks for work soon; calls during a look make one more look. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
      if (this.#again) this.wake()
    })
  }

  /** Delivers what is due now; returns how many groups were handled. Made for tests and the CLI. */
  async runOnce(): Promise<number> {
    for (const lane of this.#lanes.values()) lane.sweep()
    const claimed = await this.#claim()
    if (claimed.length === 0) return 0
    const deadline = this.#deadline(claimed.length)
    await Promise.all(claimed.map((delivery) => this.#carry(delivery, deadline)))
    return claimed.length
  }

  /** Looks at everything that is due: what was announced to nobody, and what a dead worker left. */
  #sweep(): void {
    for (const lane of this.#lanes.values()) lane.sweep()
    this.#parking = true
    this.wake()
  }

  /** Begins calls until nothing is due or enough are under way; one that hangs keeps no other waiting. */
  async #look(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        // What ends in one turn makes room for one claim.
        await turn()
        this.#again = false
        const claimed = await this.#claim()
        this.#begin(claimed)
      }
    } catch (error) {
      this.#again = false
      this.#options.onError(error)
    }
  }

  #begin(claimed: readonly ClaimedDelivery[]): void {
    if (claimed.length === 0) return
    const deadline = this.#deadline(claimed.length)
    for (const delivery of claimed) {
      // Then there is room again, and more may have come for the same account meanwhile.
      this.#follow(this.#carry(delivery, deadline).finally(() => this.wake()))
    }
  }

  /** The end of this worker waits for it. */
  #follow(work: Promise<void>): void {
    const followed = work.finally(() => this.#calls.delete(followed))
    this.#calls.add(followed)
  }

  #deadline(calls: number): Deadline {
    return new Deadline(calls, this.#options.callTimeoutMs ?? CALL_TIMEOUT_MS)
  }

  async #claim(): Promise<ClaimedDelivery[]> {
    const wanted = [...this.#lanes.values()].flatMap((lane) => lane.wanted() ?? [])
    if (wanted.length === 0) return []
    const { timeZone } = this.#options
    const claimed = await claimDeliveries(this.#claims, { wanted, leaseSeconds: LEASE_SECONDS, timeZone })
    const isMore = wanted.map((asked) => this.#took(asked, claimed)).includes(true)
    if (isMore) this.#again = true
    else if (this.#parking && claimed.length === 0) {
      this.#parking = false
      await parkFollowers(this.#claims, [...this.#lanes.keys()])
    }
    return claimed
  }

  #took(asked: Wanted, claimed: readonly ClaimedDelivery[]): boolean {
    const own = claimed.filter(({ destination }) => destination === asked.destination)
    return this.#lanes.get(asked.destination)?.took(asked, own) ?? false
  }

  /** Calls the platform and writes the outcome. Never rejects. */
  async #carry(delivery: ClaimedDelivery, deadline: Deadline): Promise<void> {
    const lane = this.#lanes.get(delivery.destination)
    const began = performance.now()
    const outcome = await this.#call(delivery, lane, deadline)
    deadline.ended()
    lane?.called(performance.now() - began, outcome.status === 'later')
    const settlement = settlementOf(delivery, outcome, this.#options.random)
    try {
      const kept = await this.#settler.settle({ delivery, settlement })
      if (!kept) return
      this.#options.onSettled?.(delivery, settlement)
      // What stays open soon is looked at when it is due, not at the next round.
      if (settlement.state === 'open' && settlement.afterSeconds < this.#options.pollSeconds) {
        this.#wakeAfter(settlement.afterSeconds * 1000)
      }
    } catch (error) {
      // The lease runs out by itself; the delivery is then taken up again.
      if (!isUnavailable(error)) this.#options.onError(error)
    } finally {
      lane?.ended()
    }
  }

  async #call(
    delivery: ClaimedDelivery,
    lane: DestinationLane | undefined,
    deadline: Deadline,
  ): Promise<DeliveryOutcome> {
    if (!lane) return { status: 'failed', error: `no deliverer for ${delivery.destination}` }
    const isOld = delivery.resent || delivery.ageSeconds > RESEND_SECONDS_MAX
    if (delivery.maybeArrived && isOld && !REPEATABLE.has(delivery.destination)) {
      return { status: 'failed', error: 'the answer was lost; sending again could repeat it' }
    }
    try {
      return await Promise.race([lane.deliverer(delivery, deadline.signal), deadline.overdue])
    } catch (error) {
      this.#options.onError(error)
      return { status: 'retry', error: error instanceof Error ? error.message : String(error) }
    }
  }

  /** One timer for all that is due within a moment: their number is bounded by the poll. */
  #wakeAfter(ms: number): void {
    const moment = Math.ceil((performance.now() + ms) / MOMENT_MS)
    if (this.#stopped || this.#early.has(moment)) return
    const timer = setTimeout(
      () => {
        this.#early.delete(moment)
        this.wake()
      },
      moment * MOMENT_MS - performance.now(),
    )
    this.#early.set(moment, timer)
  }
}
