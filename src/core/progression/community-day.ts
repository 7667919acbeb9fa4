const formatters = new Map<string, Intl.DateTimeFormat>()

/** The community's calendar day of a moment, `YYYY-MM-DD`, in the given IANA zone. */
export function communityDay(at: Date, timeZone: string): string {
  let format = formatters.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formatters.set(timeZone, format)
  }
  return format.format(at)
}

/** The day `days` later (or earlier, when negative), both as `YYYY-MM-DD`. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** Seconds until the community's next day begins. */
export function secondsToNextDay(at: Date, timeZone: string): number {
  const today = communityDay(at, timeZone)
  // Days last 23 to 25 hours where clocks change, so the border is searched, not computed.
  let low = at.getTime()
  let high = low + 26 * 3_600_000
  while (high - low > 500) {
    const middle = (low + high) / 2
    if (communityDay(new Date(middle), timeZone) === today) low = middle
    else high = middle
  }
  return Math.ceil((high - at.getTime()) / 1000)
}
