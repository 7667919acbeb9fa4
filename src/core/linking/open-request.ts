import type { Tx } from '../../db/connect.js'
import { coinsSeen } from '../merging/preview-merge.js'
import type { LinkDecision } from './decide-link.js'
import {
  type LinkContext,
  type LinkEnd,
  type LinkRequest,
  REQUEST_MINUTES,
  showPreview,
  tellUnlinkedEnd,
  useRequest,
} from './link-request.js'
import type { LinkSide } from './link-side.js'

type Sides = { owner: LinkSide; typist: LinkSide }

/** Opens a request between two sides; with progress on both it is one for a merge. The typist answers first. */
export async function openRequest(
  tx: Tx,
  { owner, typist }: Sides,
  isMerge: boolean,
  { now, newId }: Pick<LinkContext, 'now' | 'newId'>,
): Promise<LinkRequest> {
  const request: LinkRequest = {
    id: newId(),
    owner: owner.identity,
    ownerAccountId: owner.accountId,
    typist: typist.identity,
    typistAccountId: typist.accountId,
    state: 'waits_typist',
    expiresAt: new Date(now.getTime() + REQUEST_MINUTES * 60_000),
    end: null,
    seen: null,
    sessionId: null,
  }
  await tx
    .insertInto('ttfd.link_requests')
    .values({
      id: request.id,
      owner_platform: request.owner.platform,
      owner_platform_id: request.owner.id,
      owner_account_id: request.ownerAccountId,
      typist_platform: request.typist.platform,
      typist_platform_id: request.typist.id,
      typist_account_id: request.typistAccountId,
      created_at: now,
      expires_at: request.expiresAt,
    })
    .execute()
  if (isMerge) await showPreview(tx, request, { owner: coinsSeen(owner), typist: coinsSeen(typist) })
  return request
}

/** A request that is over before anybody was asked: everybody but the presser is told why. Returns its id. */
export async function openEndedRequest(
  tx: Tx,
  { owner, typist }: Sides,
  end: LinkEnd,
  context: Pick<LinkContext, 'now' | 'newId'>,
): Promise<string> {
  const request = await openRequest(tx, { owner, typist }, false, context)
  await useRequest(tx, request, end, context.now)
  await tellUnlinkedEnd(tx, request, end, [owner, typist], typist.identity, context.newId)
  return request.id
}

/** Whether a decision is one that both sides may be asked about. */
export function isOpenable(
  decision: LinkDecision,
): decision is Extract<LinkDecision, { status: 'link' | 'prove' | 'merge' }> {
  return decision.status === 'link' || decision.status === 'prove' || decision.status === 'merge'
}
