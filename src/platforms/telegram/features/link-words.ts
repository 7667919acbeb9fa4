import { InlineKeyboard } from 'grammy'
import type { LinkFacts } from '../../../core/linking/link-facts.js'
import { factPhrases, linkEndPhrases, restrictedPhrases } from '../../../core/linking/link-phrases.js'
import type { LinkEnd } from '../../../core/linking/link-request.js'
import type { Phrase } from '../../../core/linking/phrase.js'
import type { LinkPreview, ReadLink } from '../../../core/linking/read-link-request.js'
import { previewPhrases } from '../../../core/merging/preview-phrases.js'
import type { PlatformName } from '../../../db/schema.js'
import { formatClock } from '../../../i18n/format-time.js'
import { phraseValues } from '../../../i18n/phrase-values.js'
import { translator } from '../../../i18n/translate.js'
import { packPress } from '../callback-data.js'
import { durationText, lines, type Words } from '../render.js'
import type { View } from '../speak.js'

/** Words of linking for one person; times are the community's. */
export type LinkWords = { words: Words; timeZone: string }

export function platformName(words: Words, platform: PlatformName): string {
  return words.plain(`common:platform.${platform}`)
}

export function platformList(words: Words, platforms: readonly PlatformName[]): string {
  return platforms.map((platform) => platformName(words, platform)).join(' + ')
}

/** The question that either side answers: facts of the other side, what yes means, and Cancel first. */
export function questionView(
  { words, timeZone }: LinkWords,
  request: string,
  { role, other, preview, expiresAt }: Extract<ReadLink, { status: 'open' }>,
): View {
  const name = other.username === null ? other.displayName : `@${other.username}`
  return {
    text: lines(
      `<b>${words.html('linking:ask.title')}</b>`,
      '',
      words.html(role === 'typist' ? 'linking:facts.owner' : 'linking:facts.typist'),
      ...factLines({ words, timeZone }, other),
      ...(preview ? ['', ...previewText({ words, timeZone }, preview)] : []),
      '',
      `<b>${words.html('linking:ask.one_account', { name })}</b>`,
      words.html(`linking:ask.${role}`),
      '',
      words.html('linking:ask.until', { time: formatClock(words.locale, expiresAt, timeZone) }),
    ),
    keyboard: new InlineKeyboard()
      .text(words.plain('linking:ask.cancel'), packPress({ act: 'link', answer: 'no', request }))
      .row()
      .text(words.plain('linking:ask.yes'), packPress({ act: 'link', answer: 'yes', request })),
  }
}

/** Field by field what a merge makes of both. */
export function previewText(link: LinkWords, shown: LinkPreview): string[] {
  const said = previewPhrases(shown, (seconds) => durationText(link.words, seconds))
  return said.map(({ phrase, line }) => (line ? '• ' : '') + phraseText(link, phrase))
}

/** What is known of a side, line by line. */
export function factLines(link: LinkWords, facts: LinkFacts): string[] {
  return [
    ...factPhrases(facts).map((phrase) => `• ${phraseText(link, phrase)}`),
    ...restrictedPhrases(facts).map((phrase) => phraseText(link, phrase)),
  ]
}

/** How a request ended, for either side. */
export function endText(link: LinkWords, end: LinkEnd): string {
  return lines(...linkEndPhrases(end).map((phrase) => phraseText(link, phrase)))
}

/** A sentence of core in one person's language, as Telegram HTML. */
export function phraseText({ words, timeZone }: LinkWords, { key, values }: Phrase): string {
  return words.html(
    key,
    phraseValues(values, { locale: words.locale, timeZone, t: translator(words.locale) }),
  )
}
