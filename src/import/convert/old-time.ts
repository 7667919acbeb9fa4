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
    const match = PATTERN.exec(text)
    if (!match) return 'not_a_time'
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match
    if (Number(year) < OLDEST_YEAR) return 'too_long_ago'
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return 'not_a_time'
    const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
    if (new Date(midnight).getUTCDate() !== Number(day) || Number(month) > 12) return 'not_a_time'
    const ms = Number(fraction.padEnd(3, '0').slice(0, 3))
    const local = midnight + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + ms
    const instant = zone === undefined ? instantOf(local, offsetAt) : local - zoneMs(zone)
    return instant > now.getTime() ? 'in_future' : new Date(instant)
  }
}

function zoneMs(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0
  const digits = zone.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
