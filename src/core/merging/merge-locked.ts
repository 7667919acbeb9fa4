import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { cancelOpenRounds } from '../games/cancel-open-rounds.js'
import { writeLinkEvents } from '../linking/link-events.js'
import type { LinkContext } from '../linking/link-request.js'
import { identitiesOf, type LinkSide } from '../linking/link-side.js'
import { FREEZE_HOURS } from '../progression/freeze.js'
import { joinRestrictions } from '../restrictions/follow-restrictions.js'
import { askRoles } from '../roles/role-states.js'
import { endOpenings } from './end-openings.js'
import { foldAccount, writeMarks } from './fold-account.js'
import { packSide, readMergeSide } from './merge-side.js'
import { moveBalance } from './move-balance.js'
import { type MergePreview, previewMerge } from './preview-merge.js'

export type MergeDeed = {
  survivor: LinkSide
  loser: LinkSide
  /** The platform of the last yes, or `operator`. */
  by: PlatformName | 'operator'
  /** The request that both sides confirmed; null for an operator's. */
  requestId: string | null
}

/**
 * Makes one account of two that are locked and were judged fit (`decideLink`, `decideMerge`): balances move by a pair
 * of events, everything else becomes what `previewMerge` says, and a snapshot is kept for the undo. Every identity of
 * both is told.
 */
export async function mergeLocked(
  tx: Tx,
  { survivor, loser, by, requestId }: MergeDeed,
  context: LinkContext,
): Promise<{ merge: number; preview: MergePreview; frozenUntil: Date }> {
  const { now, newId } = context
  await cancelOpenRounds(tx, loser.accountId, context)
  const kept = await readMergeSide(tx, survivor.accountId)
  const gone = await readMergeSide(tx, loser.accountId)
  if (!kept || !gone) throw new Error('both accounts of a merge must be locked and living')
  const preview = previewMerge(kept, gone, context)
  const merge = await nextMergeId(tx)
  await writeMarks(tx, kept.accountId, preview.result)
  const moved = await moveBalance(
    tx,
    {
      event: 'accounts_merged',
      key: `merge:${merge}`,
      from: gone.accountId,
      into: kept.accountId,
      xp: gone.xp,
      coins: gone.coins,
      source: 'system',
      data: { out: { merge, with: kept.accountId }, in: { merge, with: gone.accountId } },
    },
    context,
  )
  await foldAccount(tx, preview)
  await joinRestrictions(tx, { from: gone.accountId, into: kept.accountId })
  const frozenUntil = new Date(now.getTime() + FREEZE_HOURS * 3_600_000)
  await tx
    .insertInto('ttfd.merges')
    .values({
      id: merge,
      survivor_id: kept.accountId,
      loser_id: gone.accountId,
      survivor_xp: kept.xp,
      survivor_coins: kept.coins,
      loser_xp: gone.xp,
      loser_coins: gone.coins,
      loser_xp_delta: moved.out.xp,
      loser_coins_delta: moved.out.coins,
      survivor_xp_delta: moved.in.xp,
      survivor_coins_delta: moved.in.coins,
      snapshot: JSON.stringify({ survivor: packSide(kept), loser: packSide(gone) }),
      after_seq: await seqOf(tx, `merge:${merge}:in`),
      merged_by: by,
      merged_at: now,
      frozen_until: frozenUntil,
    })
    .execute()
  const everybody = [...identitiesOf(survivor), ...identitiesOf(loser)]
  await tx
    .insertInto('ttfd.link_history')
    .values(
      everybody.map(({ platform, id }) => ({
        platform,
        platform_id: id,
        account_id: kept.accountId,
        act: 'merged' as const,
        happened_at: now,
      })),
    )
    .execute()
  await endOpenings(
    tx,
    { accountId: gone.accountId, identities: identitiesOf(loser), except: requestId },
    context,
  )
  await writeLinkEvents(
    tx,
    [
      {
        accountId: kept.accountId,
        type: 'account_linked',
        source: by === 'operator' ? 'system' : by,
        data: {
          ...(requestId === null ? {} : { request: requestId }),
          platform: loser.identity.platform,
          platforms: everybody.map((identity) => identity.platform),
          carried_xp: 0,
          proven: false,
          merge,
          xp: preview.xp.result,
          coins: preview.coins.result,
          frozen_until: frozenUntil.toISOString(),
        },
        key: `merge:${merge}`,
        tell: everybody,
      },
    ],
    newId,
  )
  const discord = everybody.find((identity) => identity.platform === 'discord')
  if (discord) await askRoles(tx, discord.id)
  return { merge, preview, frozenUntil }
}

async function nextMergeId(tx: Tx): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence('ttfd.merges', 'id')) as id`.execute(tx)
  if (!rows[0]) throw new Error('the sequence of merges gave nothing')
  return rows[0].id
}

async function seqOf(tx: Tx, key: string): Promise<number> {
  const row = await tx
    .selectFrom('cross_platform_events')
    .select('seq')
    .where('dedupe_key', '=', key)
    .executeTakeFirstOrThrow()
  return row.seq
}
