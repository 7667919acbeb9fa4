const KEPT = 5_000

/**
 * Updates that are done with, newest last: Telegram may send one again, and while an earlier one cannot be confirmed
 * it sends all that follow again and again.
 */
export class SettledUpdates {
  readonly #ids = new Set<number>()

  has(id: number): boolean {
    return this.#ids.has(id)
  }

  add(id: number): void {
    this.#ids.delete(id)
    this.#ids.add(id)
    for (const oldest of this.#ids) {
      if (this.#ids.size <= KEPT) break
      this.#ids.delete(oldest)
    }
  }
}
