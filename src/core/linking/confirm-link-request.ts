import { sql } from 'kysely'
import type { Database, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import type { Identity } from '../accounts/identity.js'
import { askRoles } from '../roles/role-states.js'
import { carryOver } from './carry-over.js'
import { type MergeDecision, mergeByRequest, showAgain, stalePreview } from './confirm-merge.js'
import { decideLink, type LinkDecision } from './decide-link.js'
import { writeLinkEvents } from './link-events.js'
import {
  findRequest,
  isElsewhere,
  type LinkContext,
  type LinkEnd,
  type LinkRequest,
  type LinkRole,
  roleOf,
  tellUnlinkedEnd,
  useRequest,
} from './link-request.js'
import { identitiesOf, type LinkSide, lockSides } from './link-side.js'

export type ConfirmLink =
  /** The typist said yes; now the owner is asked, on the owner's platform. */
  | { status: 'waits_owner'; ownerPlatform: PlatformName; expiresAt: Date }
  /** The typist has not answered yet; the owner's yes counts only after his. */
  | { status: 'waits_typist' }
  /**
   * Both sides have progress, and what the presser said yes to no longer holds (somebody spent, or progress came up
   * meanwhile): nothing happened. When the turn is his, show him the question again; else the other side is asked anew.
   */
  | { status: 'preview_changed'; turn: LinkRole; otherPlatform: PlatformName }
  /** No such request, or somebody else's. */
  | { status: 'not_yours' }
  /** It ended: by this press (`now`) or before, and then the first end stands. */
  | (LinkEnd & { now: boolean })

/**
 * One side's yes. The typist answers first; the owner's yes, which comes last, locks both accounts, checks everything
 * again and links. Repeated and parallel presses get the first result; a request links at most once.
 */
export async function confirmLinkRequest(
  db: Database,
  { request: id, who, session }: { request: string; who: Identity; session?: string },
  context: LinkContext,
): Promise<ConfirmLink> {
  return db.transaction(async (tx) => {
    const seen = await findRequest(tx, id)
    const seenRole = seen && roleOf(seen, who)
    if (!seen || !seenRole || isElsewhere(seen, seenRole, session)) return { status: 'not_yours' }
    if (seen.end) return { ...seen.end, now: false }
    const sides = await lockSides(tx, [seen.owner, seen.typist], context.now)
    // Under the locks nobody else can move it on but its expiry, which the UPDATE notices.
    const request = await findRequest(tx, id)
    const role = request && roleOf(request, who)
    if (!request || !role) return { status: 'not_yours' }
    if (request.end) return { ...request.end, now: false }

    const decision = decide(request, sides, context)
    if (!sides || isEnd(decision)) {
      const end: LinkEnd = isEnd(decision) ? decision : { status: 'refused', reason: 'changed' }
      if (!(await useRequest(tx, request, end, context.now))) return firstEnd(tx, id)
      await tellUnlinkedEnd(tx, request, end, sides ?? [], who, context.newId)
      return { ...end, now: true }
    }
    const isDue = role === 'owner' || request.state === 'waits_typist'
    const stale = isDue && decision.status === 'merge' ? stalePreview(request, sides) : null
    if (stale)
      return { status: 'preview_changed', ...(await showAgain(tx, request, { role, ...stale }, context)) }
    if (role === 'typist') return confirmAsTypist(tx, request, context)
    if (request.state === 'waits_typist') return { status: 'waits_typist' }
    if (decision.status === 'merge') {
      const merged = await mergeByRequest(tx, request, decision, context)
      return merged ? { ...merged, now: true } : firstEnd(tx, id)
    }
    const end = endOf(decision, sides)
    if (!(await useRequest(tx, request, end, context.now))) return firstEnd(tx, id)
    await carryOut(tx, request, decision, end, sides, context)
    return { ...end, now: true }
  })
}

type Deed = Extract<LinkDecision, { status: 'link' | 'prove' }>

function isEnd(
  decision: LinkDecision | { status: 'expired' },
): decision is Exclude<typeof decision, Deed | MergeDecision> {
  return decision.status !== 'link' && decision.status !== 'prove' && decision.status !== 'merge'
}

function decide(
  request: LinkRequest,
  sides: readonly [LinkSide, LinkSide] | null,
  { now, admins }: LinkContext,
): LinkDecision | { status: 'expired' } {
  if (request.expiresAt <= now) return { status: 'expired' }
  const isUnchanged =
    sides?.[0].accountId === request.ownerAccountId && sides[1].accountId === request.typistAccountId
  return sides && isUnchanged ? decideLink(...sides, admins) : { status: 'refused', reason: 'changed' }
}

async function confirmAsTypist(
  tx: Tx,
  request: LinkRequest,
  { now, newId }: LinkContext,
): Promise<ConfirmLink> {
  const waits: ConfirmLink = {
    status: 'waits_owner',
    ownerPlatform: request.owner.platform,
    expiresAt: request.expiresAt,
  }
  if (request.state === 'waits_owner') return waits
  const { rows } = await sql`
    update ttfd.link_requests set state = 'waits_owner', typist_confirmed_at = ${now}
    where id = ${request.id} and state = 'waits_typist' returning id`.execute(tx)
  if (rows.length === 0) return firstEnd(tx, request.id)
  await writeLinkEvents(
    tx,
    [
      {
        accountId: request.ownerAccountId,
        type: 'link_requested',
        source: request.typist.platform,
        data: { request: request.id, platform: request.typist.platform },
        // A merge whose preview changed asks more than once.
        key: `link:${request.id}:asked:${newId()}`,
        tell: [request.owner],
      },
    ],
    newId,
  )
  return waits
}

function endOf(decision: Deed, [owner, typist]: readonly [LinkSide, LinkSide]): LinkEnd {
  if (decision.status !== 'link') return { status: 'proven', accountId: owner.accountId }
  const { survivor, loser } = decision
  const platforms = [...identitiesOf(owner), ...identitiesOf(typist)].map((identity) => identity.platform)
  return { status: 'linked', accountId: survivor.accountId, platforms, carriedXp: loser.xp }
}

async function carryOut(
  tx: Tx,
  request: LinkRequest,
  decision: Deed,
  end: LinkEnd,
  [owner, typist]: readonly [LinkSide, LinkSide],
  context: LinkContext,
): Promise<void> {
  const everybody =
    owner.accountId === typist.accountId
      ? identitiesOf(owner)
      : [...identitiesOf(owner), ...identitiesOf(typist)]
  let joined: LinkRole = 'typist'
  let accountId = owner.accountId
  if (decision.status === 'link') {
    const { survivor, loser } = decision
    await carryOver(tx, { survivor, loser, requestId: request.id }, context)
    accountId = survivor.accountId
    joined = loser === owner ? 'owner' : 'typist'
  } else {
    await tx.updateTable('ttfd.accounts').set({ link_unproven: false }).where('id', '=', accountId).execute()
  }
  await writeLinkEvents(
    tx,
    [
      {
        accountId,
        type: 'account_linked',
        source: request.owner.platform,
        data: {
          request: request.id,
          platform: request[joined].platform,
          platforms: [request.owner.platform, request.typist.platform],
          carried_xp: end.status === 'linked' ? end.carriedXp : 0,
          proven: end.status === 'proven',
        },
        key: `link:${request.id}`,
        tell: everybody,
      },
    ],
    context.newId,
  )
  const discord = everybody.find((identity) => identity.platform === 'discord')
  if (discord) await askRoles(tx, discord.id)
}

/** What stands in the request now that somebody else was first. */
async function firstEnd(tx: Tx, id: string): Promise<ConfirmLink> {
  const request = await findRequest(tx, id)
  return request?.end ? { ...request.end, now: false } : { status: 'waits_typist' }
}
