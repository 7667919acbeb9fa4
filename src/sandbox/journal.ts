/** One entry of a journal: what happened, when, and its place in the order of things. */
export type Entry<T> = T & { seq: number; at: number }

export interface WaitOptions {
  /** Only what happened after this mark counts. Default 0: everything the journal still holds. */
  after?: number
  /** Give up after so many milliseconds. Default 20,000: a machine may be busy. */
  timeoutMs?: number
  /** Said in the error when nothing came. */
  what?: string
}

/** A bounded record of everything that happens in a sandbox, with listeners: tests and pages wait on it, nobody polls. */
export class Journal<T extends object> {
  private readonly entries: Entry<T>[] = []
  private readonly listeners = new Set<(entry: Entry<T>) => void>()
  private last = 0

  constructor(
    private readonly now: () => number,
    private readonly entriesMax = 20_000,
  ) {}

  /** The place of the newest entry; hand it to `after` to look only at what follows. */
  mark(): number {
    return this.last
  }

  append(event: T): Entry<T> {
    this.last += 1
    const entry = { ...event, seq: this.last, at: this.now() }
    this.entries.push(entry)
    // Cut in one go now and then: shifting one by one would move the whole array for each entry.
    if (this.entries.length > this.entriesMax * 1.2) {
      this.entries.splice(0, this.entries.length - this.entriesMax)
    }
    for (const listener of [...this.listeners]) listener(entry)
    return entry
  }

  /** Calls `listener` for each later entry until the returned function is called. */
  subscribe(listener: (entry: Entry<T>) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  since(after = 0): Entry<T>[] {
    return this.entries.filter((entry) => entry.seq > after)
  }

  /** Resolves with what `pick` first makes of an entry, past ones included. Rejects when the time is over. */
  waitFor<R>(pick: (entry: Entry<T>) => R | undefined, options: WaitOptions = {}): Promise<R> {
    for (const entry of this.since(options.after)) {
      const picked = pick(entry)
      if (picked !== undefined) return Promise.resolve(picked)
    }
    const { timeoutMs = 20_000, what = 'what was waited for' } = options
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop()
        reject(new Error(`The sandbox waited ${timeoutMs} ms in vain for ${what}`))
      }, timeoutMs)
      const stop = this.subscribe((entry) => {
        let picked: R | undefined
        try {
          picked = pick(entry)
        } catch (error) {
          clearTimeout(timer)
          stop()
          reject(error)
          return
        }
        if (picked === undefined) return
        clearTimeout(timer)
        stop()
        resolve(picked)
      })
    })
  }
}
