import { tooManyRequests } from './errors.js'
import type { ChatType } from './types.js'

/** How many messages a bot may send. 0 switches one limit off. */
export interface RateLimits {
  perChatPerSecond: number
  perGroupPerMinute: number
  overallPerSecond: number
}

/** Telegram's published limits. */
export const TELEGRAM_LIMITS: RateLimits = {
  perChatPerSecond: 1,
  perGroupPerMinute: 20,
  overallPerSecond: 30,
}

/** Counts sent messages in sliding windows and refuses with 429 what is too much. A refused call does not count. */
export class RateLimiter {
  private readonly sent = new Map<string, number[]>()

  constructor(
    private readonly limits: RateLimits | undefined,
    private readonly now: () => number,
  ) {}

  /** Counts one message to a chat, or throws 429 with the whole seconds to wait. */
  take(chat: { id: number; type: ChatType }): void {
    if (!this.limits) return
    const windows: [string, number, number][] = [
      ['all', this.limits.overallPerSecond, 1_000],
      [`chat:${chat.id}`, this.limits.perChatPerSecond, 1_000],
    ]
    if (chat.type !== 'private') windows.push([`group:${chat.id}`, this.limits.perGroupPerMinute, 60_000])
    const now = this.now()
    const waits = windows.map(([key, limit, windowMs]) => this.waitMs(key, limit, windowMs, now))
    const wait = Math.max(...waits)
    if (wait > 0) throw tooManyRequests(Math.ceil(wait / 1000))
    for (const [key] of windows) this.sent.set(key, [...(this.sent.get(key) ?? []), now])
  }

  private waitMs(key: string, limit: number, windowMs: number, now: number): number {
    const recent = (this.sent.get(key) ?? []).filter((time) => time > now - windowMs)
    this.sent.set(key, recent)
    if (limit <= 0 || recent.length < limit) return 0
    return (recent[recent.length - limit] ?? now) + windowMs - now
  }
}
