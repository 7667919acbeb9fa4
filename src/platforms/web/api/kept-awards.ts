/** What a key asked for while the database was away, so that the same Idempotency-Key is not kept twice. */
export class KeptAwards {
  readonly #requests = new Map<string, { request: string; serial: number }>()
  #serial = 0

  /** The request that a dedupe key was kept with; undefined when it was not kept here, or is written by now. */
  requestOf(dedupeKey: string): string | undefined {
    return this.#requests.get(dedupeKey)?.request
  }

  add(dedupeKey: string, request: string): void {
    this.#requests.set(dedupeKey, { request, serial: ++this.#serial })
  }

  remove(dedupeKey: string): void {
    this.#requests.delete(dedupeKey)
  }

  /** A moment, for `settledBefore`. */
  get moment(): number {
    return this.#serial
  }

  /**
   * Forgets what was kept before a moment. An award that is written at once has waited for all that was kept before it,
   * so the ledger answers for those.
   */
  settledBefore(moment: number): void {
    for (const [key, { serial }] of this.#requests) {
      if (serial > moment) return
      this.#requests.delete(key)
    }
  }
}
