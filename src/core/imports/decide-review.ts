import { sql } from 'kysely'
import { type Database, runnerOf, type Tx } from '../../db/connect.js'
import { linkByOperator } from '../linking/link-by-operator.js'
import type { LinkContext } from '../linking/link-request.js'
import { mergeAccounts } from '../merging/merge-accounts.js'
import { applyAwards } from '../progression/apply-awards.js'
import { closeLogin } from '../website/unproven-emails.js'
import { closeReview } from './close-review.js'
import { giveAddress } from './give-address.js'
import { type Review, readReview } from './read-reviews.js'
import { type SettleOldLink, settleOldLink } from './settle-old-link.js'

export type AcceptReview =
  | { status: 'accepted'; accountId: number | null }
  /** There is none with that number, or somebody decided it. */
  | { status: 'unknown' }
  /** Both sides are one account already. */
  | { status: 'settled' }
  /** Neither side, or not the one that it is about, has an account here. */
  | { status: 'missing' }
  /** The address goes to this one of the old accounts that share it, with the next import of the store. */
  | { status: 'address_given' }
  /** The record has no address to join anybody by: the store itself must say more. */
  | { status: 'mend_store' }
  /** The ordinary rules of linking and merging refuse it; the reason is theirs. */
  | { status: 'refused'; reason: string }

export type RefuseReview =
  | { status: 'closed' }
  /** The old link was taken apart: how many accounts there are more. */
  | { status: 'parted'; accounts: number }
  | Extract<AcceptReview, { status: 'unknown' | 'refused' }>

/**
 * Does what a question asks: links or merges both sides as an operator does (with notices, freeze and undo), gives the
 * growth that waits, says that an old account is one person, or whose an address is. Repeatable: growth is given once,
 * whoever asks.
 */
export async function acceptReview(
  db: Database,
  { id, by }: { id: number; by: string },
  context: LinkContext,
): Promise<AcceptReview> {
  const review = await readReview(db.kysely, id)
  if (review?.state !== 'open') return { status: 'unknown' }
  if (review.kind === 'address') return db.transaction((tx) => giveAddress(tx, review, by, context.now))
  // `#7`: an account of the old site that has no address of its own here.
  if (review.claimant.id.startsWith('#')) return { status: 'mend_store' }
  if (review.kind === 'joined') {
    const ended = await settle(db, review, { decision: 'keep', by }, context)
    if (ended.status === 'refused') return ended
    // Somebody else was first, or its own sides proved it.
    if (ended.status === 'settled') return { status: 'unknown' }
    return { status: 'accepted', accountId: review.claimant.accountId }
  }
  if (review.kind === 'growth') return db.transaction((tx) => giveGrowth(tx, review, by, context))
  const joined = await joinSides(db, review, context)
  if (joined.status === 'accepted' || joined.status === 'settled') {
    const { claimant, claimed } = review
    await db.transaction(async (tx) => {
      if (claimant.platform === 'website' && claimed)
        await closeLogin(tx, { email: claimant.id, discordId: claimed.id })
      await closeReview(tx, review, 'accepted', by, context.now)
    })
  }
  return joined
}

/**
 * Leaves everything as it is; what waits is not given. Of an old account that nobody proved it is the word that they are
 * different people: it is taken apart.
 */
export async function refuseReview(
  db: Database,
  { id, by }: { id: number; by: string },
  context: LinkContext,
): Promise<RefuseReview> {
  const review = await readReview(db.kysely, id)
  if (review?.state !== 'open') return { status: 'unknown' }
  if (review.kind === 'joined') {
    const ended = await settle(db, review, { decision: 'part', by }, context)
    if (ended.status === 'parted') return { status: 'parted', accounts: ended.parted.length }
    return ended.status === 'refused' ? ended : { status: 'unknown' }
  }
  const closed = await db.transaction((tx) => closeReview(tx, review, 'refused', by, context.now))
  return closed ? { status: 'closed' } : { status: 'unknown' }
}

/** Keeps or parts the account that a question is about, and closes the question in the same transaction. */
async function settle(
  db: Database,
  review: Review,
  { decision, by }: { decision: 'keep' | 'part'; by: string },
  context: LinkContext,
): Promise<SettleOldLink> {
  const accountId = review.claimant.accountId
  if (accountId === null) return { status: 'settled' }
  return db.transaction(async (tx) => {
    const ended = await settleOldLink(tx, { accountId, by, decision }, context)
    const state = ended.status === 'parted' ? 'refused' : 'accepted'
    if (ended.status !== 'refused') await closeReview(tx, review, state, by, context.now)
    return ended
  })
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
  await closeReview(tx, review, 'accepted', by, now)
  return { status: 'accepted', accountId: claimant.accountId }
}
