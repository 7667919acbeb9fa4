import type { QuietHours, Recipient } from './delivery.js'

export const NOTICES_PER_DAY_MAX = 5
export const USUAL_QUIET: QuietHours = { from: 23, to: 9 }

export type NoticeDecision =
  | { send: true }
  | { send: false; why: string }
  | { send: 'later'; seconds: number }

/**
 * Whether a notice may go out now: only to people who want them there and can be written to, at most five a day, not in
 * the hours that the person wants quiet (sent after). Source: design.md section 5.
 */
export function mayNotify(recipient: Recipient | null, now: Date, timeZone: string): NoticeDecision {
  if (!recipient || recipient.telegramId === null) return { send: false, why: 'nobody_to_tell' }
  if (!recipient.telegramReachable) return { send: false, why: 'bot_not_started' }
  if (!recipient.notices) return { send: false, why: 'notices_off' }
  if (recipient.noticesToday >= NOTICES_PER_DAY_MAX) return { send: false, why: 'enough_for_today' }
  const wait = quietSeconds(now, timeZone, recipient.quiet)
  return wait > 0 ? { send: 'later', seconds: wait } : { send: true }
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs more than the rest of a notice. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  })
  clocks.set(timeZone, clock)
  return clock
}

/** Seconds until the quiet hours (of the community's clock) end; 0 outside of them. */
export function quietSeconds(now: Date, timeZone: string, quiet?: QuietHours | null): number {
  const { from, to } = quiet ?? USUAL_QUIET
  const parts = clockOf(timeZone)
    .formatToParts(now)
    .map((part) => Number(part.value))
  const [hour = 0, , minute = 0, , second = 0] = parts
  const isQuiet = from <= to ? hour >= from && hour < to : hour >= from || hour < to
  if (!isQuiet) return 0
  const hours = (to - hour + 24) % 24
  return hours * 3600 - minute * 60 - second
}
