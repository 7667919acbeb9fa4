import type { Recipient } from './delivery.js'

export const NOTICES_PER_DAY_MAX = 5
const QUIET_FROM_HOUR = 23
const QUIET_TO_HOUR = 9

export type NoticeDecision =
  | { send: true }
  | { send: false; why: string }
  | { send: 'later'; seconds: number }

/**
 * Whether a notice may go out now: only to people who want them and can be written to, at most five a day, not between
 * 23:00 and 9:00 community time (sent after). Source: design.md section 5.
 */
export function mayNotify(recipient: Recipient | null, now: Date, timeZone: string): NoticeDecision {
  if (!recipient || recipient.telegramId === null) return { send: false, why: 'nobody_to_tell' }
  if (!recipient.telegramReachable) return { send: false, why: 'bot_not_started' }
  if (!recipient.notices) return { send: false, why: 'notices_off' }
  if (recipient.noticesToday >= NOTICES_PER_DAY_MAX) return { send: false, why: 'enough_for_today' }
  const wait = quietSeconds(now, timeZone)
  return wait > 0 ? { send: 'later', seconds: wait } : { send: true }
}

/** Seconds until the quiet hours end; 0 outside of them. */
export function quietSeconds(now: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  })
    .formatToParts(now)
    .map((part) => Number(part.value))
  const [hour = 0, , minute = 0, , second = 0] = parts
  if (hour < QUIET_FROM_HOUR && hour >= QUIET_TO_HOUR) return 0
  const hours = hour >= QUIET_FROM_HOUR ? 24 - hour + QUIET_TO_HOUR : QUIET_TO_HOUR - hour
  return hours * 3600 - minute * 60 - second
}
