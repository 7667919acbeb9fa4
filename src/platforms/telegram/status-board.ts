import type { TelegramState, TelegramStatus } from './types.js'

/** The bot's state as others see it. Listeners hear of a change once, however often the same is set again. */
export class StatusBoard {
  readonly #now: () => Date
  readonly #listeners = new Set<() => void>()
  #status: TelegramStatus

  constructor(now: () => Date) {
    this.#now = now
    this.#status = { state: 'starting', since: now() }
  }

  get status(): TelegramStatus {
    return this.#status
  }

  set(state: TelegramState, detail?: string): void {
    const { state: before, username, privacyModeOn } = this.#status
    if (state === before) return
    this.#status = {
      state,
      since: this.#now(),
      ...(username === undefined ? {} : { username }),
      ...(privacyModeOn === undefined ? {} : { privacyModeOn }),
      ...(detail === undefined ? {} : { detail }),
    }
    for (const listener of this.#listeners) listener()
  }

  /** What Telegram said of the bot itself. */
  introduce(username: string, privacyModeOn: boolean): void {
    this.#status = { ...this.#status, username, privacyModeOn }
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
