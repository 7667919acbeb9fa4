import type { DuePlace, Wanted } from '../core/deliveries/claim-deliveries.js'
import type { ClaimedDelivery, Deliverer } from '../core/deliveries/delivery.js'

/** Calls under way at a time, at first and after a slow one. */
const WINDOW_MIN = 64
/** Groups leased by one statement. */
const CLAIM_MAX = 1_000
/** Faster than any network: nothing had to be sent. */
const QUICK_MS = 50
const SLOW_MS = 1_000
/** A look that an announcement asks for sees what became due so lately; looks from the start come with the poll. */
const RECENT_SECONDS = 60

/**
 * What the worker has under way for one destination. Bounded, and each destination by itself, so that a platform that
 * is slow, refuses or counts calls holds up no other. The bound grows while calls end at once (most of a backlog is
 * often to be skipped), stays while they take their time, and falls back at the first slow one: what is leased must be carried before its lease ends.
 */
export class DestinationLane {
  readonly destination: string
  readonly deliverer: Deliverer
  readonly #windowMax: number
  #window: number
  #underWay = 0
  #quick = 0
  #sweepNext = true
  #sweeping = false
  #after: DuePlace | null = null

  constructor(destination: string, deliverer: Deliverer, windowMax: number) {
    this.destination = destination
    this.deliverer = deliverer
    this.#windowMax = windowMax
    this.#window = Math.min(WINDOW_MIN, windowMax)
  }

  /** The next look goes through everything that is due, however old. */
  sweep(): void {
    this.#sweepNext = true
  }

  /** What to ask for now; null: enough is under way. */
  wanted(): Wanted | null {
    const room = Math.min(this.#window - this.#underWay, CLAIM_MAX)
    if (room <= 0) return null
    // Only here: a look that is under way when a sweep is asked for must not end it.
    if (this.#sweepNext) {
      this.#sweepNext = false
      this.#sweeping = true
      this.#after = null
    }
    const dueWithinSeconds = this.#sweeping ? null : RECENT_SECONDS
    return { destination: this.destination, room, after: this.#after, dueWithinSeconds }
  }

  /**
   * Keeps room for one call; false: enough is under way. What a look has asked for and not got yet is not counted, else
   * every look would shut the writers out: both together reach twice the bound at most.
   */
  reserve(): boolean {
    if (this.#underWay >= this.#window) return false
    this.#underWay += 1
    return true
  }

  /** Counts in what was leased; true: there may be more. */
  took(asked: Wanted, claimed: readonly ClaimedDelivery[]): boolean {
    this.#underWay += claimed.length
    if (claimed.length < asked.room) {
      this.#sweeping = false
      this.#after = null
      return false
    }
    this.#after = claimed.reduce<DuePlace | null>(
      (last, { place }) =>
        last && (last.us > place.us || (last.us === place.us && last.id > place.id)) ? last : place,
      null,
    )
    if (this.#quick >= this.#window) {
      this.#window = Math.min(this.#window * 2, this.#windowMax)
      this.#quick = 0
    }
    return true
  }

  /** A call ended. */
  called(tookMs: number, isToldToWait: boolean): void {
    this.#quick = tookMs < QUICK_MS ? this.#quick + 1 : 0
    if (tookMs < SLOW_MS && !isToldToWait) return
    this.#quick = 0
    this.#window = Math.min(WINDOW_MIN, this.#windowMax)
  }

  /** Its outcome is written, or cannot be; or what room was kept for does not come. */
  ended(): void {
    this.#underWay -= 1
  }
}
