import { escapeMarkdown } from 'discord.js'
import { rankFor } from '../../../core/progression/ranks.js'
import type { Rules } from '../../../core/progression/rules.js'
import { formatNumber, LOCALES, type Locale, localeFrom, translator } from '../../../i18n/translate.js'

/** Text that is Discord markup already (a mention, a time stamp made from numbers). */
export class Raw {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Values = Record<string, string | number | Raw>

/** One person's language: messages, labels, numbers. */
export type Words = {
  locale: Locale
  /** A message's text. Every value is escaped for Discord's Markdown here, so names need no other care. */
  say(key: string, values?: Values): string
  /** The same for buttons and command descriptions, where nothing is markup. */
  plain(key: string, values?: Values): string
  /** Like `say`, with the plural of `count`, which also stands in the text as `n`. */
  count(key: string, count: number, values?: Values): string
  number(value: number): string
  raw(text: string): Raw
}

/** Makes the words of a language. Keys are those of `discord` unless they name another namespace. */
export function wordsOf(locale: Locale): Words {
  const translate = translator(locale)
  const t = (key: string, values: Record<string, unknown>) =>
    translate(key.includes(':') ? key : `discord:${key}`, values)
  const number = (value: number) => formatNumber(locale, value)
  return {
    locale,
    number,
    raw: (text) => new Raw(text),
    say: (key, values = {}) => t(key, escapeValues(values)),
    plain: (key, values = {}) => t(key, plainValues(values)),
    count: (key, count, values = {}) => t(key, { ...escapeValues(values), count, n: number(count) }),
  }
}

/** Makes a name harmless inside of a message: no markup, no mention, no link. */
export function escapeName(name: string): string {
  return escapeMarkdown(name, { heading: true, bulletedList: true, numberedList: true, maskedLink: true })
    .replaceAll('@', '@\u200b')
    .replaceAll('<', '\\<')
    .replaceAll('://', ':\u200b//')
}

function escapeValues(values: Values): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      value instanceof Raw ? value.text : typeof value === 'string' ? escapeName(value) : value,
    ]),
  )
}

function plainValues(values: Values): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, value instanceof Raw ? value.text : value]),
  )
}

/** A stored choice counts; without one the language of the person's Discord, else the community's. */
export function localeOf(stored: string | null, discord: string | null): Locale {
  return LOCALES.find((locale) => locale === stored) ?? localeFrom(discord)
}

/** The name of a rank by its id. */
export function rankName(words: Words, rules: Rules, rankId: number): string {
  const { tier, star } = rankOf(rules, rankId)
  return words.plain('common:rank', { tier, star })
}

function rankOf(rules: Rules, rankId: number) {
  return rules.ranks.find(({ id }) => id === rankId) ?? rankFor(0, rules.ranks)
}

/** A rank's colour as Discord wants it; its black is Discord's "no colour", so it becomes almost black. */
export function colourOf(rules: Rules, rankId: number): number {
  return Number.parseInt(rankOf(rules, rankId).colour.slice(1), 16) || 0x010101
}

const BAR_CELLS = 10

/** A progress bar of ten cells; full only at 100. */
export function progressBar(percent: number): string {
  const full = Math.max(0, Math.min(BAR_CELLS, Math.floor((percent / 100) * BAR_CELLS)))
  return '▰'.repeat(full) + '▱'.repeat(BAR_CELLS - full)
}

/** Hours and minutes of a span in seconds. */
export function durationText(words: Words, seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const h = Math.floor(minutes / 60)
  const m = minutes % 60
  return h > 0 ? words.plain('duration.hours_minutes', { h, m }) : words.plain('duration.minutes', { m })
}

/** A moment that Discord shows in the reader's own zone, as "in 20 minutes". */
export function relativeTime(at: Date): Raw {
  return new Raw(`<t:${Math.ceil(at.getTime() / 1000)}:R>`)
}

/** Joins the lines that are there; an empty text makes an empty line. */
export function lines(...parts: (string | false | null | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string').join('\n')
}
