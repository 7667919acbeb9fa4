import type { DeliveredEvent, Deliverer } from '../../core/deliveries/delivery.js'
import { platformIn } from '../../core/linking/account-news.js'
import { type Phrase, platformValue } from '../../core/linking/phrase.js'
import { restrictionNews } from '../../core/restrictions/restriction-phrases.js'
import { deviceFrom } from '../../core/website/device.js'
import { isReservedEmail, maskEmail } from '../../core/website/placeholder-email.js'
import { phraseValues } from '../../i18n/phrase-values.js'
import { DEFAULT_LOCALE, LOCALES, type Locale, translator } from '../../i18n/translate.js'
import { LetterRefusedError, type SendLetter } from './mailer.js'

/** Shorter than the worker's own patience, so that a slow server is a failed try and no doubt. */
const TIMEOUT_MS = 10_000

export type LetterOptions = {
  send: SendLetter
  siteUrl: () => string
  /** Of the community; an IANA name. */
  timeZone: string
}

/**
 * Tells a proven address by letter what its account's other identities hear from the bots (destination `website_mail`).
 * All that is due goes into one letter. At least once: a letter that may have been sent is sent again. An address that
 * the mail server refuses for good is listed among the failed deliveries.
 */
export function createLetterDeliverer(options: LetterOptions): Deliverer {
  return async ({ recipientId: to, recipient, events }) => {
    if (to === null || isReservedEmail(to)) return { status: 'skipped', why: 'nobody_to_tell' }
    const locale = LOCALES.find((one) => one === recipient?.locale) ?? DEFAULT_LOCALE
    const reader = { locale, to, email: recipient?.email ?? null }
    const pieces = events.flatMap((event) => pieceOf(options, event, reader) ?? [])
    const [first] = pieces
    if (!first) return { status: 'skipped', why: 'nothing_to_tell' }
    const t = translator(locale)
    const { host } = new URL(options.siteUrl())
    const subject = pieces.length === 1 ? first.subject : t('mail:several.subject', { host })
    const text = [t('mail:hello'), ...pieces.map((piece) => piece.text), t('mail:foot', { host })].join(
      '\n\n',
    )
    try {
      await options.send({ to, subject, text: `${text}\n` }, AbortSignal.timeout(TIMEOUT_MS))
      return { status: 'delivered' }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return error instanceof LetterRefusedError
        ? { status: 'failed', error: message }
        : { status: 'retry', error: message }
    }
  }
}

type Reader = {
  locale: Locale
  to: string
  /** The account's address now. */
  email: string | null
}

function pieceOf(
  { siteUrl, timeZone }: LetterOptions,
  event: DeliveredEvent,
  { locale, to, email }: Reader,
): { subject: string; text: string } | null {
  const news = letterOf(event, { to, email })
  if (!news) return null
  const t = translator(locale)
  const site = siteUrl()
  const reader = { locale, timeZone, t }
  const said = (phrase: Phrase) => t(phrase.key, phraseValues(phrase.values, reader))
  const values = {
    ...phraseValues(news.values, reader),
    ...(news.lines ? { news: news.lines.map(said).join('\n') } : {}),
    host: new URL(site).host,
    url: `${site}${news.path}?lang=${locale}`,
  }
  return { subject: t(`mail:${news.kind}.subject`, values), text: t(`mail:${news.kind}.text`, values) }
}

type LetterNews = {
  /** Words: `mail:<kind>`. */
  kind: string
  values?: NonNullable<Phrase['values']>
  lines?: Phrase[]
  /** Where on the site something can be done about it. */
  path: string
}

/** What an event is in a letter; null: nothing to write about. Names are left out: people choose them. */
function letterOf(
  { type, data }: DeliveredEvent,
  { to, email }: Pick<Reader, 'to' | 'email'>,
): LetterNews | null {
  const platform = { platform: platformValue(platformIn(data.platform)) }
  const numbers = { xp: { number: Number(data.xp) }, coins: { number: Number(data.coins) } }
  const isMerge = typeof data.merge === 'number'
  switch (type) {
    case 'account_linked': {
      const path = '/link'
      if (data.put_back === true) return { kind: 'put_back', values: platform, path }
      const all = Array.isArray(data.platforms) ? data.platforms.map(platformIn) : []
      const platforms = { platforms: { platforms: all } }
      if (isMerge) return { kind: 'merged', values: { ...platforms, ...numbers }, path }
      if (data.proven === true) return { kind: 'proven', values: platforms, path }
      return { kind: 'linked', values: platform, path }
    }
    case 'account_unlinked':
      return isMerge
        ? { kind: 'undone', values: numbers, path: '/login' }
        : { kind: 'unlinked', values: platform, path: '/link' }
    case 'signed_in':
      return {
        kind: 'signed_in',
        values: { device: { device: deviceFrom(data) } },
        path: '/settings/sessions',
      }
    case 'login_changed':
      if (data.what !== 'email') return { kind: 'password', path: '/forgot' }
      return email === null || email === to
        ? null
        : { kind: 'email', values: { email: { text: maskEmail(email) } }, path: '/settings/sessions' }
    case 'data_exported':
      return { kind: 'exported', path: '/settings/sessions' }
    case 'deletion_asked':
      return {
        kind: type,
        values: { when: { moment: new Date(String(data.until)) } },
        path: '/settings/data',
      }
    case 'deletion_ended':
      return { kind: type, path: '/settings/sessions' }
    case 'account_restricted':
    case 'restriction_lifted':
      return { kind: type, lines: restrictionNews(type, data), path: '/restricted' }
    default:
      return null
  }
}
