import { rankFor } from '../../core/progression/ranks.js'
import type { Rules } from '../../core/progression/rules.js'
import { formatNumber, type Locale, translator } from '../../i18n/translate.js'

type Values = Record<string, string | number>

/** One person's language: messages, toasts, numbers. */
export type Words = {
  locale: Locale
  /** A message's text as Telegram HTML. Every value is escaped here, so names need no other care. */
  html(key: string, values?: Values): string
  /** The same without markup, for buttons and toasts. */
  plain(key: string, values?: Values): string
  /** Like `html`, with the plural of `count`, which also stands in the text as `n`. */
  count(key: string, count: number, values?: Values): string
  number(value: number): string
}

/** Makes the words of a language. Keys are those of `telegram` unless they name another namespace. */
export function wordsOf(locale: Locale): Words {
  const translate = translator(locale)
  const t = (key: string, values: Values) => translate(key.includes(':') ? key : `telegram:${key}`, values)
  const number = (value: number) => formatNumber(locale, value)
  return {
    locale,
    number,
    html: (key, values = {}) => t(key, escapeValues(values)),
    plain: (key, values = {}) => t(key, values),
    count: (key, count, values = {}) => t(key, { ...escapeValues(values), count, n: number(count) }),
  }
}

/** Makes any text harmless inside of Telegram HTML. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function escapeValues(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? escapeHtml(value) : value,
    ]),
  )
}

const BAR_CELLS = 10

/** A progress bar of ten cells; full only at 100. */
export function progressBar(percent: number): string {
  const full = Math.max(0, Math.min(BAR_CELLS, Math.floor((percent / 100) * BAR_CELLS)))
  return '▰'.repeat(full) + '▱'.repeat(BAR_CELLS - full)
}

/** Hours and minutes of a span in seconds, to the nearest minute. */
export function durationText(words: Words, seconds: number): string {
  const minutes = Math.round(seconds / 60)
  if (minutes <= 1) return words.plain('duration.less')
  const h = Math.floor(minutes / 60)
  const m = minutes % 60
  return h > 0 ? words.plain('duration.hours_minutes', { h, m }) : words.plain('duration.minutes', { m })
}

export function coinsText(words: Words, coins: number): string {
  return words.count('common:coins', coins)
}

/** The name of a rank by its id. */
export function rankName(words: Words, rules: Rules, rankId: number): string {
  const rank = rules.ranks.find(({ id }) => id === rankId) ?? rankFor(0, rules.ranks)
  return words.plain('common:rank', { tier: rank.tier, star: rank.star })
}

/** Joins the lines that are there; an empty text makes an empty line. */
export function lines(...parts: (string | false | null | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string').join('\n')
}
