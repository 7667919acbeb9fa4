const QUARTER_MS = 15 * 60_000
const DAY_MS = 24 * 3_600_000

/** Milliseconds that a zone's clocks are ahead of UTC at an instant. */
export type ZoneOffset = (utcMs: number) => number

/**
 * Offsets of an IANA zone, remembered by day: millions of times fall on a few thousand days, and asking Intl costs
 * microseconds. Throws RangeError for a zone that does not exist.
 */
export function zoneOffsets(timeZone: string): ZoneOffset {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  /** By number of the day; null: clocks were changed on it. */
  const days = new Map<number, number | null>()
  const quarters = new Map<number, number>()

  const ask = (utcMs: number): number => {
    const name = format.formatToParts(utcMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name) ?? []
    const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return sign === '-' ? -ms : ms
  }

  return (utcMs) => {
    const day = Math.floor(utcMs / DAY_MS)
    let offset = days.get(day)
    if (offset === undefined) {
      const morning = ask(day * DAY_MS)
      offset = morning === ask((day + 1) * DAY_MS) ? morning : null
      days.set(day, offset)
    }
    if (offset !== null) return offset
    const quarter = Math.floor(utcMs / QUARTER_MS)
    let exact = quarters.get(quarter)
    if (exact === undefined) {
      exact = ask(quarter * QUARTER_MS)
      quarters.set(quarter, exact)
    }
    return exact
  }
}

/**
 * The instant of a clock reading, given as if it were UTC. A reading that came twice (clocks put back) is the first of
 * the two; one that never was (clocks put forward) is as long after the change as it pretends to be.
 */
export function instantOf(localMs: number, offsetAt: ZoneOffset): number {
  const before = offsetAt(localMs - DAY_MS)
  if (offsetAt(localMs - before) === before) return localMs - before
  const after = offsetAt(localMs + DAY_MS)
  return offsetAt(localMs - after) === after ? localMs - after : localMs - before
}
