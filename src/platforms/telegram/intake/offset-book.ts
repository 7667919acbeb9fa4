import type { UpdateDesk } from './update-desk.js'

/** Works through batches and knows up to where updates may be confirmed: never past one that is still open. */
export class OffsetBook {
  readonly #desk: UpdateDesk
  #offset: number | null = null

  constructor(desk: UpdateDesk) {
    this.#desk = desk
  }

  /** What the next getUpdates says to confirm everything settled; null when there is nothing to confirm. */
  get offset(): number | null {
    return this.#offset
  }

  /** Telegram has heard of this offset. */
  confirmed(offset: number): void {
    if (this.#offset === offset) this.#offset = null
  }

  /**
   * Settles a batch: different people at once, each person in order, and nobody across a barrier.
   * False when something must be sent again or cannot be confirmed, so that asking at once would give the same.
   */
  async work(batch: readonly unknown[]): Promise<boolean> {
    const open = new Set<number>()
    for (const part of this.#parts(batch)) {
      await Promise.all(
        part.map(async (raw) => {
          const id = this.#desk.idOf(raw)
          if ((await this.#desk.settle(raw)) === 'open' && id !== null) open.add(id)
        }),
      )
    }
    let isWhole = true
    for (const raw of batch) {
      const id = this.#desk.idOf(raw)
      if (id === null || open.has(id)) isWhole = false
      if (id === null) continue
      if (open.has(id)) break
      this.#offset = id + 1
    }
    return isWhole
  }

  #parts(batch: readonly unknown[]): unknown[][] {
    const parts: unknown[][] = [[]]
    for (const raw of batch) {
      if (this.#desk.isBarrier(raw)) parts.push([raw], [])
      else parts.at(-1)?.push(raw)
    }
    return parts
  }
}
