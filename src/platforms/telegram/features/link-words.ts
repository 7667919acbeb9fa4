import { InlineKeyboard } from 'grammy'
import type { LinkRefusal } from '../../../core/linking/decide-link.js'
import type { LinkEnd } from '../../../core/linking/link-request.js'
import type { LinkFacts, LinkPreview, ReadLink } from '../../../core/linking/read-link-request.js'
import { type PreviewLine, previewLines } from '../../../core/merging/preview-lines.js'
import type { PlatformName } from '../../../db/schema.js'
import { formatClock, formatDay, formatMoment } from '../../../i18n/format-time.js'
import { packPress } from '../callback-data.js'
import { coinsText, durationText, lines, type Words } from '../render.js'
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
      ...(preview ? ['', ...previewText(words, preview)] : []),
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
function previewText(words: Words, shown: LinkPreview): string[] {
  const shownValue = (name: PreviewLine['name'], value: number): string => {
    if (name === 'voice') return durationText(words, value)
    const rank = name === 'rank' ? shown.ranks[value] : undefined
    return rank ? words.plain('common:rank', { tier: rank.tier, star: rank.star }) : words.number(value)
  }
  return [
    words.html('merging:preview.title'),
    ...previewLines(shown).map(
      ({ name, mine, theirs, result }) =>
        `• ${words.html(`merging:line.${name}`, {
          mine: shownValue(name, mine),
          theirs: shownValue(name, theirs),
          result: shownValue(name, result),
        })}`,
    ),
    ...(shown.preview.private.result ? [words.html('merging:preview.private')] : []),
    words.html('merging:preview.frozen'),
    words.html('merging:preview.undo'),
  ]
}

function factLines({ words, timeZone }: LinkWords, facts: LinkFacts): string[] {
  const { platform, displayName, username, lastDigits, knownSince, lastSeen, rank, xp, coins } = facts
  const rankName = words.plain('common:rank', { tier: rank.tier, star: rank.star })
  return [
    words.html('linking:facts.platform', { platform: platformName(words, platform) }),
    words.html('linking:facts.name', { name: displayName }),
    ...(username === null ? [] : [words.html('linking:facts.username', { username })]),
    words.html('linking:facts.id', { digits: lastDigits }),
    words.html('linking:facts.known_since', { date: formatDay(words.locale, knownSince, timeZone) }),
    words.html('linking:facts.last_seen', { date: formatMoment(words.locale, lastSeen, timeZone) }),
    words.html('linking:facts.rank', {
      rank: rankName,
      xp: words.number(xp),
      coins: coinsText(words, coins),
    }),
  ].map((line) => `• ${line}`)
}

/** How a request ended, for either side. */
export function endText(link: LinkWords, end: LinkEnd): string {
  const { words } = link
  switch (end.status) {
    case 'linked':
      return lines(
        words.html('linking:end.linked', { platforms: platformList(words, end.platforms) }),
        end.carriedXp > 0 && words.html('linking:end.carried', { xp: words.number(end.carriedXp) }),
      )
    case 'merged':
      return lines(
        words.html('merging:end.merged', {
          platforms: platformList(words, end.platforms),
          xp: words.number(end.xp),
          coins: words.number(end.coins),
        }),
        words.html('merging:end.frozen_until', {
          when: formatMoment(words.locale, end.until, link.timeZone),
        }),
      )
    case 'proven':
      return words.html('linking:end.proven', { platforms: platformList(words, ['telegram', 'discord']) })
    case 'refused':
      return refusalText(link, end)
    case 'already_linked':
    case 'cancelled':
    case 'expired':
      return words.html(`linking:end.${end.status}`)
    default:
      return end satisfies never
  }
}

export function refusalText({ words, timeZone }: LinkWords, refusal: LinkRefusal): string {
  switch (refusal.reason) {
    case 'same_platform':
    case 'slot_taken': {
      const platform = platformName(words, refusal.platform)
      return words.html(`linking:end.refused.${refusal.reason}`, { platform })
    }
    case 'too_soon': {
      const date = formatDay(words.locale, refusal.until, timeZone)
      return words.html('linking:end.refused.too_soon', { date })
    }
    case 'slot_blocked':
      return words.html('merging:end.slot_blocked', {
        platform: platformName(words, refusal.platform),
        date: formatDay(words.locale, refusal.until, timeZone),
      })
    case 'out_of_range':
      return words.html('merging:end.out_of_range')
    case 'admin_account':
    case 'link_unproven':
    case 'changed':
      return words.html(`linking:end.refused.${refusal.reason}`)
    default:
      return refusal satisfies never
  }
}
