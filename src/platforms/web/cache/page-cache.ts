/** A page that anyone may see, as it was drawn: its markup and whose changes make it old. */
export type DrawnPage = {
  body: string
  /** Accounts that the page shows. */
  accountIds: readonly number[]
  /** It shows places or totals too, so a new count makes it old. */
  counts: boolean
}

type Kept = DrawnPage & { key: string; until: number }

/** One drawing under way; whatever is announced meanwhile may be missing in it. */
type Drawing = { page: Promise<DrawnPage | null>; about: readonly number[] | null; overtaken: boolean }

export type PageCacheOptions = {
  /** Milliseconds after which a page is drawn anew in any case: the most that a silently lost connection can cost. */
  ageMsMax: number
  /** Characters of markup kept, over all pages. */
  sizeMax: number
  /** Whether changes are being told. While they are not, nothing is kept and nothing kept is given. */
  isTold: () => boolean
  /** Monotonic milliseconds. */
  clock: () => number
}

/**
 * Keeps pages that are the same for every reader who is not signed in, until the change feed tells that somebody on
 * them changed. Requests for a page that is being drawn share the drawing. Never hand it a page that only some may see.
 */
export class PageCache {
  readonly #options: PageCacheOptions
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept>()
  readonly #keysOf = new Map<number, Set<string>>()
  readonly #drawing = new Map<string, Drawing>()
  #size = 0

  constructor(options: PageCacheOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#size
  }

  /**
   * The page of a key, kept or drawn; null when `draw` finds that there is none (which is not kept). `about`: the
   * accounts that it will show; null when only the drawing tells.
   */
  async page(
    key: string,
    about: readonly number[] | null,
    draw: () => Promise<DrawnPage | null>,
  ): Promise<DrawnPage | null> {
    if (!this.#options.isTold()) {
      this.clear()
      return draw()
    }
    const kept = this.#kept.get(key)
    if (kept && kept.until > this.#options.clock()) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return kept
    }
    const underWay = this.#drawing.get(key)
    if (underWay && !underWay.overtaken) return underWay.page
    return this.#draw(key, about, draw)
  }

  /** Lets go of what shows these accounts; an empty list means that boards were counted anew. */
  changed(accountIds: readonly number[]): void {
    for (const drawing of this.#drawing.values()) {
      if (drawing.about === null || drawing.about.some((id) => accountIds.includes(id)))
        drawing.overtaken = true
    }
    if (accountIds.length === 0) {
      for (const page of [...this.#kept.values()]) if (page.counts) this.#drop(page)
      return
    }
    for (const id of accountIds) {
      for (const key of [...(this.#keysOf.get(id) ?? [])]) {
        const page = this.#kept.get(key)
        if (page) this.#drop(page)
      }
    }
  }

  /** Lets go of everything: announcements may have been missed. */
  clear(): void {
    for (const drawing of this.#drawing.values()) drawing.overtaken = true
    this.#kept.clear()
    this.#keysOf.clear()
    this.#size = 0
  }

  async #draw(
    key: string,
    about: readonly number[] | null,
    draw: () => Promise<DrawnPage | null>,
  ): Promise<DrawnPage | null> {
    const drawing: Drawing = { page: draw(), about, overtaken: false }
    this.#drawing.set(key, drawing)
    try {
      const page = await drawing.page
      if (page && !drawing.overtaken && this.#options.isTold()) this.#keep(key, page)
      return page
    } finally {
      if (this.#drawing.get(key) === drawing) this.#drawing.delete(key)
    }
  }

  #keep(key: string, page: DrawnPage): void {
    const before = this.#kept.get(key)
    if (before) this.#drop(before)
    if (page.body.length > this.#options.sizeMax) return
    this.#kept.set(key, { ...page, key, until: this.#options.clock() + this.#options.ageMsMax })
    this.#size += page.body.length
    for (const id of page.accountIds) {
      const keys = this.#keysOf.get(id) ?? new Set()
      keys.add(key)
      this.#keysOf.set(id, keys)
    }
    for (const oldest of this.#kept.values()) {
      if (this.#size <= this.#options.sizeMax) break
      this.#drop(oldest)
    }
  }

  #drop(page: Kept): void {
    if (!this.#kept.delete(page.key)) return
    this.#size -= page.body.length
    for (const id of page.accountIds) {
      const keys = this.#keysOf.get(id)
      keys?.delete(page.key)
      if (keys?.size === 0) this.#keysOf.delete(id)
    }
  }
}
