import { sql } from 'kysely'
import { type Database, runnerOf, type Tx } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import { linkByOperator } from '../linking/link-by-operator.js'
import type { LinkContext } from '../linking/link-request.js'
import { mergeAccounts } from '../merging/merge-accounts.js'
import { applyAwards } from '../progression/apply-awards.js'
import { closeLogin } from '../website/unproven-emails.js'
import { type Review, readReview } from './read-reviews.js'

export type AcceptReview =
  | { status: 'accepted'; accountId: number | null }
  /** There is none with that number, or somebody decided it. */
  | { status: 'unknown' }
  /** Both sides are one account already. */
  | { status: 'settled' }
  /** Neither side, or not the one that it is about, has an account here. */
  | { status: 'missing' }
  /** Several old accounts share an address: only the store itself can say whose it is. */
  | { status: 'mend_store' }
  /** The ordinary rules of linking and merging refuse it; the reason is theirs. */
  | { status: 'refused'; reason: string }

/**
 * Does what a question asks: links or merges both sides as an operator does (with notices, freeze and undo), or gives
 * the growth that waits. Repeatable: growth is given once, whoever asks.
 */
export async function acceptReview(
  db: Database,
  { id, by }: { id: number; by: string },
  context: LinkContext,
): Promise<AcceptReview> {
  const review = await readReview(db.kysely, id)
  if (review?.state !== 'open') return { status: 'unknown' }
  // `#7`: an account of the old site that has no address of its own here.
  if (review.kind === 'address' || review.claimant.id.startsWith('#')) return { status: 'mend_store' }
  if (review.kind === 'growth') return db.transaction((tx) => giveGrowth(tx, review, by, context))
  const joined = await joinSides(db, review, context)
  if (joined.status === 'accepted' || joined.status === 'settled') {
    const { claimant, claimed } = review
    await db.transaction(async (tx) => {
      if (claimant.platform === 'website' && claimed)
        await closeLogin(tx, { email: claimant.id, discordId: claimed.id })
      await close(tx, review, 'accepted', by, context.now)
    })
  }
  return joined
}

/** Leaves everything as it is; what waits is not given. False: there is no such open question. */
export async function refuseReview(
  db: Database,
  { id, by }: { id: number; by: string },
  { now }: Pick<LinkContext, 'now'>,
): Promise<boolean> {
  const review = await readReview(db.kysely, id)
  if (!review) return false
  return db.transaction((tx) => close(tx, review, 'refused', by, now))
}

async function joinSides(
  db: Database,
  { claimant, claimed }: Review,
  context: LinkContext,
): Promise<AcceptReview> {
  const [a, b] = [claimant.accountId, claimed?.accountId ?? null]
  if (!claimed || (a === null && b === null)) return { status: 'missing' }
  if (a !== null && a === b) return { status: 'settled' }
  const [accountId, identity] = a !== null ? [a, claimed] : [b ?? 0, claimant]
  const linked = await linkByOperator(
    db,
    { accountId, identity: { platform: identity.platform, id: identity.id } },
    context,
  )
  switch (linked.status) {
    case 'linked':
      return { status: 'accepted', accountId: linked.accountId }
    case 'already_linked':
      return { status: 'settled' }
    case 'unknown_account':
      return { status: 'missing' }
    case 'prove':
      return { status: 'refused', reason: 'link_unproven' }
    case 'merge': {
      if (a === null || b === null) return { status: 'missing' }
      const merged = await mergeAccounts(db, { survivor: b, loser: a, by: 'operator' }, context)
      if (merged.status === 'merged') return { status: 'accepted', accountId: b }
      return { status: 'refused', reason: merged.status === 'refused' ? merged.reason : 'changed' }
    }
    default:
      return { status: 'refused', reason: linked.reason }
  }
}

async function giveGrowth(
  tx: Tx,
  review: Review,
  by: string,
  { now, rules, newId }: LinkContext,
): Promise<AcceptReview> {
  const { claimant, detail } = review
  if (claimant.accountId === null) return { status: 'missing' }
  const open = await tx
    .selectFrom('ttfd.import_reviews')
    .select('id')
    .where('id', '=', review.id)
    .where('state', '=', 'open')
    .forUpdate()
    .executeTakeFirst()
  if (!open) return { status: 'unknown' }
  const { origin, snapshot } = detail as { origin: string; snapshot: string }
  const [xp, coins, voice] = ['xp', 'coins', 'voice_seconds'].map((key) => Number(detail[key] ?? 0))
  const [outcome] = await applyAwards(
    runnerOf(tx),
    [
      {
        key: `import:${origin}:${claimant.id}:${snapshot}:accepted`,
        who: { accountId: claimant.accountId },
        occurredAt: now,
        source: 'system',
        act: {
          type: 'grant',
          event: 'imported',
          xp: xp ?? 0,
          coins: coins ?? 0,
          data: { origin, snapshot, review: review.id, voice_seconds: voice ?? 0 },
          silent: true,
        },
      },
    ],
    { rules, newId },
  )
  if (!outcome || outcome instanceof Error) throw outcome ?? new Error('growth has no outcome')
  if (outcome.status === 'refused') return { status: 'refused', reason: outcome.reason }
  if (outcome.status === 'recorded') {
    await sql`update unified_users set total_voice_time = total_voice_time + ${voice ?? 0} where id = ${outcome.accountId}`.execute(
      tx,
    )
  }
  await close(tx, review, 'accepted', by, now)
  return { status: 'accepted', accountId: claimant.accountId }
}

async function close(
  tx: Tx,
  review: Review,
  state: 'accepted' | 'refused',
  by: string,
  now: Date,
): Promise<boolean> {
  const closed = await tx
    .updateTable('ttfd.import_reviews')
    .set({ state, decided_at: now, decided_by: by })
    .where('id', '=', review.id)
    .where('state', '=', 'open')
    .returning('id')
    .executeTakeFirst()
  if (!closed) return false
  await writeAudit(tx, {
    actor: by,
    act: `import_review_${state}`,
    accountId: review.claimant.accountId ?? review.claimed?.accountId ?? null,
    detail: { review: review.id, kind: review.kind },
  })
  return true
}
