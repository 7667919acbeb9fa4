import { isOutage } from '../../../core/availability/is-outage.js'
import type { Award, AwardOutcome } from '../../../core/progression/award.js'
import { type AwardKeeper, type AwardSink, takeAward } from '../../../core/progression/award-writer.js'
import { describeError } from '../errors.js'
import type { Log } from '../types.js'

export type QueuedAward = {
  award: Award
  /** Called when it is recorded, kept on the disk or refused for good; null: nothing more is known or can be done. */
  settled: (outcome: AwardOutcome | null) => void
  /** Called instead when there was no room for it. */
  dropped: () => void
}

const GROUP_MAX = 100
const WAIT_MS_MIN = 250
const WAIT_MS_MAX = 5_000

/**
 * Hands awards to the writer in their order and keeps them while the database is away, up to a bound: beyond it the
 * newest are dropped, and whoever handed them in reads them again later.
 */
export class AwardQueue {
  readonly #writer: AwardSink | AwardKeeper
  readonly #max: number
  readonly #log: Log
  #entries: QueuedAward[] = []
  #running: Promise<void> | null = null
  #stopped = false
  #wake: (() => void) | null = null

  constructor(writer: AwardSink | AwardKeeper, { max, log }: { max: number; log: Log }) {
    this.#writer = writer
    this.#max = max
    this.#log = log
  }

  get size(): number {
    return this.#entries.length
  }

  push(entry: QueuedAward): void {
    if (this.#entries.length >= this.#max) {
      entry.dropped()
      return
    }
    this.#entries.push(entry)
    this.#running ??= this.#pump()
  }

  /** Resolves when everything handed in so far is recorded, or never while the database stays away and it runs. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running
  }

  /** One last try for what is left; what cannot be recorded now is read again after the next start. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopped = true
    this.#wake?.()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([this.idle(), late])
    clearTimeout(timer)
  }

  /** After a stop it takes awards again. */
  restart(): void {
    this.#stopped = false
    if (this.#entries.length > 0) this.#running ??= this.#pump()
  }

  async #pump(): Promise<void> {
    let wait = WAIT_MS_MIN
    while (this.#entries.length > 0) {
      // What is being written stays in front, so that the bound counts it and its order holds.
      const group = this.#entries.slice(0, GROUP_MAX)
      const results = await Promise.allSettled(group.map(({ award }) => takeAward(this.#writer, award)))
      const away: QueuedAward[] = []
      group.forEach((entry, index) => {
        const result = results[index]
        if (result?.status === 'fulfilled')
          entry.settled(result.value.status === 'kept' ? null : result.value)
        else if (isOutage(result?.reason)) away.push(entry)
        else {
          this.#log.error({ key: entry.award.key, error: describeError(result?.reason) }, 'award refused')
          entry.settled(null)
        }
      })
      this.#entries.splice(0, group.length, ...away)
      if (away.length === 0) wait = WAIT_MS_MIN
      else if (this.#stopped) break
      else {
        await this.#pause(wait)
        wait = Math.min(wait * 2, WAIT_MS_MAX)
      }
    }
    this.#running = null
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#wake = null
        resolve()
      }
      const timer = setTimeout(end, ms)
      this.#wake = end
    })
  }
}
