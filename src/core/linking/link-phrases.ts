import type { PlatformName } from '../../db/schema.js'
import type { LinkRefusal } from './decide-link.js'
import type { UnlinkRefusal } from './decide-unlink.js'
import type { LinkFacts } from './link-facts.js'
import type { LinkEnd } from './link-request.js'
import { type Phrase, platformValue } from './phrase.js'

/** Facts of a side, a line each. Words: `linking:facts`. */
export function factPhrases(facts: LinkFacts): Phrase[] {
  const { platform, displayName, username, lastDigits, knownSince, lastSeen, rank, xp, coins } = facts
  const hint = platform === 'website' ? 'email' : 'id'
  return [
    { key: 'linking:facts.platform', values: { platform: platformValue(platform) } },
    { key: 'linking:facts.name', values: { name: { text: displayName } } },
    ...(username === null
      ? []
      : [{ key: 'linking:facts.username', values: { username: { text: username } } }]),
    { key: `linking:facts.${hint}`, values: { digits: { text: lastDigits } } },
    { key: 'linking:facts.known_since', values: { date: { day: knownSince } } },
    { key: 'linking:facts.last_seen', values: { date: { moment: lastSeen } } },
    {
      key: 'linking:facts.rank',
      values: { rank: { rank: { tier: rank.tier, star: rank.star } }, xp: { number: xp }, coins: { coins } },
    },
  ]
}

/** That a side is restricted: must not be missed, so that pages show it in red. */
export function restrictedPhrases({ restricted }: LinkFacts): Phrase[] {
  return restricted === null ? [] : [{ key: `linking:facts.${restricted}` }]
}

/** How a request ended, for either side. */
export function linkEndPhrases(end: LinkEnd): Phrase[] {
  switch (end.status) {
    case 'linked':
      return [
        { key: 'linking:end.linked', values: { platforms: { platforms: end.platforms } } },
        ...(end.carriedXp > 0
          ? [{ key: 'linking:end.carried', values: { xp: { number: end.carriedXp } } }]
          : []),
      ]
    case 'merged':
      return [
        {
          key: 'merging:end.merged',
          values: {
            platforms: { platforms: end.platforms },
            xp: { number: end.xp },
            coins: { number: end.coins },
          },
        },
        { key: 'merging:end.frozen_until', values: { when: { moment: end.until } } },
      ]
    case 'proven': {
      const platforms: readonly PlatformName[] = end.platforms ?? ['telegram', 'discord']
      return [{ key: 'linking:end.proven', values: { platforms: { platforms } } }]
    }
    case 'refused':
      return [linkRefusalPhrase(end)]
    case 'already_linked':
    case 'cancelled':
    case 'expired':
      return [{ key: `linking:end.${end.status}` }]
    default:
      return end satisfies never
  }
}

/** Why two sides cannot become one, and what to do about it. */
export function linkRefusalPhrase(refusal: LinkRefusal): Phrase {
  switch (refusal.reason) {
    case 'same_platform':
    case 'slot_taken':
      return {
        key: `linking:end.refused.${refusal.reason}`,
        values: { platform: platformValue(refusal.platform) },
      }
    case 'too_soon':
      return { key: 'linking:end.refused.too_soon', values: { date: { day: refusal.until } } }
    case 'slot_blocked':
      return {
        key: 'merging:end.slot_blocked',
        values: { platform: platformValue(refusal.platform), date: { day: refusal.until } },
      }
    case 'out_of_range':
      return { key: 'merging:end.out_of_range' }
    case 'admin_account':
    case 'link_unproven':
    case 'closing':
    case 'changed':
      return { key: `linking:end.refused.${refusal.reason}` }
    default:
      return refusal satisfies never
  }
}

/** Why an identity may not leave its account now. `platform` is what should leave. */
export function unlinkRefusalPhrase(platform: PlatformName, refusal: UnlinkRefusal): Phrase {
  switch (refusal.status) {
    case 'admin_account':
    case 'link_unproven':
    case 'closing':
      return { key: `linking:end.refused.${refusal.status}` }
    case 'too_soon':
      return { key: 'linking:unlink.too_soon', values: { date: { day: refusal.until } } }
    case 'merged_recently':
      return { key: 'merging:frozen.unlink', values: { when: { moment: refusal.until } } }
    case 'ask_elsewhere':
      return {
        key: 'linking:unlink.ask_elsewhere',
        values: { platform: platformValue(platform), primary: platformValue(refusal.primary) },
      }
    case 'not_linked':
    case 'last_way_in':
      return { key: `linking:unlink.${refusal.status}` }
    default:
      return refusal satisfies never
  }
}
