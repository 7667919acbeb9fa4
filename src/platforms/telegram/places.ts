import { cleanName } from '../../core/accounts/clean-name.js'
import { isOutage } from '../../core/availability/is-outage.js'
import { listPlaces, movePlace, setPlace } from '../../core/places/places.js'
import type { Database } from '../../db/connect.js'

const FRESH_MS = 30_000

/** Whether a group pays: by an entry (`/here`, CLI, admin page) if there is one, else by the operator's list. */
export class PlacesBook {
  readonly #db: Database
  readonly #listed: ReadonlySet<string>
  readonly #everywhere: boolean
  readonly #clock: () => number
  #entries: { at: number; multipliers: Map<string, number | null> } | null = null
  #loading: Promise<Map<string, number | null>> | null = null
  #last: Map<string, number | null> | null = null
  #changes = 0

  /** `clock` gives monotonic milliseconds. */
  constructor(
    db: Database,
    { groupIds, payEverywhere }: { groupIds: readonly string[]; payEverywhere: boolean },
    clock: () => number,
  ) {
    this.#db = db
    this.#listed = new Set(groupIds)
    this.#everywhere = payEverywhere
    this.#clock = clock
  }

  /**
   * How much of the usual a group pays; null when it pays nothing. At most half a minute behind other processes; while
   * the database is away the last that was read holds.
   */
  async multiplierOf(chatId: string): Promise<number | null> {
    const entry = (await this.#fresh()).get(chatId)
    if (entry !== undefined) return entry
    return this.#everywhere || this.#listed.has(chatId) ? 1 : null
  }

  /** Makes a group pay, or ends it; effective at once in this process. */
  async set(chatId: string, title: string, pays: boolean, actor: string): Promise<void> {
    const place = { platform: 'telegram', placeId: chatId, title: cleanName(title) ?? '', pays } as const
    await setPlace(this.#db, place, actor)
    this.#forget()
  }

  /** A group became a supergroup: what it paid goes on under the new id. Repeating it changes nothing. */
  async move(from: string, to: string, title: string): Promise<void> {
    const multiplier = await this.multiplierOf(from)
    await movePlace(this.#db, 'telegram', from, to)
    this.#forget()
    // A group of the environment's list has no entry that could follow.
    if (multiplier !== null && !this.#everywhere && !(await this.#fresh()).has(to)) {
      await this.set(to, title, true, `telegram:migrated:${from}`)
    }
  }

  /** What is being read right now may be older than the change. */
  #forget(): void {
    this.#changes += 1
    this.#entries = null
    this.#loading = null
  }

  #fresh(): Promise<Map<string, number | null>> | Map<string, number | null> {
    if (this.#entries && this.#clock() - this.#entries.at < FRESH_MS) return this.#entries.multipliers
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load(): Promise<Map<string, number | null>> {
    const at = this.#clock()
    const changes = this.#changes
    try {
      const places = await listPlaces(this.#db.kysely, 'telegram')
      const multipliers = new Map(
        places.map((place) => [place.placeId, place.pays ? place.multiplier : null]),
      )
      if (changes === this.#changes) this.#entries = { at, multipliers }
      this.#last = multipliers
      return multipliers
    } catch (error) {
      if (this.#last === null || !isOutage(error)) throw error
      if (changes === this.#changes) this.#entries = { at, multipliers: this.#last }
      return this.#last
    } finally {
      if (changes === this.#changes) this.#loading = null
    }
  }
}
