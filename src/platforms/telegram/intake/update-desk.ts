import { type Bot, BotError } from 'grammy'
import type { Update } from 'grammy/types'
import { isOutage } from '../../../core/availability/is-outage.js'
import { atMostEvery } from '../../../observability/at-most-every.js'
import { AnswerDelayedError, describeError, isAnswerTrouble, isForbidden, traceOf } from '../errors.js'
import { FloodGate } from '../flood-gate.js'
import { isCommand, isHuman } from '../human-message.js'
import type { BotContext, Log, Tuning } from '../types.js'
import { Backlog } from './backlog.js'
import { apologise, refuse, slowDown } from './excuses.js'
import { Lanes } from './lanes.js'
import { SettledUpdates } from './settled-updates.js'
import type { ReadUpdate } from './update-schema.js'

/** `settled`: committed, or refused with an answer; the update may be confirmed. `open`: Telegram must send it again. */
export type Settling = 'settled' | 'open'

const SAY_EVERY_MS = 60_000
/** A group message that keeps failing for another reason than an outage must not block all that follow. */
const FAILURES_MAX = 5

/** Handles one update to its end, whatever arrives, and says whether it may be confirmed. Never throws. */
export class UpdateDesk {
  readonly #bot: Bot<BotContext>
  readonly #log: Log
  readonly #gate: FloodGate
  readonly #lanes = new Lanes()
  readonly #settled = new SettledUpdates()
  readonly #failures = new Map<number, number>()
  readonly #sayNowAndThen: ReturnType<typeof atMostEvery>

  constructor(bot: Bot<BotContext>, log: Log, { flood }: Tuning, clock: () => number) {
    this.#bot = bot
    this.#log = log
    this.#gate = new FloodGate(flood, clock)
    this.#sayNowAndThen = atMostEvery(SAY_EVERY_MS, clock)
  }

  /** `backlog` is shared by the updates of one batch, which are handed in in their order. */
  async settle(read: ReadUpdate, backlog = new Backlog()): Promise<Settling> {
    if (read.kind === 'nameless') {
      this.#sayNowAndThen('nameless', (kept) =>
        this.#log.warn({ kept }, 'something without an update id arrived from Telegram'),
      )
      return 'settled'
    }
    if (read.kind !== 'update') {
      this.#leaveOut(read)
      return 'settled'
    }
    const { id, update } = read
    // Asked inside of the lane, so that copies in one batch wait for the first.
    const lane = laneOf(update)
    return this.#lanes.run(lane, async () => {
      if (this.#settled.has(id)) return 'settled'
      const settling = backlog.holds(lane) ? await this.#wait(id, update) : await this.#handle(id, update)
      if (settling === 'open') backlog.add(lane)
      if (settling === 'settled') {
        this.#settled.add(id)
        this.#failures.delete(id)
      }
      return settling
    })
  }

  #leaveOut(read: Extract<ReadUpdate, { kind: 'malformed' | 'unwanted' }>): void {
    if (this.#settled.has(read.id)) return
    this.#settled.add(read.id)
    if (read.kind === 'unwanted')
      this.#log.info({ updateId: read.id }, 'an update of a kind nobody asked for')
    else this.#log.warn({ updateId: read.id, where: read.where }, 'malformed update')
  }

  /** Behind an open update: even if the database is back by now, nothing of the person's may overtake it. */
  async #wait(id: number, update: Update): Promise<Settling> {
    if (!asksForAnswer(update)) return 'open'
    return (await this.#isFlood(id, update)) ? 'settled' : this.#tell(id, update, 'refuse')
  }

  async #handle(id: number, update: Update): Promise<Settling> {
    try {
      if (await this.#isFlood(id, update)) return 'settled'
      await this.#bot.handleUpdate(update)
      return 'settled'
    } catch (thrown) {
      const error = thrown instanceof BotError ? thrown.error : thrown
      return this.#judge(id, update, error)
    }
  }

  async #judge(id: number, update: Update, error: unknown): Promise<Settling> {
    // Handlers speak after they have committed: what was asked is done, only its answer is late or unwanted.
    if (isAnswerTrouble(error)) {
      this.#log.info({ updateId: id, reason: describeError(error) }, 'an answer was not delivered')
      return 'settled'
    }
    if (isOutage(error)) {
      this.#sayNowAndThen('outage', (kept) =>
        this.#log.warn(
          { reason: describeError(error), kept },
          'the database is away: group messages stay with Telegram, commands are told to wait',
        ),
      )
      return asksForAnswer(update) ? this.#tell(id, update, 'refuse') : 'open'
    }
    this.#log.error({ updateId: id, reason: describeError(error), trace: traceOf(error) }, 'an update failed')
    if (asksForAnswer(update)) return this.#tell(id, update, 'apologise')
    const failures = (this.#failures.get(id) ?? 0) + 1
    this.#failures.set(id, failures)
    if (failures < FAILURES_MAX) return 'open'
    this.#log.error({ updateId: id }, 'an update failed for good and is left out')
    return 'settled'
  }

  /** An answer that could not be given for want of a connection leaves a refused update open. */
  async #tell(id: number, update: Update, what: 'refuse' | 'apologise'): Promise<Settling> {
    try {
      await (what === 'refuse' ? refuse(this.#bot.api, update) : apologise(this.#bot.api, update))
      return 'settled'
    } catch (error) {
      this.#log.info({ updateId: id, reason: describeError(error) }, 'an excuse could not be sent')
      return what === 'refuse' && !isForbidden(error) && !(error instanceof AnswerDelayedError)
        ? 'open'
        : 'settled'
    }
  }

  async #isFlood(id: number, update: Update): Promise<boolean> {
    const from = update.callback_query?.from ?? update.message?.from
    if (!isHuman(from) || !asksForAnswer(update)) return false
    const verdict = this.#gate.take(from.id)
    if (verdict === 'pass') return false
    // A press shows a clock until it is answered, so each gets its word; messages only the first.
    if (verdict === 'warn' || update.callback_query) {
      await slowDown(this.#bot.api, update).catch((error: unknown) =>
        this.#log.info({ updateId: id, reason: describeError(error) }, 'an excuse could not be sent'),
      )
    }
    this.#log.info({ updateId: id, telegramId: from.id }, 'an update was left out: too many from one person')
    return true
  }
}

/** Presses, and messages to the bot: everything in the private chat, and commands in groups. */
function asksForAnswer({ message, callback_query }: Update): boolean {
  if (callback_query) return true
  return message !== undefined && (message.chat.type === 'private' || isCommand(message))
}

/** One person's updates keep their order. Where nobody acts, the chat stands for the person. */
function laneOf({ message, callback_query, my_chat_member }: Update): string {
  const from = callback_query?.from ?? message?.from ?? my_chat_member?.from
  return String(from?.id ?? message?.chat.id ?? 0)
}
