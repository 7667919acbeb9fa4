/** A list of listeners for one kind of happening. Listeners run at once, in the order they came. */
export class Signal<T> {
  readonly #listeners = new Set<(value: T) => void>()

  /** Adds a listener; the returned function takes it away again. */
  on(listener: (value: T) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) listener(value)
  }
}

export interface WaitOptions<T> {
  /** What is awaited, for the error text. */
  readonly what: string
  /** Milliseconds until the wait rejects. */
  readonly timeoutMs?: number
  /** Happenings that count although they came before the wait began. */
  readonly past?: Iterable<T>
}

/** Resolves with the first happening that fits, past ones first; rejects when the time is over. */
export function waitOn<T>(
  signal: Signal<T>,
  fits: (value: T) => boolean,
  options: WaitOptions<T>,
): Promise<T> {
  for (const value of options.past ?? []) if (fits(value)) return Promise.resolve(value)
  const timeoutMs = options.timeoutMs ?? 20_000
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      off()
      reject(new Error(`Waited ${timeoutMs} ms in vain for ${options.what}`))
    }, timeoutMs)
    const off = signal.on((value) => {
      if (!fits(value)) return
      clearTimeout(timer)
      off()
      resolve(value)
    })
  })
}
