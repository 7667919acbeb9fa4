/** What every part that keeps a connection says of itself. */
export type Status<State extends string> = { state: State; since: Date; detail?: string }

/**
 * The state of one connection as others see it. Listeners hear of a change once, however often the same is set again.
 * Every one begins as `starting`.
 */
export class StatusBoard<State extends string, All extends Status<State | 'starting'>> {
  readonly #now: () => Date
  readonly #listeners = new Set<() => void>()
  #status: All

  constructor(now: () => Date, first: All) {
    this.#now = now
    this.#status = first
  }

  get status(): All {
    return this.#status
  }

  set(state: State, detail?: string): void {
    if (state === this.#status.state) return
    const { detail: _, ...kept } = this.#status
    const news = { state, since: this.#now(), ...(detail === undefined ? {} : { detail }) }
    this.#status = { ...kept, ...news } as All
    for (const listener of this.#listeners) listener()
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves at the first state that is not `starting`, or when the time is over. */
  settled(timeoutMs: number): Promise<void> {
    if (this.#status.state !== 'starting') return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        stop()
        resolve()
      }
      const timer = setTimeout(end, timeoutMs)
      const stop = this.onChange(end)
    })
  }

  /** Notes something beside the state; nobody is told. */
  protected note(facts: Partial<Omit<All, 'state'>>): void {
    this.#status = { ...this.#status, ...facts }
  }
}
