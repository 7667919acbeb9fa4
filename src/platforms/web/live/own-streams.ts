import type { ServerResponse } from 'node:http'
import type { LiveHub } from './live-hub.js'

type Stream = { open: number }

export type OwnStreamsOptions = {
  hub: Pick<LiveHub, 'touch'>
  /** Which of these sessions have not ended. */
  living: (sessionIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** The community's day. */
  today: () => string
  onError: (error: unknown) => void
  everyMs?: number
}

const LOOK_MS = 20_000

/** The live page of one session. */
export function ownKey(sessionId: string): string {
  return `own/${sessionId}`
}

/**
 * The open pages that show members their own data. Each draws only while its session lives (the topic's `render` asks
 * again each time); here idle ones are looked after: pages of ended sessions are let go, and when the community's day
 * changes all are drawn anew, since the daily opens.
 */
export class OwnStreams {
  readonly #options: OwnStreamsOptions
  readonly #streams = new Map<string, Stream>()
  readonly #timer: NodeJS.Timeout
  #day: string

  constructor(options: OwnStreamsOptions) {
    this.#options = options
    this.#day = options.today()
    this.#timer = setInterval(() => void this.look(), options.everyMs ?? LOOK_MS)
    this.#timer.unref()
  }

  /** Watches a page until its response closes. */
  add(sessionId: string, response: ServerResponse): void {
    const stream = this.#streams.get(sessionId) ?? { open: 0 }
    stream.open += 1
    this.#streams.set(sessionId, stream)
    response.once('close', () => {
      stream.open -= 1
      if (stream.open === 0) this.#streams.delete(sessionId)
    })
  }

  /** Looks once; also called by the timer. */
  async look(): Promise<void> {
    const { hub, living, today, onError } = this.#options
    const ids = [...this.#streams.keys()]
    const day = today()
    const isNewDay = day !== this.#day
    this.#day = day
    if (ids.length === 0) return
    try {
      const alive = await living(ids)
      for (const id of ids) if (isNewDay || !alive.has(id)) hub.touch(ownKey(id))
    } catch (error) {
      onError(error)
    }
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
