import type { ApiKey } from '../../../core/api-keys/api-key.js'
import { addToDay, giveBackToDay, isAwarded, takeFromDay } from '../../../core/api-keys/key-budget.js'
import { communityDay } from '../../../core/progression/community-day.js'
import { isUnavailable } from '../../../db/unavailable.js'
import type { WebDeps } from '../deps.js'

type Amount = { xp: number; coins: number }

/** Room for one award in its key's day. */
export type Room = {
  /** False: the day is full. */
  granted: boolean
  /** To call when the award paid nothing new. */
  giveBack(): Promise<void>
}

const nothingTaken = async () => {}

/**
 * Holds awards to the daily limit of their key, among all processes. While the database is away each process counts what
 * it keeps by itself, up to the same limit, and adds it to the day with the key's next award after that.
 */
export class DayLimit {
  readonly #deps: Pick<WebDeps, 'db' | 'now' | 'settings'>
  readonly #kept = new Map<number, Amount & { day: string }>()

  constructor(deps: Pick<WebDeps, 'db' | 'now' | 'settings'>) {
    this.#deps = deps
  }

  async take(key: ApiKey, dedupeKey: string, amount: Amount): Promise<Room> {
    const { db, now, settings } = this.#deps
    const day = communityDay(now(), settings.timeZone)
    try {
      await this.#addKept(key.id)
      if (await isAwarded(db.kysely, dedupeKey)) return { granted: true, giveBack: nothingTaken }
      const granted = await takeFromDay(db.kysely, key, day, amount)
      return { granted, giveBack: () => giveBackToDay(db.kysely, key.id, day, amount) }
    } catch (error) {
      if (!isUnavailable(error)) throw error
      return { granted: this.#keep(key, day, amount), giveBack: nothingTaken }
    }
  }

  async #addKept(keyId: number): Promise<void> {
    const kept = this.#kept.get(keyId)
    if (!kept) return
    this.#kept.delete(keyId)
    try {
      await addToDay(this.#deps.db.kysely, keyId, kept.day, kept)
    } catch (error) {
      if (!this.#kept.has(keyId)) this.#kept.set(keyId, kept)
      throw error
    }
  }

  #keep({ id, dailyMax }: ApiKey, day: string, { xp, coins }: Amount): boolean {
    const before = this.#kept.get(id)
    const sum = before?.day === day ? before : { day, xp: 0, coins: 0 }
    if (sum.xp + xp > dailyMax || sum.coins + coins > dailyMax) return false
    this.#kept.set(id, { day, xp: sum.xp + xp, coins: sum.coins + coins })
    return true
  }
}
