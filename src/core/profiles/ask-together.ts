const KEYS_MAX = 64

type Waiting<V> = {
  answer: Promise<V | null>
  settle: (value: V | null) => void
  fail: (error: unknown) => void
}

/**
 * Answers single questions by statements for many. An idle one asks at once; while a statement is under way, further
 * keys collect and go together, each key once. An answer is never older than its question: a key joins only a statement
 * that has not been sent. One statement at a time: a second one beside it makes both half as large, and a page costs the
 * database twice as much.
 */
export class AskTogether<K, V> {
  readonly #ask: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>
  #waiting = new Map<K, Waiting<V>>()
  #isUnderWay = false

  constructor(ask: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>) {
    this.#ask = ask
  }

  /** The answer for a key; null when there is none. Rejects as the statement does. */
  get(key: K): Promise<V | null> {
    const same = this.#waiting.get(key)
    if (same) return same.answer
    const waiting = newWaiting<V>()
    this.#waiting.set(key, waiting)
    if (!this.#isUnderWay) void this.#send()
    return waiting.answer
  }

  async #send(): Promise<void> {
    this.#isUnderWay = true
    while (this.#waiting.size > 0) {
      const asked = new Map([...this.#waiting].slice(0, KEYS_MAX))
      for (const key of asked.keys()) this.#waiting.delete(key)
      try {
        const answers = await this.#ask([...asked.keys()])
        for (const [key, { settle }] of asked) settle(answers.get(key) ?? null)
      } catch (error) {
        for (const { fail } of asked.values()) fail(error)
      }
    }
    this.#isUnderWay = false
  }
}

function newWaiting<V>(): Waiting<V> {
  let settle: Waiting<V>['settle'] = () => {}
  let fail: Waiting<V>['fail'] = () => {}
  const answer = new Promise<V | null>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  return { answer, settle, fail }
}
