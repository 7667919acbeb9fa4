import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { LOCALES, type Locale, localeFrom } from '../../../i18n/translate.js'
import type { Theme } from '../views/view-models.js'

const YEAR_SECONDS = 31_536_000
const THEMES: readonly Theme[] = ['auto', 'light', 'dark']

/**
 * The reader's language and theme: what the address asks for (and is remembered), else what was remembered, else the
 * browser's language. Russian when nothing is known.
 */
export function preferences(c: Context, https: boolean): { locale: Locale; theme: Theme } {
  const remember = (name: string, value: string) =>
    setCookie(c, name, value, { path: '/', maxAge: YEAR_SECONDS, sameSite: 'Lax', secure: https })
  const askedLocale = LOCALES.find((locale) => locale === c.req.query('lang'))
  const askedTheme = THEMES.find((theme) => theme === c.req.query('theme'))
  if (askedLocale) remember('lang', askedLocale)
  if (askedTheme) remember('theme', askedTheme)
  const keptLocale = LOCALES.find((locale) => locale === getCookie(c, 'lang'))
  const keptTheme = THEMES.find((theme) => theme === getCookie(c, 'theme'))
  return {
    locale: askedLocale ?? keptLocale ?? firstLanguage(c.req.header('accept-language')),
    theme: askedTheme ?? keptTheme ?? 'auto',
  }
}

function firstLanguage(header: string | undefined): Locale {
  const first = header?.split(',')[0]?.split(';')[0]?.trim()
  return localeFrom(first === '*' ? null : first)
}
