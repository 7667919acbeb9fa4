import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from 'grammy'
import type { UserFromGetMe } from 'grammy/types'
import { describeError, isRefusal, isWrongToken, retryAfter } from '../errors.js'
import type { TelegramStatusBoard } from '../status-board.js'
import type { Log, Tuning } from '../types.js'
import type { LeaseKeeper } from './lease-keeper.js'
import { OffsetBook } from './offset-book.js'
import type { UpdateDesk } from './update-desk.js'
import { ALLOWED_UPDATES } from './update-schema.js'

export type PollLoopParts = {
  api: Api
  desk: UpdateDesk
  keeper: LeaseKeeper
  board: TelegramStatusBoard
  log: Log
  tuning: Tuning
  /** Monotonic milliseconds. */
  clock: () => number
  /** Called once Telegram has said who the bot is. */
  onMe: (me: UserFromGetMe) => void
}

const CONFIRM_MS = 2_000

/**
 * Fetches updates by long polling, one batch after the other, and confirms only what the desk has settled.
 *
 * Who polls: the holder of the lease. Without the database there is no lease, but people still deserve an answer, so
 * a process polls on until Telegram says that somebody else does (409); then it is quiet until the database is back.
 */
export class PollLoop {
  readonly #parts: PollLoopParts
  readonly #offsets: OffsetBook
  readonly #stopping = new AbortController()
  #poll = new AbortController()
  #known = false
  #webhookGone = false
  /** Another process polls while nobody can hold the lease. */
  #quiet = false
  #pollingSince: number | null = null
  #wait: number
  #running: Promise<void> = Promise.resolve()

  constructor(parts: PollLoopParts) {
    this.#parts = parts
    this.#wait = parts.tuning.backoffMs.first
    this.#offsets = new OffsetBook(parts.desk)
    parts.keeper.onChange((state) => {
      if (state === 'held' || state === 'elsewhere') this.#quiet = false
      if (state !== 'held') this.#pollingSince = null
      // A poll without the lease must not go on; whether another one begins is decided anew.
      this.#poll.abort()
    })
  }

  start(): void {
    this.#running = this.#run()
  }

  /** Ends the intake, waits a while for what is being handled, and confirms what is settled. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#poll.abort()
    const { stopMs } = this.#parts.tuning
    await Promise.race([this.#running, sleep(stopMs, undefined, { ref: false })])
    const { offset } = this.#offsets
    if (offset === null || !this.#mayPoll() || !this.#known) return
    try {
      // What this returns is thrown away: it is not confirmed and comes again.
      await this.#parts.api.getUpdates(
        { offset, limit: 1, timeout: 0 },
        asSignal(AbortSignal.timeout(CONFIRM_MS)),
      )
    } catch (error) {
      this.#parts.log.info({ reason: describeError(error) }, 'the last updates could not be confirmed')
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#round()
      } catch (error) {
        await this.#recover(error)
      }
    }
  }

  async #round(): Promise<void> {
    const { board, keeper, tuning, clock } = this.#parts
    this.#poll = new AbortController()
    const lease = await keeper.settled(tuning.firstStatusMs)
    if (!this.#mayPoll()) {
      if (lease === 'elsewhere') board.set('standby', 'another process of ours has this bot')
      else board.set('waiting_database', 'another copy answers meanwhile')
      return this.#pause(tuning.standbyMs)
    }
    await this.#prepare()
    this.#pollingSince ??= clock()
    const troubled = board.status.state === 'unreachable' || board.status.state === 'wrong_token'
    if (board.status.state !== 'conflict' && !troubled) this.#showUp()
    const batch = await this.#fetch(troubled ? 0 : tuning.pollSeconds)
    this.#showUp()
    const whole = await this.#offsets.work(batch)
    if (whole) this.#wait = tuning.backoffMs.first
    else await this.#backOff()
  }

  async #prepare(): Promise<void> {
    const { api, onMe } = this.#parts
    const signal = asSignal(this.#poll.signal)
    if (!this.#known) {
      onMe(await api.getMe(signal))
      this.#known = true
    }
    if (!this.#webhookGone) {
      await api.deleteWebhook({}, signal)
      this.#webhookGone = true
    }
  }

  async #fetch(timeout: number): Promise<unknown[]> {
    const { offset } = this.#offsets
    const batch = await this.#parts.api.getUpdates(
      {
        timeout,
        allowed_updates: ALLOWED_UPDATES,
        // Said only to confirm: after a quiet week Telegram may begin to count anew, below an old offset.
        ...(offset === null ? {} : { offset }),
      },
      asSignal(this.#poll.signal),
    )
    if (offset !== null) this.#offsets.confirmed(offset)
    return Array.isArray(batch) ? batch : []
  }

  async #recover(error: unknown): Promise<void> {
    const { board, keeper, log, tuning, clock } = this.#parts
    // Our own doing: stopped, or the lease changed.
    if (this.#poll.signal.aborted) return
    const reason = describeError(error)
    if (isRefusal(error, 409)) {
      this.#webhookGone = false
      if (keeper.state !== 'held') {
        this.#quiet = true
        return
      }
      const age = clock() - (this.#pollingSince ?? clock())
      if (board.status.state !== 'conflict' && age < tuning.conflictGraceMs) {
        // One that is just being relieved ends its poll at the first 409.
        return this.#pause(tuning.standbyMs)
      }
      board.set(
        'conflict',
        'another program polls with the same token; stop it, or take a new token from @BotFather',
      )
      return this.#pause(tuning.conflictMs)
    }
    if (isWrongToken(error)) {
      board.set('wrong_token', 'Telegram refuses TELEGRAM_BOT_TOKEN')
      return this.#pause(tuning.wrongTokenMs)
    }
    const wait = retryAfter(error)
    if (wait !== null) return this.#pause(wait * 1000)
    if (board.status.state !== 'unreachable') log.warn({ reason }, 'Telegram cannot be reached')
    board.set('unreachable', reason)
    await this.#backOff()
  }

  #showUp(): void {
    const { board, keeper } = this.#parts
    if (keeper.state === 'held') board.set('up')
    else board.set('waiting_database', 'updates are not lost: Telegram keeps them')
  }

  #mayPoll(): boolean {
    const { state } = this.#parts.keeper
    return state === 'held' || (state === 'no_database' && !this.#quiet)
  }

  async #backOff(): Promise<void> {
    const wait = this.#wait
    this.#wait = Math.min(wait * 2, this.#parts.tuning.backoffMs.longest)
    await this.#pause(wait)
  }

  async #pause(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#stopping.signal, this.#poll.signal])
    await sleep(ms, undefined, { signal }).catch(() => {})
  }
}

type GrammySignal = NonNullable<Parameters<Api['getMe']>[0]>

/** grammY asks for the signal of its own polyfill, which the platform's is as well but for its type. */
function asSignal(signal: AbortSignal): GrammySignal {
  return signal as unknown as GrammySignal
}
