import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIButtonComponentWithCustomId,
  ButtonStyle,
  ComponentType,
} from 'discord.js'
import type { LinkRefusal } from '../../../core/linking/decide-link.js'
import type { LinkContext, LinkEnd } from '../../../core/linking/link-request.js'
import type { LinkFacts, LinkPreview, ReadLink } from '../../../core/linking/read-link-request.js'
import { type PreviewLine, previewLines } from '../../../core/merging/preview-lines.js'
import type { PlatformName } from '../../../db/schema.js'
import { formatClock, formatDay, formatMoment } from '../../../i18n/format-time.js'
import type { View } from '../commands/command.js'
import { writeCustomId } from '../commands/custom-id.js'
import { durationText, lines, type Words } from '../render/words.js'
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
      ...(preview ? ['', ...previewText(words, preview)] : []),
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
function previewText(words: Words, shown: LinkPreview): string[] {
  const shownValue = (name: PreviewLine['name'], value: number): string => {
    if (name === 'voice') return durationText(words, value)
    const rank = name === 'rank' ? shown.ranks[value] : undefined
    return rank ? words.plain('common:rank', { tier: rank.tier, star: rank.star }) : words.number(value)
  }
  return [
    words.say('merging:preview.title'),
    ...previewLines(shown).map(
      ({ name, mine, theirs, result }) =>
        `• ${words.say(`merging:line.${name}`, {
          mine: shownValue(name, mine),
          theirs: shownValue(name, theirs),
          result: shownValue(name, result),
        })}`,
    ),
    ...(shown.preview.private.result ? [words.say('merging:preview.private')] : []),
    words.say('merging:preview.frozen'),
    words.say('merging:preview.undo'),
  ]
}

function factLines({ words, timeZone }: LinkWords, facts: LinkFacts): string[] {
  const { platform, displayName, username, lastDigits, knownSince, lastSeen, rank, xp, coins } = facts
  return [
    words.say('linking:facts.platform', { platform: platformName(words, platform) }),
    words.say('linking:facts.name', { name: displayName }),
    ...(username === null ? [] : [words.say('linking:facts.username', { username })]),
    words.say('linking:facts.id', { digits: lastDigits }),
    words.say('linking:facts.known_since', { date: formatDay(words.locale, knownSince, timeZone) }),
    words.say('linking:facts.last_seen', { date: formatMoment(words.locale, lastSeen, timeZone) }),
    words.say('linking:facts.rank', {
      rank: words.plain('common:rank', { tier: rank.tier, star: rank.star }),
      xp: words.number(xp),
      coins: words.count('common:coins', coins),
    }),
  ].map((line) => `• ${line}`)
}

/** How a request ended, for either side. */
export function endText(link: LinkWords, end: LinkEnd): string {
  const { words } = link
  switch (end.status) {
    case 'linked':
      return lines(
        words.say('linking:end.linked', { platforms: platformList(words, end.platforms) }),
        end.carriedXp > 0 && words.say('linking:end.carried', { xp: words.number(end.carriedXp) }),
      )
    case 'merged':
      return lines(
        words.say('merging:end.merged', {
          platforms: platformList(words, end.platforms),
          xp: words.number(end.xp),
          coins: words.number(end.coins),
        }),
        words.say('merging:end.frozen_until', {
          when: formatMoment(words.locale, end.until, link.timeZone),
        }),
      )
    case 'proven':
      return words.say('linking:end.proven', { platforms: platformList(words, ['telegram', 'discord']) })
    case 'refused':
      return refusalText(link, end)
    case 'already_linked':
    case 'cancelled':
    case 'expired':
      return words.say(`linking:end.${end.status}`)
    default:
      return end satisfies never
  }
}

export function refusalText({ words, timeZone }: LinkWords, refusal: LinkRefusal): string {
  switch (refusal.reason) {
    case 'same_platform':
    case 'slot_taken': {
      const platform = platformName(words, refusal.platform)
      return words.say(`linking:end.refused.${refusal.reason}`, { platform })
    }
    case 'too_soon': {
      const date = formatDay(words.locale, refusal.until, timeZone)
      return words.say('linking:end.refused.too_soon', { date })
    }
    case 'slot_blocked':
      return words.say('merging:end.slot_blocked', {
        platform: platformName(words, refusal.platform),
        date: formatDay(words.locale, refusal.until, timeZone),
      })
    case 'out_of_range':
      return words.say('merging:end.out_of_range')
    case 'admin_account':
    case 'link_unproven':
    case 'changed':
      return words.say(`linking:end.refused.${refusal.reason}`)
    default:
      return refusal satisfies never
  }
}
