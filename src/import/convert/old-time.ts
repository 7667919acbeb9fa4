import { instantOf, zoneOffsets } from './zone-offsets.js'

const PATTERN =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?(Z|[+-]\d\d(?::?\d\d)?))?)?$/i
/** The old programs are younger; what they call older is a filler (year 1, 1970). */
const OLDEST_YEAR = 2000

type OldTime = Date | 'not_a_time' | 'in_future' | 'too_long_ago'

/** Reads one time of an old store. */
export type TimeReader = (text: string) => OldTime

/** ISO 8601; what has no zone was the clock of `timeZone`. Nothing in an old store lies after `now`. */
export function timeReader({ timeZone, now }: { timeZone: string; now: Date }): TimeReader {
  const offsetAt = zoneOffsets(timeZone)
  return (text) => {
    const read = readPlain(text) ?? readAny(text)
    if (typeof read === 'string') return read
    const instant = read.zoneMs === null ? instantOf(read.localMs, offsetAt) : read.localMs - read.zoneMs
    return instant > now.getTime() ? 'in_future' : new Date(instant)
  }
}

type Reading = { localMs: number; zoneMs: number | null } | 'not_a_time' | 'too_long_ago'

function readAny(text: string): Reading {
  const match = PATTERN.exec(text)
  if (!match) return 'not_a_time'
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
  const parts = [year, month, day, hour, minute, second].map(Number)
  return reading(parts, ms, zone === undefined ? null : zoneMs(zone))
}

/**
 * `2025-05-01T12:34:56.789012`, as nearly all times are written: digit by digit, which takes a quarter of the time of
 * the pattern. Null for any other form.
 */
function readPlain(text: string): Reading | null {
  if (text.length !== 26 && text.length !== 23 && text.length !== 19) return null
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return null
  if ((text[10] !== 'T' && text[10] !== ' ') || (text.length > 19 && text[19] !== '.')) return null
  const parts = [
    number(text, 0, 4),
    number(text, 5, 7),
    number(text, 8, 10),
    number(text, 11, 13),
    number(text, 14, 16),
    number(text, 17, 19),
  ]
  const ms = text.length === 19 ? 0 : number(text, 20, 23)
  const micros = text.length === 26 ? number(text, 23, 26) : 0
  return Number.isNaN(ms + micros) || parts.some(Number.isNaN) ? null : reading(parts, ms, null)
}

/** NaN when something else than a digit stands between. */
function number(text: string, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 48
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN
  }
  return value
}

function reading(parts: readonly number[], ms: number, zone: number | null): Reading {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  if (year < OLDEST_YEAR) return 'too_long_ago'
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12 || day < 1) return 'not_a_time'
  const midnight = Date.UTC(year, month - 1, day)
  if (day > 28 && new Date(midnight).getUTCDate() !== day) return 'not_a_time'
  return { localMs: midnight + ((hour * 60 + minute) * 60 + second) * 1000 + ms, zoneMs: zone }
}

function zoneMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
