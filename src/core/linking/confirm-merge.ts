import type { Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { mergeLocked } from '../merging/merge-locked.js'
import { coinsSeen } from '../merging/preview-merge.js'
import type { LinkDecision } from './decide-link.js'
import { writeLinkEvents } from './link-events.js'
import {
  type LinkContext,
  type LinkEnd,
  type LinkRequest,
  type LinkRole,
  type SeenCoins,
  showPreview,
  useRequest,
} from './link-request.js'
import { identitiesOf, type LinkSide } from './link-side.js'

export type MergeDecision = Extract<LinkDecision, { status: 'merge' }>

/** What no longer holds of the preview that both saw: coins that are spent, or a merge where a link was asked for. */
export function stalePreview(
  { seen }: LinkRequest,
  [owner, typist]: readonly [LinkSide, LinkSide],
): { now: SeenCoins; isNewsToTypist: boolean } | null {
  const now = { owner: coinsSeen(owner), typist: coinsSeen(typist) }
  if (seen && now.owner >= seen.owner && now.typist >= seen.typist) return null
  return { now, isNewsToTypist: !seen || now.owner < seen.owner }
}

/** Nothing is done: the preview as it is now must be seen first, by the typist too if it is news to him. */
export async function showAgain(
  tx: Tx,
  request: LinkRequest,
  { role, now: seen, isNewsToTypist }: { role: LinkRole; now: SeenCoins; isNewsToTypist: boolean },
  { newId }: LinkContext,
): Promise<{ turn: LinkRole; otherPlatform: PlatformName }> {
  const { owner, typist } = request
  const otherPlatform = role === 'owner' ? typist.platform : owner.platform
  if (request.state === 'waits_typist') {
    await showPreview(tx, request, seen)
    return { turn: 'typist', otherPlatform }
  }
  await showPreview(tx, request, seen, isNewsToTypist ? 'waits_typist' : request.state)
  if (!isNewsToTypist) return { turn: 'owner', otherPlatform }
  await writeLinkEvents(
    tx,
    [
      {
        accountId: request.typistAccountId,
        type: 'link_requested',
        source: owner.platform,
        data: { request: request.id, platform: owner.platform },
        key: `link:${request.id}:again:${newId()}`,
        tell: [typist],
      },
    ],
    newId,
  )
  return { turn: 'typist', otherPlatform }
}

/** Merges by the last yes of two sides that both have progress; null when the request ended meanwhile. */
export async function mergeByRequest(
  tx: Tx,
  request: LinkRequest,
  { survivor, loser }: MergeDecision,
  context: LinkContext,
): Promise<LinkEnd | null> {
  const platforms = [...identitiesOf(survivor), ...identitiesOf(loser)].map((identity) => identity.platform)
  const deed = { survivor, loser, by: request.owner.platform, requestId: request.id }
  // Its row is held from here on, so that no cancel comes between; its end names the merge, which is made first.
  const claimed = await tx
    .updateTable('ttfd.link_requests')
    .set({ owner_confirmed_at: context.now })
    .where('id', '=', request.id)
    .where('state', '=', request.state)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!claimed) return null
  const { merge, preview, frozenUntil } = await mergeLocked(tx, deed, context)
  const end: LinkEnd = {
    status: 'merged',
    accountId: survivor.accountId,
    platforms,
    merge,
    xp: preview.xp.result,
    coins: preview.coins.result,
    until: frozenUntil,
  }
  if (!(await useRequest(tx, request, end, context.now))) throw new Error('a merge outlived its request')
  return end
}
