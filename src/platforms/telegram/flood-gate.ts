/** How many people are remembered; beyond it those whose patience is restored are forgotten. */
const PEOPLE_KEPT = 10_000

export type FloodVerdict = 'pass' | 'warn' | 'drop'

/** Keeps one hasty person from holding up everybody else's commands: a few at once, then one after another. */
export class FloodGate {
  readonly #limits: { burst: number; perSecond: number }
  readonly #clock: () => number
  readonly #people = new Map<number, { tokens: number; at: number; warned: boolean }>()

  /** `clock` gives monotonic milliseconds. */
  constructor(limits: { burst: number; perSecond: number }, clock: () => number) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Counts one act; `warn` comes once, at the first that is too much. */
  take(personId: number): FloodVerdict {
    const { burst, perSecond } = this.#limits
    const now = this.#clock()
    const known = this.#people.get(personId) ?? { tokens: burst, at: now, warned: false }
    const tokens = Math.min(burst, known.tokens + ((now - known.at) / 1000) * perSecond)
    const passes = tokens >= 1
    this.#people.set(personId, { tokens: passes ? tokens - 1 : tokens, at: now, warned: !passes })
    if (this.#people.size > PEOPLE_KEPT) this.#forget(now)
    return passes ? 'pass' : known.warned ? 'drop' : 'warn'
  }

  #forget(now: number): void {
    const patience = (this.#limits.burst / this.#limits.perSecond) * 1000
    for (const [id, { at }] of this.#people) if (now - at >= patience) this.#people.delete(id)
  }
}
