import { identityKey } from '../accounts/identity.js'
import { coinsSeen } from '../merging/preview-merge.js'
import { decideLink, type LinkDecision } from './decide-link.js'
import type { DiscordLinkRequest } from './discord-link-request.js'
import { isSame } from './link-request.js'
import { isAdmin, type LinkSide } from './link-side.js'

/**
 * What comes of a Discord login that somebody wants on his account. Pure: the same for the question and, under the
 * locks, for the deed. `theirs`: the account that the Discord user has; null: none yet, so there is nothing to lose.
 */
export function decideDiscordLink(
  { discord }: Pick<DiscordLinkRequest, 'discord'>,
  own: LinkSide,
  theirs: LinkSide | null,
  admins: ReadonlySet<string>,
): LinkDecision | { status: 'new' } {
  if (isAdmin(own, admins) || admins.has(identityKey(discord))) {
    return { status: 'refused', reason: 'admin_account' }
  }
  const held = own.identities.discord
  if (held !== null && held !== discord.id) {
    return { status: 'refused', reason: 'slot_taken', platform: 'discord' }
  }
  // Discord alone proves nothing about the other identities of an old row.
  if (held === discord.id && isSame(own.identity, discord)) return { status: 'already_linked' }
  if (theirs) return decideLink(own, theirs, admins)
  if (own.unproven) return { status: 'refused', reason: 'link_unproven' }
  const until = own.blocked.find(({ platform }) => platform === 'discord')?.until
  if (until) return { status: 'refused', reason: 'slot_blocked', platform: 'discord', until }
  return { status: 'new' }
}

/** Whether a merge would take coins that its preview did not show as they are: then it is shown again. */
export function isStale({ seen }: DiscordLinkRequest, own: LinkSide, theirs: LinkSide): boolean {
  return !seen || coinsSeen(own) < seen.own || coinsSeen(theirs) < seen.discord
}
