import type { PlatformName } from '../../db/schema.js'
import { PLATFORMS } from '../accounts/identity.js'
import { hasProgress, isAdmin, LIMIT_DAYS, type LinkSide } from './link-side.js'

/** Why two sides cannot become one account. */
export type LinkRefusal =
  /** Code and typist are on the same platform. */
  | { reason: 'same_platform'; platform: PlatformName }
  /** Both accounts have an identity on this platform already: one must be unlinked first. */
  | { reason: 'slot_taken'; platform: PlatformName }
  | { reason: 'admin_account' }
  /** An old row joined several identities without proof; its own identities must confirm that first. */
  | { reason: 'link_unproven' }
  /** Progress was carried twice within 30 days already. */
  | { reason: 'too_soon'; until: Date }
  /** An account changed hands since the request was opened: start again. */
  | { reason: 'changed' }

export type LinkDecision =
  | { status: 'link'; survivor: LinkSide; loser: LinkSide }
  /** Both identities are on one account that lacked the proof: this is it. */
  | { status: 'prove' }
  | { status: 'already_linked' }
  /** Both sides have progress: that takes a merge. */
  | { status: 'merge_needed' }
  | ({ status: 'refused' } & LinkRefusal)

const CARRIES_MAX = 2

/** Decides what two confirmed sides become. Pure: the same answer for the question and, under the lock, for the deed. */
export function decideLink(owner: LinkSide, typist: LinkSide, admins: ReadonlySet<string>): LinkDecision {
  if (isAdmin(owner, admins) || isAdmin(typist, admins)) return { status: 'refused', reason: 'admin_account' }
  if (owner.accountId === typist.accountId)
    return owner.unproven ? { status: 'prove' } : { status: 'already_linked' }
  const { platform } = typist.identity
  if (owner.identity.platform === platform) return { status: 'refused', reason: 'same_platform', platform }
  if (owner.unproven || typist.unproven) return { status: 'refused', reason: 'link_unproven' }
  const taken = PLATFORMS.find((one) => owner.identities[one] !== null && typist.identities[one] !== null)
  if (taken) return { status: 'refused', reason: 'slot_taken', platform: taken }
  if (hasProgress(owner) && hasProgress(typist)) return { status: 'merge_needed' }

  const [survivor, loser] = chooseSurvivor(owner, typist)
  const until = loser.xp + loser.coins > 0 ? nextCarry(survivor, loser) : null
  if (until) return { status: 'refused', reason: 'too_soon', until }
  return { status: 'link', survivor, loser }
}

/** Who has progress stays; without any, who has more XP; else the account of the code's owner. */
function chooseSurvivor(owner: LinkSide, typist: LinkSide): [survivor: LinkSide, loser: LinkSide] {
  if (hasProgress(typist)) return [typist, owner]
  if (hasProgress(owner)) return [owner, typist]
  return typist.xp > owner.xp ? [typist, owner] : [owner, typist]
}

/** When the next welcome may be carried, or null when now. Counted by identity, so that a change of account frees nothing. */
function nextCarry(survivor: LinkSide, loser: LinkSide): Date | null {
  const waits = [survivor, loser].flatMap(({ carriedAt }) => {
    const binding = [...carriedAt].sort((a, b) => b.getTime() - a.getTime())[CARRIES_MAX - 1]
    return binding ? [binding.getTime() + LIMIT_DAYS * 86_400_000] : []
  })
  return waits.length === 0 ? null : new Date(Math.max(...waits))
}
