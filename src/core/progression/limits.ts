import type { Closed } from '../deletion/closed.js'
import { isNear } from '../messages/fingerprint.js'
import type { Restricted } from '../restrictions/restriction.js'
import { addDays } from './community-day.js'
import type { Freeze } from './freeze.js'
import { unpackDays, unpackPaid, unpackPrints } from './packed-limits.js'

/**
 * What an account's acts are judged by. It lies on a row of its own under the account's lock, is changed by pure code
 * only, and is copied to an identity that leaves, so that unlinking and linking again mints nothing.
 */
export type Limits = {
  /** Seconds since 1970 of the last paid messages, oldest first. */
  paid: number[]
  /** Fingerprints of the last messages with their times, oldest first. */
  prints: [seconds: number, print: string][]
  /** Counters of the last community days. */
  days: Record<string, DayCounters>
  /** The last community day whose daily was claimed. */
  daily: string | null
  /** When an hourly or daily game was played last, seconds since 1970, by game. */
  played: Record<string, number>
  /** Coins that a fresh merge keeps from being spent. */
  frozen?: Freeze
  /** What an operator took away: judged as of now, whenever the act happened. */
  restricted?: Restricted
  /** The account is being deleted, or its person came back after that. */
  closed?: Closed
  /** One-time rewards that were paid before an erasure. */
  once?: string[]
}

export type DayCounters = {
  message_xp?: number
  voice_xp?: number
  game_xp?: number
  /** Coins won minus coins staked. */
  bets_net?: number
  free_rounds?: number
  api_xp?: number
}

const PAID_KEPT = 10
const PRINTS_KEPT = 5
const PRINTS_SECONDS = 86_400
const DAYS_KEPT = 3

/** Reads the stored state, spread out or packed (packed-limits.ts); missing parts are empty. */
export function readLimits(state: unknown): Limits {
  const stored = (typeof state === 'object' && state !== null ? state : {}) as Partial<Limits>
  const limits: Limits = {
    paid: unpackPaid(stored.paid),
    prints: unpackPrints(stored.prints),
    days: unpackDays(stored.days),
    daily: stored.daily ?? null,
    played: { ...stored.played },
  }
  if (stored.frozen) limits.frozen = stored.frozen
  if (stored.restricted) limits.restricted = stored.restricted
  if (stored.closed) limits.closed = stored.closed
  if (stored.once) limits.once = [...stored.once]
  return limits
}

export function dayCounters(limits: Limits, day: string): DayCounters {
  return limits.days[day] ?? {}
}

/** Adds to one counter of a day and forgets days that no late award can reach. */
export function count(limits: Limits, day: string, counter: keyof DayCounters, amount: number): void {
  const counters = { ...dayCounters(limits, day) }
  counters[counter] = (counters[counter] ?? 0) + amount
  limits.days[day] = counters
  const last = addDays(newestDay(limits) ?? day, -DAYS_KEPT)
  for (const kept in limits.days) if (kept <= last) delete limits.days[kept]
}

function newestDay({ days }: Limits): string | undefined {
  let newest: string | undefined
  for (const day in days) if (newest === undefined || day > newest) newest = day
  return newest
}

/** Whether a day lies so far back that its counters are gone; an award for it can be judged no more and pays nothing. */
export function isForgotten(limits: Limits, day: string): boolean {
  const newest = newestDay(limits)
  return newest !== undefined && day <= addDays(newest, -DAYS_KEPT)
}

/**
 * Whether a message of this second falls into the cooldown of a paid one. Judged by when it was written: a late
 * message is held against the paid ones around it, and one older than all that is remembered never pays.
 */
export function isCoolingDown(limits: Limits, at: number, cooldownSeconds: number): boolean {
  if (limits.paid.some((paid) => Math.abs(paid - at) < cooldownSeconds)) return true
  return limits.paid.length >= PAID_KEPT && at < (limits.paid[0] ?? 0)
}

export function rememberPaid(limits: Limits, at: number): void {
  const { paid } = limits
  const isLast = at >= (paid.at(-1) ?? at)
  paid.push(at)
  if (!isLast) paid.sort((a, b) => a - b)
  if (paid.length > PAID_KEPT) paid.splice(0, paid.length - PAID_KEPT)
}

/** Whether one of the last messages was nearly the same. */
export function isRepeat(limits: Limits, at: number, print: string): boolean {
  return limits.prints.some(
    ([seconds, known]) => Math.abs(at - seconds) < PRINTS_SECONDS && isNear(known, print),
  )
}

/** Forgets fingerprints a day after their message, whatever the account did since. */
export function forgetPrints(limits: Limits, now: Date): void {
  forgetBefore(limits, Math.floor(now.getTime() / 1000))
}

function forgetBefore(limits: Limits, seconds: number): void {
  // Oldest first, so that one look says whether there is anything to forget.
  if (seconds - (limits.prints[0]?.[0] ?? seconds) < PRINTS_SECONDS) return
  limits.prints = limits.prints.filter(([at]) => seconds - at < PRINTS_SECONDS)
}

/** Keeps the fingerprints of the last five messages, for 24 hours at most. */
export function rememberPrint(limits: Limits, at: number, print: string): void {
  forgetBefore(limits, at)
  const { prints } = limits
  const isLast = at >= (prints.at(-1)?.[0] ?? at)
  prints.push([at, print])
  if (!isLast) prints.sort((a, b) => a[0] - b[0])
  if (prints.length > PRINTS_KEPT) prints.splice(0, prints.length - PRINTS_KEPT)
}

/** Cuts every list to what it may hold: made for limits that were put together from two. */
export function keepNewest(limits: Limits): Limits {
  const newestPrint = limits.prints.at(-1)?.[0] ?? 0
  const newestDay = Object.keys(limits.days).sort().at(-1)
  const days = Object.entries(limits.days).filter(
    ([day]) => newestDay === undefined || day > addDays(newestDay, -DAYS_KEPT),
  )
  return {
    ...limits,
    paid: limits.paid.slice(-PAID_KEPT),
    prints: limits.prints.filter(([at]) => newestPrint - at < PRINTS_SECONDS).slice(-PRINTS_KEPT),
    days: Object.fromEntries(days),
  }
}
