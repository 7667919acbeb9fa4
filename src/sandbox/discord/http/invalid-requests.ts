const WINDOW_MS = 10 * 60_000

/** Counts refused requests (401, 403, 429) as Discord's edge does, which bans an address that makes too many. */
export class InvalidRequests {
  readonly #now: () => number
  readonly #max: number
  readonly total = { 401: 0, 403: 0, 429: 0 }
  #inWindow = 0
  #windowEndsAt = 0

  constructor(max: number, now: () => number) {
    this.#max = max
    this.#now = now
  }

  /** Counts an answer. A 429 of scope `shared` is nobody's fault and does not count. */
  note(status: number, scope: string | undefined): void {
    if ((status !== 401 && status !== 403 && status !== 429) || scope === 'shared') return
    this.total[status] += 1
    const now = this.#now()
    if (now >= this.#windowEndsAt) {
      this.#windowEndsAt = now + WINDOW_MS
      this.#inWindow = 0
    }
    this.#inWindow += 1
  }

  /** Seconds for which the address is still banned, 0 when it is not. */
  bannedForSeconds(): number {
    const left = this.#windowEndsAt - this.#now()
    return left > 0 && this.#inWindow >= this.#max ? Math.ceil(left / 1_000) : 0
  }

  /** Refused requests in the running ten minutes. */
  get count(): number {
    return this.#now() < this.#windowEndsAt ? this.#inWindow : 0
  }
}
