import type { ByteWriter } from '../../db/byte-writer.js'
import type { DayCounters, Limits } from './limits.js'

/**
 * Limits as the award path stores them. Every award reads and writes a whole document, and PostgreSQL takes one with
 * three strings in half the time that it needs for their two dozen numbers. Whoever changes limits seldom may store them
 * spread out, as `Limits` are: both forms are read everywhere.
 *
 *     {"paid": "1763000000 1763001200", "prints": "1763001200:0123456789abcdef", "days": "2026-09-26 message_xp=45 voice_xp=4"}
 */
/** Writes JSON text for `ttfd.account_limits.state` without making strings of it; what is empty is left out. */
export function packLimits(limits: Limits, to: ByteWriter): void {
  const { paid, prints, days, daily } = limits
  const start = to.at
  for (let n = 0; n < paid.length; n++) {
    to.ascii(n === 0 ? ',"paid":"' : ' ')
    to.digits(paid[n] ?? 0)
  }
  if (paid.length > 0) to.ascii('"')
  let isFirst = true
  for (const [seconds, print] of prints) {
    to.ascii(isFirst ? ',"prints":"' : ' ')
    isFirst = false
    to.digits(seconds)
    to.ascii(':')
    to.plain(print)
  }
  if (!isFirst) to.ascii('"')
  isFirst = true
  for (const day in days) {
    to.ascii(isFirst ? ',"days":"' : ';')
    isFirst = false
    to.plain(day)
    const counters = days[day] as Record<string, number>
    for (const counter in counters) {
      to.ascii(' ')
      to.plain(counter)
      to.ascii('=')
      const amount = counters[counter] ?? 0
      if (amount < 0) to.ascii('-')
      to.digits(Math.abs(amount))
    }
  }
  if (!isFirst) to.ascii('"')
  if (daily !== null) {
    to.ascii(',"daily":"')
    to.plain(daily)
    to.ascii('"')
  }
  packRare(limits, to)
  // The first comma, if anything was written.
  if (to.at === start) to.ascii('{')
  else to.bytes[start] = OPEN
  to.ascii('}')
}

/** What few accounts have, as it is. */
function packRare({ played, frozen, restricted, closed, once }: Limits, to: ByteWriter): void {
  let hasPlayed = false
  for (const _ in played) hasPlayed = true
  if (!hasPlayed && !frozen && !restricted && !closed && !once) return
  const rare = { ...(hasPlayed && { played }), frozen, restricted, closed, once }
  to.utf8(`,${JSON.stringify(rare).slice(1, -1)}`)
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
    const end = endOf(stored, ' ', at)
    prints.push([seconds, stored.slice(at + 1, end)])
    at = end + 1
  }
  return prints
}

/** Counters of days, from either form. */
export function unpackDays(stored: unknown): Limits['days'] {
  if (typeof stored !== 'string') return { ...(stored as Limits['days'] | undefined) }
  const days: Limits['days'] = {}
  for (let at = 0; at < stored.length; ) {
    const end = endOf(stored, ';', at)
    let space = endOf(stored, ' ', at, end)
    const counters: DayCounters = {}
    days[stored.slice(at, space)] = counters
    while (space < end) {
      const equals = stored.indexOf('=', space)
      const next = endOf(stored, ' ', equals, end)
      counters[stored.slice(space + 1, equals) as keyof DayCounters] = Number(stored.slice(equals + 1, next))
      space = next
    }
    at = end + 1
  }
  return days
}

/** Where a sign stands at the earliest, `most` when nowhere before that. */
function endOf(text: string, sign: string, from: number, most = text.length): number {
  const at = text.indexOf(sign, from)
  return at < 0 || at > most ? most : at
}

const [SPACE, ZERO, COLON, OPEN] = [0x20, 0x30, 0x3a, 0x7b]
