import type { Database, Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { PLATFORMS } from '../accounts/identity.js'
import { findBlocked, fitsTogether, type LinkRefusal, nextCarry } from '../linking/decide-link.js'
import type { LinkContext } from '../linking/link-request.js'
import { isAdmin, type LinkSide, lockSides, readSide } from '../linking/link-side.js'
import { mergeLocked } from './merge-locked.js'
import { readMergeSide } from './merge-side.js'
import { coinsSeen, type MergePreview, previewMerge } from './preview-merge.js'

export type MergeRefusal =
  | Exclude<LinkRefusal, { reason: 'same_platform' | 'changed' }>
  | { reason: 'same_account' }
  /** Not living: never was, was merged, or was deleted. */
  | { reason: 'unknown_account'; accountId: number }

export type MergeAccounts =
  | { status: 'merged'; merge: number; preview: MergePreview; frozenUntil: Date }
  /** Somebody spent since the preview was shown: nothing happened, show this one. */
  | { status: 'preview_changed'; preview: MergePreview }
  | ({ status: 'refused' } & MergeRefusal)

export type MergePair = {
  /** Who stays. */
  survivor: number
  /** Who goes into it. */
  loser: number
}

/** Whether two accounts may become one. Pure: the same for the question and, under the locks, for the deed. */
function decideMerge(
  survivor: LinkSide,
  loser: LinkSide,
  admins: ReadonlySet<string>,
): ({ status: 'refused' } & MergeRefusal) | { status: 'allowed' } {
  if (survivor.accountId === loser.accountId) return { status: 'refused', reason: 'same_account' }
  if (isAdmin(survivor, admins) || isAdmin(loser, admins)) {
    return { status: 'refused', reason: 'admin_account' }
  }
  if (survivor.closing || loser.closing) return { status: 'refused', reason: 'closing' }
  if (survivor.unproven || loser.unproven) return { status: 'refused', reason: 'link_unproven' }
  const taken = PLATFORMS.find((one) => survivor.identities[one] !== null && loser.identities[one] !== null)
  if (taken) return { status: 'refused', reason: 'slot_taken', platform: taken }
  const blocked = findBlocked(survivor, loser)
  if (blocked) return { status: 'refused', reason: 'slot_blocked', ...blocked }
  if (!fitsTogether(survivor, loser)) return { status: 'refused', reason: 'out_of_range' }
  const until = nextCarry(survivor, loser)
  return until ? { status: 'refused', reason: 'too_soon', until } : { status: 'allowed' }
}

/** The preview of two accounts, or why they cannot be merged. Changes nothing. */
export async function askMerge(
  reader: Reader,
  { survivor, loser }: MergePair,
  { now, rules, admins }: Omit<LinkContext, 'newId'>,
): Promise<{ status: 'allowed'; preview: MergePreview } | ({ status: 'refused' } & MergeRefusal)> {
  const kept = await readSideOf(reader, survivor, now)
  const gone = await readSideOf(reader, loser, now)
  if (!kept || !gone) return unknown(kept ? loser : survivor)
  const decision = decideMerge(kept, gone, admins)
  if (decision.status !== 'allowed') return decision
  const preview = await readPreview(reader, { survivor, loser }, { now, rules })
  return preview ? { status: 'allowed', preview } : unknown(loser)
}

/** The preview of two living accounts, without asking whether they may be merged; null when one is not living. */
export async function readPreview(
  reader: Reader,
  { survivor, loser }: MergePair,
  context: Pick<LinkContext, 'now' | 'rules'>,
): Promise<MergePreview | null> {
  const kept = await readMergeSide(reader, survivor)
  const gone = await readMergeSide(reader, loser)
  return kept && gone ? previewMerge(kept, gone, context) : null
}

export type MergeOrder = MergePair & {
  /** The platform where it was confirmed, or `operator`. */
  by: PlatformName | 'operator'
  /** What the preview showed (`preview.seen`): with less than that nothing is merged. */
  seen?: MergePreview['seen']
}

/**
 * Merges `loser` into `survivor` in one transaction, both locked in id order and judged again under the locks. The
 * consent of both sides is the caller's to have: by a request that both confirm (core/linking), by an OAuth sign-in of
 * the other side just made, or by an operator's command.
 */
export async function mergeAccounts(
  db: Database,
  { survivor, loser, by, seen }: MergeOrder,
  context: LinkContext,
): Promise<MergeAccounts> {
  return db.transaction(async (tx) => {
    const kept = await readSideOf(tx, survivor, context.now)
    const gone = await readSideOf(tx, loser, context.now)
    if (!kept || !gone) return unknown(kept ? loser : survivor)
    const locked = await lockSides(tx, [kept.identity, gone.identity], context.now)
    // Another merge may have come first: then neither identity stands for the account that was named.
    if (!locked || locked[0].accountId !== survivor) return unknown(survivor)
    if (locked[1].accountId !== loser) return unknown(loser)
    const decision = decideMerge(locked[0], locked[1], context.admins)
    if (decision.status !== 'allowed') return decision
    if (seen && (coinsSeen(locked[0]) < seen.survivor || coinsSeen(locked[1]) < seen.loser)) {
      const preview = await readPreview(tx, { survivor, loser }, context)
      if (!preview) throw new Error('both accounts of a preview must be locked and living')
      return { status: 'preview_changed', preview }
    }
    const deed = { survivor: locked[0], loser: locked[1], by, requestId: null }
    return { status: 'merged', ...(await mergeLocked(tx, deed, context)) }
  })
}

/** A living account as a side, by its id: any of its identities answers for it. */
async function readSideOf(reader: Reader, accountId: number, now: Date): Promise<LinkSide | null> {
  const row = await reader
    .selectFrom('unified_users')
    .select(['telegram_id', 'discord_id', 'website_email'])
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  const ids = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
  const platform = PLATFORMS.find((one) => ids[one] !== null)
  return platform ? readSide(reader, { platform, id: ids[platform] ?? '' }, now) : null
}

function unknown(accountId: number) {
  return { status: 'refused', reason: 'unknown_account', accountId } as const
}
