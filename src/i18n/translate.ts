import { createInstance, type i18n } from 'i18next'
import { en } from './en/index.js'
import { ru } from './ru/index.js'

/** Languages that people can choose. Russian is the community's first language and the default. */
export const LOCALES = ['ru', 'en'] as const
export type Locale = (typeof LOCALES)[number]
export const DEFAULT_LOCALE: Locale = 'ru'

/** Turns a message key such as `telegram:daily.claimed` and its values into words. Plurals follow `count`. */
export type Translate = (key: string, values?: Record<string, unknown>) => string

const instance: i18n = createInstance()
void instance.init({
  lng: DEFAULT_LOCALE,
  fallbackLng: false,
  resources: { ru, en },
  ns: Object.keys(ru),
  defaultNS: 'common',
  initAsync: false,
  returnNull: false,
  // Every surface escapes for itself (HTML by JSX, Telegram and Discord by their renderers).
  interpolation: { escapeValue: false },
})

/** Words kept at hand for each translator. */
const STILL_MAX = 2_000

/** Returns the translator of one language. */
export function translator(locale: Locale): Translate {
  const fixed = instance.getFixedT(locale)
  // A look-up takes longer than drawing what it is for, and most words never change. Keys come from code: a few hundred.
  const still = new Map<string, string>()
  return (key, values) => {
    if (values) return fixed(key, values)
    const known = still.get(key)
    if (known !== undefined) return known
    const words = fixed(key, {})
    if (still.size < STILL_MAX) still.set(key, words)
    return words
  }
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

// Making one takes longer than a hundred uses of it, and a page has hundreds of numbers.
const NUMBERS: Record<Locale, Intl.NumberFormat> = {
  ru: new Intl.NumberFormat('ru'),
  en: new Intl.NumberFormat('en'),
}

/** Formats a whole number with the language's own grouping (`12 500`, `12,500`). */
export function formatNumber(locale: Locale, value: number): string {
  return NUMBERS[locale].format(value)
}
