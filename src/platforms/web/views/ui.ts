import { formatNumber, type Locale, type Translate, translator } from '../../../i18n/translate.js'

/** Words and formats of one reader: language and the community's time zone. */
export type Ui = {
  locale: Locale
  /** IANA zone in which times are told. */
  timeZone: string
  t: Translate
  /** A whole number with the language's grouping. */
  number(value: number): string
  /** A count with its noun: picks the plural of `key` by `value` and hands over the grouped number as `n`. */
  count(key: string, value: number): string
  /** A length of time in hours and minutes; seconds are dropped. */
  duration(seconds: number): string
  /** The month and year of an instant in the community's zone. */
  month(instant: Date): string
  /** The calendar date of an instant in the community's zone. */
  date(instant: Date): string
  /** Date and time of an instant in the community's zone. */
  moment(instant: Date): string
  /** The clock's time of an instant in the community's zone (`12:05`). */
  clock(instant: Date): string
  /** Machine-readable date of an instant in the community's zone (`2026-02-08`). */
  isoDay(instant: Date): string
  /** A community day (`2026-02-08`) as day and month. */
  day(day: string, width?: 'short' | 'long'): string
}

const HOUR_SECONDS = 3600
const MINUTE_SECONDS = 60
/** Ten years. */
const DAYS_SAID_MAX = 3_660

/** Builds the words and formats of one reader. Throws a RangeError when the zone is unknown. */
export function createUi(locale: Locale, timeZone: string): Ui {
  const t = translator(locale)
  const number = (value: number) => formatNumber(locale, value)
  const month = new Intl.DateTimeFormat(locale, { timeZone, month: 'long', year: 'numeric' })
  const moment = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'long', timeStyle: 'short' })
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const iso = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  // A community day is a name, not an instant: UTC keeps it from sliding into its neighbour.
  const days = {
    short: new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'short' }),
    long: new Intl.DateTimeFormat(locale, { timeZone: 'UTC', day: 'numeric', month: 'long' }),
    full: new Intl.DateTimeFormat(locale, {
      timeZone: 'UTC',
      day: 'numeric',
      month: 'long',
      year: 'numeric',
    }),
  }
  // The same thirty days stand on every page; a new year of them comes slowly.
  const said = { short: new Map<string, string>(), long: new Map(), full: new Map() }
  const dayWords = (day: string, width: keyof typeof said): string => {
    const known = said[width].get(day)
    if (known !== undefined) return known
    const words = days[width].format(new Date(`${day}T00:00:00Z`))
    if (said[width].size < DAYS_SAID_MAX) said[width].set(day, words)
    return words
  }
  return {
    locale,
    timeZone,
    t,
    number,
    count: (key, value) => t(key, { count: value, n: number(value) }),
    duration(seconds) {
      const whole = Math.max(0, Math.floor(seconds))
      const hours = Math.floor(whole / HOUR_SECONDS)
      const minutes = Math.floor((whole % HOUR_SECONDS) / MINUTE_SECONDS)
      if (hours === 0) return t('web:duration.minutes', { m: number(minutes) })
      return t('web:duration.hours_minutes', { h: number(hours), m: number(minutes) })
    },
    month: (instant) => month.format(instant),
    date: (instant) => dayWords(iso.format(instant), 'full'),
    moment: (instant) => moment.format(instant),
    clock: (instant) => clock.format(instant),
    isoDay: (instant) => iso.format(instant),
    day: (day, width = 'short') => dayWords(day, width),
  }
}
