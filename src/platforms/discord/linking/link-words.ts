import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
} from 'discord.js'
import type { LinkFacts } from '../../../core/linking/link-facts.js'
import { factPhrases, linkEndPhrases, restrictedPhrases } from '../../../core/linking/link-phrases.js'
import type { LinkContext, LinkEnd } from '../../../core/linking/link-request.js'
import type { Phrase } from '../../../core/linking/phrase.js'
import type { LinkPreview, ReadLink } from '../../../core/linking/read-link-request.js'
import { previewPhrases } from '../../../core/merging/preview-phrases.js'
import type { PlatformName } from '../../../db/schema.js'
import { formatClock } from '../../../i18n/format-time.js'
import { phraseValues } from '../../../i18n/phrase-values.js'
import { translator } from '../../../i18n/translate.js'
import type { View } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { durationText, lines, type Raw, type Words } from '../render/words.js'
import type { BaseKit } from '../types.js'

/** Words of linking for one person; times are the community's. */
export type LinkWords = { words: Words; timeZone: string }

/** What core needs to judge a link, as of now. */
export function linkContext({ rules, now, newId, settings }: BaseKit): LinkContext {
  return { rules: rules(), now: now(), newId, admins: settings.linking.admins }
}

export function platformName(words: Words, platform: PlatformName): string {
  return words.plain(`common:platform.${platform}`)
}

export function platformList(words: Words, platforms: readonly PlatformName[]): string {
  return platforms.map((platform) => platformName(words, platform)).join(' + ')
}

export function button(
  label: string,
  customId: string,
  style: APIButtonComponentWithCustomId['style'] = ButtonStyle.Secondary,
): APIButtonComponent {
  return { type: ComponentType.Button, style, label, custom_id: customId }
}

export function row(...components: APIButtonComponent[]): APIActionRowComponent<APIButtonComponent> {
  return { type: ComponentType.ActionRow, components }
}

/** The question that either side answers: facts of the other side, what yes means, and Cancel first. */
export function questionView(
  { words, timeZone }: LinkWords,
  userId: string,
  request: string,
  { role, other, preview, expiresAt }: Extract<ReadLink, { status: 'open' }>,
): View {
  const name = other.username === null ? other.displayName : `@${other.username}`
  const answer = (yes: 'yes' | 'no') => writeCustomId('link', userId, yes, request)
  return {
    content: lines(
      `**${words.say('linking:ask.title')}**`,
      '',
      words.say(role === 'typist' ? 'linking:facts.owner' : 'linking:facts.typist'),
      ...factLines({ words, timeZone }, other),
      ...(preview ? ['', ...previewText({ words, timeZone }, preview)] : []),
      '',
      `**${words.say('linking:ask.one_account', { name })}**`,
      words.say(`linking:ask.${role}`),
      '',
      words.say('linking:ask.until', { time: formatClock(words.locale, expiresAt, timeZone) }),
    ),
    embeds: [],
    components: [
      row(
        button(words.plain('linking:ask.cancel'), answer('no'), ButtonStyle.Primary),
        button(words.plain('linking:ask.yes'), answer('yes')),
      ),
    ],
  }
}

/** Field by field what a merge makes of both. */
function previewText(link: LinkWords, shown: LinkPreview): string[] {
  const said = previewPhrases(shown, (seconds) => durationText(link.words, seconds))
  return said.map(({ phrase, line }) => (line ? '• ' : '') + phraseText(link, phrase))
}

function factLines(link: LinkWords, facts: LinkFacts): string[] {
  return [
    ...factPhrases(facts).map((phrase) => `• ${phraseText(link, phrase)}`),
    ...restrictedPhrases(facts).map((phrase) => phraseText(link, phrase)),
  ]
}

/** How a request ended, for either side. */
export function endText(link: LinkWords, end: LinkEnd): string {
  return lines(...linkEndPhrases(end).map((phrase) => phraseText(link, phrase)))
}

/** A sentence of core in one person's language, as Discord Markdown. */
export function phraseText({ words, timeZone }: LinkWords, { key, values }: Phrase): string {
  const said: Record<string, string | Raw> = phraseValues(values, {
    locale: words.locale,
    timeZone,
    t: translator(words.locale),
  })
  // An address of ours must stay one that can be pressed.
  for (const [name, value] of Object.entries(values ?? {}))
    if ('url' in value) said[name] = words.raw(value.url)
  return words.say(key, said)
}
