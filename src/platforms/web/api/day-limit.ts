import type { ApiKey } from '../../../core/api-keys/api-key.js'
import { type Amount, giveBackToDay, isAwarded, takeFromDay } from '../../../core/api-keys/key-budget.js'
import { communityDay } from '../../../core/progression/community-day.js'
import { isUnavailable } from '../../../db/unavailable.js'
import type { WebDeps } from '../deps.js'

/** Room for one award in its key's day. */
export type Room = {
  /** `later`: the database is away, so the day itself decides when the award is written. */
  verdict: 'taken' | 'later' | 'full'
  /** To call when the award paid nothing new. */
  giveBack(): Promise<void>
}

const nothingTaken = async () => {}

/**
 * Holds awards to the daily limit of their key, among all processes. While the database is away nothing can be taken out
 * of the day: this process then adds what it keeps to the last that it knows of the day and refuses beyond the limit,
 * and the day itself is asked when the award is written (core/api-keys/charge-kept.ts), so that it is never overrun.
 */
export class DayLimit {
  readonly #deps: Pick<WebDeps, 'db' | 'now' | 'settings'>
  /** What is known to be used of each key's day, and what was kept since. */
  readonly #known = new Map<number, Amount & { day: string }>()

  constructor(deps: Pick<WebDeps, 'db' | 'now' | 'settings'>) {
    this.#deps = deps
  }

  async take(key: ApiKey, dedupeKey: string, amount: Amount): Promise<Room> {
    const { db, now, settings } = this.#deps
    const day = communityDay(now(), settings.timeZone)
    try {
      if (await isAwarded(db.kysely, dedupeKey)) return { verdict: 'taken', giveBack: nothingTaken }
      const used = await takeFromDay(db.kysely, key, day, amount)
      if (!used) return { verdict: 'full', giveBack: nothingTaken }
      this.#known.set(key.id, { day, ...used })
      return { verdict: 'taken', giveBack: () => giveBackToDay(db.kysely, key.id, day, amount) }
    } catch (error) {
      if (!isUnavailable(error)) throw error
      return this.#keep(key, day, amount)
    }
  }

  #keep({ id, dailyMax }: ApiKey, day: string, { xp, coins }: Amount): Room {
    const known = this.#known.get(id)
    const before = known?.day === day ? known : { day, xp: 0, coins: 0 }
    if (before.xp + xp > dailyMax || before.coins + coins > dailyMax)
      return { verdict: 'full', giveBack: nothingTaken }
    const after = { day, xp: before.xp + xp, coins: before.coins + coins }
    this.#known.set(id, after)
    return {
      verdict: 'later',
      giveBack: async () => {
        const now = this.#known.get(id)
        if (now?.day === day) this.#known.set(id, { day, xp: now.xp - xp, coins: now.coins - coins })
      },
    }
  }
}
