import { Signal } from '../model/signal.js'

/** One request as the server saw it, written when it ended. */
export interface LoggedRequest {
  readonly number: number
  readonly method: string
  /** Path without the `/api/v10` prefix. */
  readonly path: string
  /** The route's template, or null when none fits. */
  readonly route: string | null
  readonly query: Readonly<Record<string, string>>
  readonly body: unknown
  readonly reason: string | null
  readonly startedAt: number
  readonly endedAt: number
  /** Status of the answer; null when no answer reached the client. */
  readonly status: number | null
  /** True when the request's effect took place. */
  readonly effective: boolean
  /** The misbehaviour that met it. */
  readonly trouble: string | null
}

/** Keeps the last requests, without credentials. */
export class RequestLog {
  readonly ended = new Signal<LoggedRequest>()
  readonly #entries: LoggedRequest[] = []
  readonly #max: number
  #count = 0

  constructor(max = 20_000) {
    this.#max = max
  }

  add(entry: Omit<LoggedRequest, 'number'>): void {
    this.#count += 1
    const numbered = { number: this.#count, ...entry }
    this.#entries.push(numbered)
    if (this.#entries.length > this.#max) this.#entries.splice(0, this.#max / 10)
    this.ended.emit(numbered)
  }

  /** How many requests there have been; pass it back as `since` to look only at later ones. */
  get mark(): number {
    return this.#count
  }

  list(since = 0): LoggedRequest[] {
    return this.#entries.filter((one) => one.number > since)
  }

  clear(): void {
    this.#entries.length = 0
  }
}
