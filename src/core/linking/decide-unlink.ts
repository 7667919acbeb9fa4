import type { PlatformName } from '../../db/schema.js'
import { type Identity, PLATFORMS } from '../accounts/identity.js'
import { isAdmin, LIMIT_DAYS } from './link-side.js'

/** An account as the question of leaving it sees it. */
export type UnlinkSide = {
  accountId: number
  identities: Record<PlatformName, string | null>
  primary: PlatformName
  unproven: boolean
  closing: boolean
  /** Where a person can come back by himself, of all that is linked now. */
  waysIn: readonly PlatformName[]
  /** When the identity that would leave last left an account, within 30 days. */
  lastUnlink: Date | null
  /** Since then it was put back, so that it may leave again when it wants to itself. */
  wasPutBack: boolean
  /** Until when a merge is fresh: then it is undone, not unlinked. */
  mergedUntil: Date | null
}

export type UnlinkRefusal =
  /** The account has nothing on this platform (any more). */
  | { status: 'not_linked' }
  | { status: 'last_way_in' }
  /** An identity may leave once in 30 days. */
  | { status: 'too_soon'; until: Date }
  /** In the 72 hours after a merge the merge is undone instead. */
  | { status: 'merged_recently'; until: Date }
  | { status: 'admin_account' }
  /** An old row joined several identities without proof: its own sides confirm that first, by a code. */
  | { status: 'link_unproven' }
  /** The account is being deleted: it is kept first. */
  | { status: 'closing' }
  /** Another identity is taken off by itself or by the primary one. */
  | { status: 'ask_elsewhere'; primary: PlatformName }

/** Decides whether an identity may leave its account. Pure; asked again under the account's lock. */
export function decideUnlink(
  side: UnlinkSide,
  { actor, platform }: { actor: Identity; platform: PlatformName },
  { now, admins }: { now: Date; admins: ReadonlySet<string> },
): { status: 'allowed'; leaving: Identity; left: PlatformName[] } | UnlinkRefusal {
  const id = side.identities[platform]
  if (id === null) return { status: 'not_linked' }
  if (isAdmin(side, admins)) return { status: 'admin_account' }
  if (side.closing) return { status: 'closing' }
  if (side.unproven) return { status: 'link_unproven' }
  if (side.mergedUntil !== null && side.mergedUntil > now) {
    return { status: 'merged_recently', until: side.mergedUntil }
  }
  const left = PLATFORMS.filter((one) => one !== platform && side.identities[one] !== null)
  if (!left.some((one) => side.waysIn.includes(one))) return { status: 'last_way_in' }
  if (actor.platform !== platform && actor.platform !== side.primary) {
    return { status: 'ask_elsewhere', primary: side.primary }
  }
  if (side.lastUnlink !== null && !(side.wasPutBack && actor.platform === platform)) {
    const until = new Date(side.lastUnlink.getTime() + LIMIT_DAYS * 86_400_000)
    if (until > now) return { status: 'too_soon', until }
  }
  return { status: 'allowed', leaving: { platform, id }, left }
}
