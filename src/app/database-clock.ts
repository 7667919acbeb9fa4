import { compareClocks } from '../db/compare-clocks.js'
import type { Database } from '../db/connect.js'

export type DatabaseClockOptions = {
  /** This machine's time, in milliseconds since 1970: for as long as the database's is not known. */
  wall: () => number
  /** Monotonic milliseconds. */
  clock: () => number
}

/**
 * What time it is for the whole program: the database's time, carried on by the monotonic clock between two looks. So
 * processes on several machines agree on days, limits and what has run out, whatever their own clocks say, and a clock
 * that somebody sets changes nothing. Source: safety.md, 4.7.
 */
export class DatabaseClock {
  readonly #options: DatabaseClockOptions
  /** The database's milliseconds since 1970 when the monotonic clock stood at 0. */
  #origin: number | null = null

  constructor(options: DatabaseClockOptions) {
    this.#options = options
  }

  now(): Date {
    const { wall, clock } = this.#options
    return new Date(this.#origin === null ? wall() : Math.round(this.#origin + clock()))
  }

  /**
   * Asks the database. What is known is kept while the answer agrees with it within the error of the measure, half of
   * the round trip, so that time does not tremble. Rejects when the database is away.
   */
  async look(db: Database): Promise<void> {
    const { ahead, error } = await compareClocks(db.kysely, this.#options.clock)
    const isKnown = this.#origin !== null && Math.abs(ahead - this.#origin) <= error + 1
    if (!isKnown) this.#origin = ahead
  }

  /** Seconds by which this machine's clock is ahead of the database's (negative: behind); 0 while nobody knows. */
  aheadSeconds(): number {
    return (this.#options.wall() - this.now().getTime()) / 1000
  }
}
