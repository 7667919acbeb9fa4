import type { Database, Reader, Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import type { Identity } from '../accounts/identity.js'
import { cancelOpenRounds } from '../games/cancel-open-rounds.js'
import { type LinkEvent, writeLinkEvents } from '../linking/link-events.js'
import type { LinkContext } from '../linking/link-request.js'
import { identitiesOf } from '../linking/link-side.js'
import { partRestrictions } from '../restrictions/follow-restrictions.js'
import { askRoles } from '../roles/role-states.js'
import { decideUndo, type UndoneBy, type UndoRefusal } from './decide-undo.js'
import { endOpenings } from './end-openings.js'
import { findMerge, type Merge } from './merge-row.js'
import { moveBalance } from './move-balance.js'
import type { UndoneSide, UndoPlan } from './plan-undo.js'
import { splitAccount } from './split-account.js'
import { endSessionsOf, moveLogins } from './split-logins.js'

/** What one side has after the undo. */
export type UndoShare = { accountId: number; xp: number; coins: number; platforms: PlatformName[] }

export type UndoShares = {
  merge: number
  survivor: UndoShare
  loser: UndoShare
  /** Within 72 hours: both have exactly what they brought, and what each earned since. */
  exact: boolean
  /** Coins that one side brought and that are spent: they do not come back. */
  missingCoins: number
}

export type PreviewUndo = ({ status: 'allowed' } & UndoShares) | UndoRefusal
export type UndoMerge = ({ status: 'undone' } & UndoShares) | UndoRefusal

type UndoContext = Pick<LinkContext, 'now' | 'admins'>

/** What the undo of a merge would give to either side, for the question before it. Changes nothing. */
export async function previewUndo(
  reader: Reader,
  { merge: id, by }: { merge: number; by: UndoneBy },
  context: UndoContext,
): Promise<PreviewUndo> {
  const merge = await findMerge(reader, id)
  if (!merge) return { status: 'not_yours' }
  const decision = await decideUndo(reader, merge, by, context)
  return decision.status === 'allowed'
    ? { status: 'allowed', ...sharesOf(merge, decision.plan, decision.isFrozen) }
    : decision
}

/**
 * Takes a merge back: by either side alone, within 30 days, later merges first. Events again, never edits; both sides
 * are told, their website sessions end, and their slots stay blocked for 30 days.
 */
export async function undoMerge(
  db: Database,
  { merge: id, by }: { merge: number; by: UndoneBy },
  context: LinkContext,
): Promise<UndoMerge> {
  return db.transaction(async (tx) => {
    const seen = await findMerge(tx, id)
    if (!seen) return { status: 'not_yours' }
    // The account first, then the merge: the same order as every other change of it.
    await tx.selectFrom('unified_users').select('id').where('id', '=', seen.survivor).forUpdate().execute()
    const merge = await findMerge(tx, id, true)
    if (!merge) return { status: 'not_yours' }
    const first = await decideUndo(tx, merge, by, context)
    if (first.status !== 'allowed') return first
    await cancelOpenRounds(tx, merge.survivor, context)
    const decision = await decideUndo(tx, merge, by, context)
    if (decision.status !== 'allowed') throw new Error(`an undo became ${decision.status} under its lock`)
    await carryOut(tx, merge, decision.plan, by, context)
    return { status: 'undone', ...sharesOf(merge, decision.plan, decision.isFrozen) }
  })
}

async function carryOut(
  tx: Tx,
  merge: Merge,
  plan: UndoPlan,
  by: UndoneBy,
  context: LinkContext,
): Promise<void> {
  const { now } = context
  await endSessionsOf(tx, merge.survivor)
  await splitAccount(tx, merge, plan)
  await partRestrictions(tx, merge)
  const facts = { merge: merge.id }
  const moved = await moveBalance(
    tx,
    {
      event: 'merge_undone',
      key: `merge:${merge.id}:undo`,
      from: merge.survivor,
      into: merge.loser,
      xp: plan.loser.xp,
      coins: plan.loser.coins,
      source: 'system',
      data: {
        out: { ...facts, with: merge.loser },
        in: { ...facts, with: merge.survivor, earned: plan.earnedByLoser },
      },
    },
    context,
  )
  await moveLogins(tx, { from: merge.survivor, into: merge.loser, identities: identitiesOf(plan.loser) })
  await tx
    .updateTable('ttfd.merges')
    .set({
      undone_at: now,
      undone_by: nameOf(by),
      undo_loser_xp_delta: moved.in.xp,
      undo_loser_coins_delta: moved.in.coins,
      undo_survivor_xp_delta: moved.out.xp,
      undo_survivor_coins_delta: moved.out.coins,
    })
    .where('id', '=', merge.id)
    .execute()
  const everybody = [...identitiesOf(plan.survivor), ...identitiesOf(plan.loser)]
  await endOpenings(tx, { accountId: merge.survivor, identities: everybody }, context)
  await blockSlots(tx, merge, plan, now)
  await writeLinkEvents(
    tx,
    [tellUndone(merge, plan, 'survivor', by), tellUndone(merge, plan, 'loser', by)],
    context.newId,
  )
  for (const { platform, id } of everybody) if (platform === 'discord') await askRoles(tx, id)
}

/** What stood at a platform and left may not be replaced at once: not on the one side, nor on the other. */
async function blockSlots(tx: Tx, merge: Merge, plan: UndoPlan, now: Date): Promise<void> {
  const rowsOf = (side: UndoneSide, other: UndoneSide, accountId: number) =>
    identitiesOf(side).flatMap(({ platform, id }) =>
      identitiesOf(other).map((gone) => ({
        platform,
        platform_id: id,
        account_id: accountId,
        act: 'undone' as const,
        slot: gone.platform,
        happened_at: now,
      })),
    )
  await tx
    .insertInto('ttfd.link_history')
    .values([
      ...rowsOf(plan.survivor, plan.loser, merge.survivor),
      ...rowsOf(plan.loser, plan.survivor, merge.loser),
    ])
    .execute()
}

function tellUndone(merge: Merge, plan: UndoPlan, who: 'survivor' | 'loser', by: UndoneBy): LinkEvent {
  const side = plan[who]
  const other = plan[who === 'survivor' ? 'loser' : 'survivor']
  return {
    accountId: merge[who],
    type: 'account_unlinked',
    source: sourceOf(by),
    data: {
      platform: identitiesOf(other)[0]?.platform,
      by: sourceOf(by),
      merge: merge.id,
      xp: side.xp,
      coins: side.coins,
      missing_coins: plan.missingCoins,
    },
    key: `merge:${merge.id}:undone:${who}`,
    tell: identitiesOf(side),
  }
}

function sharesOf(merge: Merge, plan: UndoPlan, exact: boolean): UndoShares {
  const share = (accountId: number, side: UndoneSide): UndoShare => ({
    accountId,
    xp: side.xp,
    coins: side.coins,
    platforms: identitiesOf(side).map((identity: Identity) => identity.platform),
  })
  return {
    merge: merge.id,
    survivor: share(merge.survivor, plan.survivor),
    loser: share(merge.loser, plan.loser),
    exact,
    missingCoins: plan.missingCoins,
  }
}

function sourceOf(by: UndoneBy): PlatformName | 'system' {
  if ('identity' in by) return by.identity.platform
  return 'operator' in by ? 'system' : 'website'
}

function nameOf(by: UndoneBy): string {
  return 'operator' in by ? `operator:${by.operator}` : sourceOf(by)
}
