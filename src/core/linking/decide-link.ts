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
  /** One of the accounts is being deleted: it is kept first. */
  | { reason: 'closing' }
  /** Progress was carried twice within 30 days already. */
  | { reason: 'too_soon'; until: Date }
  /** What stood at this platform left by the undo of a merge less than 30 days ago. */
  | { reason: 'slot_blocked'; platform: PlatformName; until: Date }
  /** Together they would have more than a balance can hold. */
  | { reason: 'out_of_range' }
  /** An account changed hands since the request was opened: start again. */
  | { reason: 'changed' }

export type LinkDecision =
  | { status: 'link'; survivor: LinkSide; loser: LinkSide }
  /** Both identities are on one account that lacked the proof: this is it. */
  | { status: 'prove' }
  | { status: 'already_linked' }
  /** Both sides have progress: two balances become one, and both must have seen the preview. */
  | { status: 'merge'; survivor: LinkSide; loser: LinkSide }
  | ({ status: 'refused' } & LinkRefusal)

const CARRIES_MAX = 2

/** Decides what two confirmed sides become. Pure: the same answer for the question and, under the lock, for the deed. */
export function decideLink(owner: LinkSide, typist: LinkSide, admins: ReadonlySet<string>): LinkDecision {
  if (isAdmin(owner, admins) || isAdmin(typist, admins)) return { status: 'refused', reason: 'admin_account' }
  if (owner.closing || typist.closing) return { status: 'refused', reason: 'closing' }
  if (owner.accountId === typist.accountId)
    return owner.unproven ? { status: 'prove' } : { status: 'already_linked' }
  const { platform } = typist.identity
  if (owner.identity.platform === platform) return { status: 'refused', reason: 'same_platform', platform }
  if (owner.unproven || typist.unproven) return { status: 'refused', reason: 'link_unproven' }
  const taken = PLATFORMS.find((one) => owner.identities[one] !== null && typist.identities[one] !== null)
  if (taken) return { status: 'refused', reason: 'slot_taken', platform: taken }
  const blocked = findBlocked(owner, typist)
  if (blocked) return { status: 'refused', reason: 'slot_blocked', ...blocked }
  const isMerge = hasProgress(owner) && hasProgress(typist)
  if (isMerge && !fitsTogether(owner, typist)) return { status: 'refused', reason: 'out_of_range' }
  const [survivor, loser] = isMerge ? chooseByXp(owner, typist) : chooseSurvivor(owner, typist)
  const until = isMerge || loser.xp + loser.coins > 0 ? nextCarry(survivor, loser) : null
  if (until) return { status: 'refused', reason: 'too_soon', until }
  return { status: isMerge ? 'merge' : 'link', survivor, loser }
}

/** Who has progress stays; without any, who has more XP; else the account of the code's owner. */
function chooseSurvivor(owner: LinkSide, typist: LinkSide): [survivor: LinkSide, loser: LinkSide] {
  if (hasProgress(typist)) return [typist, owner]
  if (hasProgress(owner)) return [owner, typist]
  return chooseByXp(owner, typist)
}

function chooseByXp(owner: LinkSide, typist: LinkSide): [survivor: LinkSide, loser: LinkSide] {
  return typist.xp > owner.xp ? [typist, owner] : [owner, typist]
}

/** Room for every rank reward stays, as for any other gain. */
const BALANCE_MAX = Number.MAX_SAFE_INTEGER - 1_000_000_000

/** Whether two balances fit into one. */
export function fitsTogether(a: LinkSide, b: LinkSide): boolean {
  return a.xp + b.xp <= BALANCE_MAX && a.coins + a.staked + b.coins + b.staked <= BALANCE_MAX
}

/** A slot of either side that the other would fill though an undone merge keeps it shut; the one that is shut longest. */
export function findBlocked(a: LinkSide, b: LinkSide): LinkSide['blocked'][number] | null {
  const shut = [...a.blocked.filter(fills(b)), ...b.blocked.filter(fills(a))]
  return shut.sort((x, y) => y.until.getTime() - x.until.getTime())[0] ?? null
}

function fills(other: LinkSide) {
  return ({ platform }: LinkSide['blocked'][number]) => other.identities[platform] !== null
}

/** When the next welcome may be carried, or null when now. Counted by identity, so that a change of account frees nothing. */
export function nextCarry(survivor: LinkSide, loser: LinkSide): Date | null {
  const waits = [survivor, loser].flatMap(({ carriedAt }) => {
    const binding = [...carriedAt].sort((a, b) => b.getTime() - a.getTime())[CARRIES_MAX - 1]
    return binding ? [binding.getTime() + LIMIT_DAYS * 86_400_000] : []
  })
  return waits.length === 0 ? null : new Date(Math.max(...waits))
}
