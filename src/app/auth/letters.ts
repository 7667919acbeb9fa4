import { type Locale, translator } from '../../i18n/translate.js'
import type { Mailer } from '../mail/mailer.js'

/**
 * The letters of signing in, to whoever asked for them. Each is on its way when the call returns; whether it arrives is
 * not told. What happened to an account is told by deliveries (src/app/mail/account-letters.ts).
 */
export type Letters = {
  verify(locale: Locale, to: string, token: string): void
  reset(locale: Locale, to: string, token: string): void
  /** Somebody registered with an address that has a login already. */
  alreadyHere(locale: Locale, to: string): void
  /** Proves a new address of an account. */
  newEmail(locale: Locale, to: string, token: string): void
  /** To whom an address belongs that somebody wanted for another account. */
  emailTaken(locale: Locale, to: string): void
}

/** Writes the letters in the words of the person who asked. Nothing in them was typed by anybody. */
export function createLetters(mailer: Mailer, siteUrl: () => string): Letters {
  const post = (kind: string, locale: Locale, to: string, path: string) => {
    const t = translator(locale)
    const site = siteUrl()
    const host = new URL(site).host
    mailer.post({
      to,
      subject: t(`${wordsOf(kind)}.subject`, { host }),
      text: t(`${wordsOf(kind)}.text`, { host, url: `${site}${path}` }),
    })
  }
  return {
    verify: (locale, to, token) =>
      post('verify', locale, to, `/auth/verify-email?token=${encodeURIComponent(token)}&lang=${locale}`),
    reset: (locale, to, token) =>
      post('reset', locale, to, `/auth/reset-password/${encodeURIComponent(token)}?lang=${locale}`),
    alreadyHere: (locale, to) => post('already_here', locale, to, `/forgot?lang=${locale}`),
    newEmail: (locale, to, token) =>
      post(
        'settings:letter.new_email',
        locale,
        to,
        `/settings/email/confirm?${new URLSearchParams({ token, lang: locale })}`,
      ),
    emailTaken: (locale, to) => post('settings:letter.email_taken', locale, to, `/forgot?lang=${locale}`),
  }
}

/** Where the words of a kind of letter stand: those of signing in, unless it names another namespace. */
function wordsOf(kind: string): string {
  return kind.includes(':') ? kind : `auth:letter.${kind}`
}
