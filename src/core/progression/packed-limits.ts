import type { DayCounters, Limits } from './limits.js'

/**
 * Limits as the award path stores them. Every award reads and writes a whole document, and PostgreSQL takes one with
 * three strings in half the time that it needs for their two dozen numbers. Whoever changes limits seldom may store them
 * spread out, as `Limits` are: both forms are read everywhere.
 *
 *     {"paid": "1763000000 1763001200", "prints": "1763001200:0123456789abcdef", "days": "2026-09-26 message_xp=45 voice_xp=4"}
 */
type Packed = Omit<Partial<Limits>, 'paid' | 'prints' | 'days'> & {
  paid?: string
  prints?: string
  days?: string
}

/** JSON text for `ttfd.account_limits.state`; what is empty is left out. */
export function packLimits({ paid, prints, days, daily, played, ...rare }: Limits): string {
  const packed: Packed = rare
  if (paid.length > 0) packed.paid = paid.join(' ')
  if (prints.length > 0) packed.prints = packPrints(prints)
  const counted = packDays(days)
  if (counted !== '') packed.days = counted
  if (daily !== null) packed.daily = daily
  for (const _ in played) {
    packed.played = played
    break
  }
  return JSON.stringify(packed)
}

function packPrints(prints: Limits['prints']): string {
  let text = ''
  for (const [seconds, print] of prints) {
    text += text === '' ? `${seconds}:${print}` : ` ${seconds}:${print}`
  }
  return text
}

function packDays(days: Limits['days']): string {
  let text = ''
  for (const day in days) {
    text += text === '' ? day : `;${day}`
    const counters = days[day] as Record<string, number>
    for (const counter in counters) text += ` ${counter}=${counters[counter]}`
  }
  return text
}

/** Times of paid messages, from either form. */
export function unpackPaid(stored: unknown): Limits['paid'] {
  if (typeof stored !== 'string') return Array.isArray(stored) ? [...stored] : []
  const paid: number[] = []
  for (let at = 0; at < stored.length; ) {
    let seconds = 0
    for (; at < stored.length && stored.charCodeAt(at) !== SPACE; at++) {
      seconds = seconds * 10 + stored.charCodeAt(at) - ZERO
    }
    paid.push(seconds)
    at += 1
  }
  return paid
}

/** Fingerprints with their times, from either form. */
export function unpackPrints(stored: unknown): Limits['prints'] {
  if (typeof stored !== 'string') return Array.isArray(stored) ? [...stored] : []
  const prints: Limits['prints'] = []
  for (let at = 0; at < stored.length; ) {
    let seconds = 0
    for (; stored.charCodeAt(at) !== COLON && at < stored.length; at++) {
      seconds = seconds * 10 + stored.charCodeAt(at) - ZERO
    }
    const next = stored.indexOf(' ', at)
    const end = next < 0 ? stored.length : next
    prints.push([seconds, stored.slice(at + 1, end)])
    at = end + 1
  }
  return prints
}

/** Counters of days, from either form. */
export function unpackDays(stored: unknown): Limits['days'] {
  if (typeof stored !== 'string') return { ...(stored as Limits['days'] | undefined) }
  const days: Limits['days'] = {}
  for (const text of stored.split(';')) {
    const [day = '', ...counted] = text.split(' ')
    const counters: DayCounters = {}
    for (const one of counted) {
      const equals = one.indexOf('=')
      counters[one.slice(0, equals) as keyof DayCounters] = Number(one.slice(equals + 1))
    }
    days[day] = counters
  }
  return days
}

const [SPACE, COLON, ZERO] = [0x20, 0x3a, 0x30]
