import { type Locale, translator } from '../../i18n/translate.js'
import type { Mailer } from '../mail/mailer.js'

/** The letters of signing in. Each is on its way when the call returns; whether it arrives is not told. */
export type Letters = {
  verify(locale: Locale, to: string, token: string): void
  reset(locale: Locale, to: string, token: string): void
  /** Somebody registered with an address that has a login already. */
  alreadyHere(locale: Locale, to: string): void
  /** Somebody signed in by a link; `device` is in words already. */
  signedIn(locale: Locale, to: string, device: string): void
  passwordSet(locale: Locale, to: string): void
}

/** Writes the letters in the words of the person who asked. Nothing in them was typed by anybody. */
export function createLetters(mailer: Mailer, siteUrl: () => string): Letters {
  const post = (kind: string, locale: Locale, to: string, path: string, values = {}) => {
    const t = translator(locale)
    const site = siteUrl()
    const host = new URL(site).host
    mailer.post({
      to,
      subject: t(`auth:letter.${kind}.subject`, { host }),
      text: t(`auth:letter.${kind}.text`, { ...values, host, url: `${site}${path}` }),
    })
  }
  return {
    verify: (locale, to, token) =>
      post('verify', locale, to, `/auth/verify-email?token=${encodeURIComponent(token)}&lang=${locale}`),
    reset: (locale, to, token) =>
      post('reset', locale, to, `/auth/reset-password/${encodeURIComponent(token)}?lang=${locale}`),
    alreadyHere: (locale, to) => post('already_here', locale, to, `/forgot?lang=${locale}`),
    signedIn: (locale, to, device) => post('signed_in', locale, to, '/settings/sessions', { device }),
    passwordSet: (locale, to) => post('password_set', locale, to, `/forgot?lang=${locale}`),
  }
}
