import type { DiscordState, DiscordStatus, PrivilegedIntent } from './types.js'

/** The bot's state as others see it. Listeners hear of a change once, however often the same is set again. */
export class StatusBoard {
  readonly #now: () => Date
  readonly #listeners = new Set<() => void>()
  #status: DiscordStatus

  constructor(now: () => Date) {
    this.#now = now
    this.#status = { state: 'starting', messageContent: true, missingIntents: [], since: now() }
  }

  get status(): DiscordStatus {
    return this.#status
  }

  set(state: DiscordState, detail?: string): void {
    if (state === this.#status.state) return
    const { detail: _, ...kept } = this.#status
    this.#status = { ...kept, state, since: this.#now(), ...(detail === undefined ? {} : { detail }) }
    for (const listener of this.#listeners) listener()
  }

  /** Connected: `up`, or `intent_missing` with the switches to press. */
  connected(missing: readonly PrivilegedIntent[]): void {
    this.#status = {
      ...this.#status,
      missingIntents: missing,
      messageContent: !missing.includes('MessageContent'),
    }
    if (missing.length === 0) this.set('up')
    else this.set('intent_missing', `turn on in the developer portal, Bot: ${missing.join(', ')}`)
  }

  introduce(name: string): void {
    this.#status = { ...this.#status, name }
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
}
