import { createHash, timingSafeEqual } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Api } from 'grammy'
import type { UserFromGetMe } from 'grammy/types'
import { describeError, isWrongToken, retryAfter } from '../errors.js'
import type { TelegramStatusBoard } from '../status-board.js'
import type { Log, Tuning } from '../types.js'
import type { UpdateDesk } from './update-desk.js'
import { ALLOWED_UPDATES, readUpdate } from './update-schema.js'

export type WebhookParts = {
  api: Api
  desk: UpdateDesk
  board: TelegramStatusBoard
  log: Log
  tuning: Tuning
  address: { url: string; secret: string }
  onMe: (me: UserFromGetMe) => void
}

const SECRET_HEADER = 'x-telegram-bot-api-secret-token'
const BODY_BYTES_MAX = 1_000_000
/** Telegram itself opens 40 calls at a time, 100 at most; what is refused it sends again. */
const IN_FLIGHT_MAX = 200

/** Receives updates that Telegram sends to an address of ours. Every process may serve it: no lease is needed. */
export class Webhook {
  readonly #parts: WebhookParts
  readonly #stopping = new AbortController()
  readonly #inFlight = new Set<Promise<unknown>>()
  #known = false
  #running: Promise<void> = Promise.resolve()

  constructor(parts: WebhookParts) {
    this.#parts = parts
  }

  /** Tells Telegram the address, again and again until it is taken. */
  start(): void {
    this.#running = this.#announce()
  }

  /** Lets what is being handled end. The address stays set: another process may serve it, and Telegram keeps updates. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.race([
      Promise.allSettled([this.#running, ...this.#inFlight]),
      sleep(this.#parts.tuning.stopMs, undefined, { ref: false }),
    ])
  }

  /** One call of Telegram's: 200 only after the update is settled, 503 when it must be sent again. */
  async handle(request: Request): Promise<Response> {
    if (!isSame(request.headers.get(SECRET_HEADER) ?? '', this.#parts.address.secret)) return answer(401)
    if (request.method !== 'POST') return answer(405)
    if (!this.#known || this.#stopping.signal.aborted) return answer(503)
    if (this.#inFlight.size >= IN_FLIGHT_MAX) return answer(503)
    const raw = await readJson(request)
    if (raw === undefined) return answer(400)
    const settling = this.#parts.desk.settle(readUpdate(raw))
    this.#inFlight.add(settling)
    try {
      return answer((await settling) === 'settled' ? 200 : 503)
    } finally {
      this.#inFlight.delete(settling)
    }
  }

  async #announce(): Promise<void> {
    const { api, board, log, tuning, address, onMe } = this.#parts
    let wait = tuning.backoffMs.first
    while (!this.#stopping.signal.aborted) {
      try {
        if (!this.#known) onMe(await api.getMe())
        this.#known = true
        await api.setWebhook(address.url, { secret_token: address.secret, allowed_updates: ALLOWED_UPDATES })
        board.set('up')
        return
      } catch (error) {
        const reason = describeError(error)
        if (isWrongToken(error)) board.set('wrong_token', 'Telegram refuses TELEGRAM_BOT_TOKEN')
        else {
          if (board.status.state !== 'unreachable') log.warn({ reason }, 'the webhook cannot be set')
          board.set('unreachable', reason)
        }
        const asked = retryAfter(error)
        const pause = isWrongToken(error) ? tuning.wrongTokenMs : asked === null ? wait : asked * 1000
        await sleep(pause, undefined, { signal: this.#stopping.signal }).catch(() => {})
        wait = Math.min(wait * 2, tuning.backoffMs.longest)
      }
    }
  }
}

/** Compares in constant time, whatever the lengths. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

async function readJson(request: Request): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES_MAX) return undefined
  try {
    const text = await request.text()
    return text.length > BODY_BYTES_MAX ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function answer(status: number): Response {
  return new Response(null, { status })
}
