import type { IncomingHttpHeaders } from 'node:http'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { LOCALES, type Locale, localeFrom } from '../../../i18n/translate.js'
import type { Theme } from '../views/view-models.js'

const YEAR_SECONDS = 31_536_000
const THEMES: readonly Theme[] = ['auto', 'light', 'dark']

/** A reader's language and theme. */
export type Preferences = { locale: Locale; theme: Theme }

/**
 * The reader's language and theme: what the address asks for (and is remembered), else what was remembered, else the
 * browser's language. Russian when nothing is known.
 */
export function preferences(c: Context, https: boolean): Preferences {
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

/** The cookie of whoever is signed in, under any prefix. */
const SESSION = 'ttfd.session_token'

/**
 * The same for a request whose address asks for neither, by whoever is surely not signed in; null when that cannot be
 * told at a glance.
 */
export function plainPreferences(headers: IncomingHttpHeaders): Preferences | null {
  const { cookie = '' } = headers
  // Whatever is written in an unusual way is left to whoever reads cookies by the book.
  if (cookie.includes(SESSION) || /["%]/.test(cookie)) return null
  return {
    locale:
      LOCALES.find((locale) => locale === cookieOf(cookie, 'lang')) ??
      firstLanguage(headers['accept-language']),
    theme: THEMES.find((theme) => theme === cookieOf(cookie, 'theme')) ?? 'auto',
  }
}

/** The first cookie of this name. */
function cookieOf(cookies: string, name: string): string | null {
  if (!cookies.includes(name)) return null
  for (const pair of cookies.split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return null
}

function firstLanguage(header: string | undefined): Locale {
  const first = header?.split(',')[0]?.split(';')[0]?.trim()
  return localeFrom(first === '*' ? null : first)
}
