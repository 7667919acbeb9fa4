const formatters = new Map<string, Intl.DateTimeFormat>()

// Every zone's days begin on a quarter of an hour, so one answer serves a whole quarter. Formatting takes microseconds,
// and the hot path asks for each award.
const QUARTER_MS = 900_000
const QUARTERS_KEPT = 1_000
const quarters = new Map<string, string>()

/** The community's calendar day of a moment, `YYYY-MM-DD`, in the given IANA zone. */
export function communityDay(at: Date, timeZone: string): string {
  const quarter = `${Math.floor(at.getTime() / QUARTER_MS)}${timeZone}`
  const known = quarters.get(quarter)
  if (known !== undefined) return known
  let format = formatters.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formatters.set(timeZone, format)
  }
  const day = format.format(at)
  if (quarters.size >= QUARTERS_KEPT) quarters.clear()
  quarters.set(quarter, day)
  return day
}

const moved = new Map<string, string>()

/** The day `days` later (or earlier, when negative), both as `YYYY-MM-DD`. */
export function addDays(day: string, days: number): string {
  const key = `${day}${days}`
  const known = moved.get(key)
  if (known !== undefined) return known
  const other = new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
  if (moved.size >= QUARTERS_KEPT) moved.clear()
  moved.set(key, other)
  return other
}

/** Seconds until the community's next day begins. */
export function secondsToNextDay(at: Date, timeZone: string): number {
  const today = communityDay(at, timeZone)
  // Days last 23 to 25 hours where clocks change, so the border is searched, not computed.
  let low = at.getTime()
  let high = low + 26 * 3_600_000
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (communityDay(new Date(middle), timeZone) === today) low = middle
    else high = middle
  }
  return Math.ceil((high - at.getTime()) / 1000)
}
