import { en } from './en/index.js'
import { MessageTable } from './message-table.js'
import { ru } from './ru/index.js'

/** Languages that people can choose. Russian is the community's first language and the default. */
export const LOCALES = ['ru', 'en'] as const
export type Locale = (typeof LOCALES)[number]
export const DEFAULT_LOCALE: Locale = 'ru'

/** Turns a message key such as `telegram:daily.claimed` and its values into words. Plurals follow `count`. */
export type Translate = (key: string, values?: Record<string, unknown>) => string

// Taken apart when a language is first spoken, and the same for all who speak it.
const tables: Partial<Record<Locale, MessageTable>> = {}

/** Returns the translator of one language. Values stand as they are: every surface escapes for itself. */
export function translator(locale: Locale): Translate {
  tables[locale] ??= new MessageTable(locale, locale === 'ru' ? ru : en, 'common')
  const table = tables[locale]
  return (key, values) => table.say(key, values)
}

/**
 * Picks the language that fits a platform's language code best (`ru-RU`, `en`, `uk`, undefined).
 * Languages of the community's region that are read with Russian fall to Russian, all others to English.
 */
export function localeFrom(code: string | null | undefined): Locale {
  if (!code) return DEFAULT_LOCALE
  const language = code.toLowerCase().split(/[-_]/)[0] ?? ''
  return ['ru', 'uk', 'be', 'kk', 'ky', 'tg', 'uz'].includes(language) ? 'ru' : 'en'
}

// A page has hundreds of numbers, and Intl takes longer over one than the page over its element.
const GROUPS: Record<Locale, string> = { ru: '\u00a0', en: ',' }

/** Formats a whole number with the language's own grouping (`12 500`, `12,500`). */
export function formatNumber(locale: Locale, value: number): string {
  if (!Number.isSafeInteger(value)) return new Intl.NumberFormat(locale).format(value)
  const digits = String(Math.abs(value))
  let text = digits.slice(-3)
  for (let end = digits.length - 3; end > 0; end -= 3) {
    text = digits.slice(Math.max(0, end - 3), end) + GROUPS[locale] + text
  }
  return value < 0 || Object.is(value, -0) ? `-${text}` : text
}
