import type { Locale } from './translate.js'

/** A day in words (`10 марта 2026 г.`, `March 10, 2026`), in the given IANA zone. */
export function formatDay(locale: Locale, at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(at)
}

/** A day with its time (`10 мар. 2026 г., 15:00`), in the given IANA zone. */
export function formatMoment(locale: Locale, at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at)
}

/** The time of day (`15:00`, `3:00 PM`), in the given IANA zone. */
export function formatClock(locale: Locale, at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone }).format(at)
}
