import type { Transformer } from 'grammy'
import { NotNowError, OverflowError } from './errors.js'

/** Telegram's own words: 30 messages a second over all, one a second to a person (short bursts pass), 20 a minute to a group. */
const OVERALL = { calls: 30, ms: 1_020 }
const GROUP = { calls: 20, ms: 60_000 }
/** Between two calls to one person; how often he may ask is the flood gate's matter. */
const PERSON_MS = 200
/** How many may wait. What would wait longer than people do is dropped (answers) or given back to the queue (notices). */
const WAITING_MAX = { answer: 1_000, notice: 128 }
const NOTICE_WAIT_MS_MAX = 5_000
const CHATS_KEPT = 2_000

type Urgency = 'answer' | 'notice'

type Chat = {
  isGroup: boolean
  /** A person's calls go one after another. */
  busy: boolean
  freeAt: number
  starts: number[]
}

type Waiting = {
  chat: Chat
  since: number
  start: () => void
  refuse: (error: Error) => void
}

/**
 * Keeps what the bot says within Telegram's limits. A call that is within them goes out in the same turn; others wait,
 * answers before notices, and never more than a bounded number. `clock` gives monotonic milliseconds.
 */
export class SendGate {
  readonly #clock: () => number
  readonly #chats = new Map<number, Chat>()
  readonly #starts: number[] = []
  readonly #waiting: Record<Urgency, Waiting[]> = { answer: [], notice: [] }
  #timer: NodeJS.Timeout | null = null

  constructor(clock: () => number) {
    this.#clock = clock
  }

  /** The gate before every call to a chat; other calls pass. */
  transformer(urgency: Urgency): Transformer {
    return (prev, method, payload, signal) => {
      const chatId = payload && 'chat_id' in payload ? Number(payload.chat_id) : Number.NaN
      if (Number.isNaN(chatId)) return prev(method, payload, signal)
      return this.run(chatId, urgency, () => prev(method, payload, signal))
    }
  }

  /** Rejects with OverflowError (an answer that is dropped) or NotNowError (a notice that comes again later). */
  run<T>(chatId: number, urgency: Urgency, call: () => Promise<T>): Promise<T> {
    const now = this.#clock()
    const chat = this.#chat(chatId, now)
    if (isFull(chat, now)) return Promise.reject(refusal(urgency, GROUP.ms / 1000))
    // Nobody overtakes who waits for the same chat.
    const line = this.#waiting[urgency]
    if (this.#mayStart(chat, now) && !line.some((other) => other.chat === chat))
      return this.#start(chat, now, call)
    if (line.length >= WAITING_MAX[urgency]) {
      return Promise.reject(refusal(urgency, Math.ceil(line.length / OVERALL.calls)))
    }
    return new Promise<T>((resolve, refuse) => {
      const start = () => this.#start(chat, this.#clock(), call).then(resolve, refuse)
      line.push({ chat, since: now, start, refuse })
      this.#wakeLater(now)
    })
  }

  #chat(chatId: number, now: number): Chat {
    const known = this.#chats.get(chatId)
    if (known) return known
    if (this.#chats.size >= CHATS_KEPT) this.#forget(now)
    const chat: Chat = { isGroup: chatId < 0, busy: false, freeAt: 0, starts: [] }
    this.#chats.set(chatId, chat)
    return chat
  }

  #forget(now: number): void {
    const awaited = new Set([...this.#waiting.answer, ...this.#waiting.notice].map(({ chat }) => chat))
    for (const [id, chat] of this.#chats) {
      const isIdle = !chat.busy && chat.freeAt <= now && recent(chat.starts, GROUP.ms, now) === 0
      if (isIdle && !awaited.has(chat)) this.#chats.delete(id)
    }
  }

  #mayStart(chat: Chat, now: number): boolean {
    return !chat.busy && chat.freeAt <= now && recent(this.#starts, OVERALL.ms, now) < OVERALL.calls
  }

  async #start<T>(chat: Chat, now: number, call: () => Promise<T>): Promise<T> {
    this.#starts.push(now)
    if (chat.isGroup) chat.starts.push(now)
    else {
      chat.busy = true
      chat.freeAt = now + PERSON_MS
    }
    try {
      return await call()
    } finally {
      chat.busy = false
      if (this.#waiting.answer.length + this.#waiting.notice.length > 0) this.#pump()
    }
  }

  /** Starts whoever may go, in the order in which they came. */
  #pump(): void {
    const now = this.#clock()
    for (const urgency of ['answer', 'notice'] as const) {
      const held = new Set<Chat>()
      const stay: Waiting[] = []
      for (const waiting of this.#waiting[urgency].splice(0)) {
        const { chat } = waiting
        if (urgency === 'notice' && now - waiting.since > NOTICE_WAIT_MS_MAX)
          waiting.refuse(new NotNowError(1))
        else if (isFull(chat, now)) waiting.refuse(refusal(urgency, GROUP.ms / 1000))
        else if (!held.has(chat) && this.#mayStart(chat, now)) waiting.start()
        else {
          held.add(chat)
          stay.push(waiting)
        }
      }
      this.#waiting[urgency].unshift(...stay)
    }
    this.#wakeLater(now)
  }

  /** A call that ends wakes the line by itself; this is for what time alone opens. */
  #wakeLater(now: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const line = [...this.#waiting.answer, ...this.#waiting.notice]
    if (line.length === 0) return
    const isFull = recent(this.#starts, OVERALL.ms, now) >= OVERALL.calls
    const overall = isFull ? (this.#starts[0] ?? now) + OVERALL.ms : now
    const free = Math.min(...line.map(({ chat }) => (chat.busy ? now + PERSON_MS : chat.freeAt)))
    const ms = Math.max(overall, free) - now
    this.#timer = setTimeout(() => this.#pump(), Math.max(1, Math.ceil(ms)))
  }
}

function refusal(urgency: Urgency, seconds: number): Error {
  return urgency === 'answer' ? new OverflowError() : new NotNowError(seconds)
}

/** Whether a group has had all that Telegram allows it. */
function isFull(chat: Chat, now: number): boolean {
  return chat.isGroup && recent(chat.starts, GROUP.ms, now) >= GROUP.calls
}

/** How many of these moments lie in the window; older ones are forgotten. */
function recent(starts: number[], ms: number, now: number): number {
  while (starts.length > 0 && (starts[0] ?? now) <= now - ms) starts.shift()
  return starts.length
}
