/** Whatever a page is kept as: its text, or its bytes. */
type Sized = { readonly length: number }

/** A page that anyone may see, as it was drawn: its body and whose changes make it old. */
export type DrawnPage<Body extends Sized = string> = {
  body: Body
  /** Accounts that the page shows. */
  accountIds: readonly number[]
  /** It shows places or totals too, so a new count makes it old. */
  counts: boolean
}

type Kept<Body extends Sized> = DrawnPage<Body> & { key: string; until: number; size: number }

/** One drawing under way; whatever is announced meanwhile may be missing in it. */
type Drawing<Body extends Sized> = {
  page: Promise<DrawnPage<Body> | null>
  about: readonly number[] | null
  overtaken: boolean
}

export type PageCacheOptions = {
  /** Milliseconds after which a page is drawn anew in any case: the most that a silently lost connection can cost. */
  ageMsMax: number
  /** Lengths of bodies kept, over all pages. */
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
export class PageCache<Body extends Sized = string> {
  readonly #options: PageCacheOptions
  /** In the order of their last use. */
  readonly #kept = new Map<string, Kept<Body>>()
  readonly #keysOf = new Map<number, Set<string>>()
  readonly #drawing = new Map<string, Drawing<Body>>()
  #size = 0

  constructor(options: PageCacheOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#size
  }

  /** The page of a key if it is kept. */
  kept(key: string): DrawnPage<Body> | null {
    if (!this.#options.isTold()) {
      this.clear()
      return null
    }
    const kept = this.#kept.get(key)
    if (!kept || kept.until <= this.#options.clock()) return null
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept
  }

  /**
   * The page of a key, kept or drawn; null when `draw` finds that there is none (which is not kept). `about`: the
   * accounts that it will show; null when only the drawing tells.
   */
  async page(
    key: string,
    about: readonly number[] | null,
    draw: () => Promise<DrawnPage<Body> | null>,
  ): Promise<DrawnPage<Body> | null> {
    const kept = this.kept(key)
    if (kept) return kept
    if (!this.#options.isTold()) return draw()
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
    draw: () => Promise<DrawnPage<Body> | null>,
  ): Promise<DrawnPage<Body> | null> {
    const drawing: Drawing<Body> = { page: draw(), about, overtaken: false }
    this.#drawing.set(key, drawing)
    try {
      const page = await drawing.page
      if (page && !drawing.overtaken && this.#options.isTold()) this.#keep(key, page)
      return page
    } finally {
      if (this.#drawing.get(key) === drawing) this.#drawing.delete(key)
    }
  }

  #keep(key: string, page: DrawnPage<Body>): void {
    const before = this.#kept.get(key)
    if (before) this.#drop(before)
    const size = page.body.length
    if (size > this.#options.sizeMax) return
    this.#kept.set(key, { ...page, key, until: this.#options.clock() + this.#options.ageMsMax, size })
    this.#size += size
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

  #drop(page: Kept<Body>): void {
    if (!this.#kept.delete(page.key)) return
    this.#size -= page.size
    for (const id of page.accountIds) {
      const keys = this.#keysOf.get(id)
      keys?.delete(page.key)
      if (keys?.size === 0) this.#keysOf.delete(id)
    }
  }
}
