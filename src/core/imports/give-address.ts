import type { Tx } from '../../db/connect.js'
import { closeReview } from './close-review.js'
import { type Review, readReview } from './read-reviews.js'

/**
 * Several accounts of the old site share an address (equal but for case, or a copy): an owner says whose it is. Nothing
 * is written of anybody now; the next import of the store brings that record over and leaves the others behind.
 */
export async function giveAddress(
  tx: Tx,
  review: Review,
  by: string,
  now: Date,
): Promise<{ status: 'address_given' | 'unknown' }> {
  // All questions about the address are locked: two owners must not give it to two accounts.
  const rows = await tx
    .selectFrom('ttfd.import_reviews')
    .select(['id', 'state'])
    .where('kind', '=', 'address')
    .where('claimed_id', '=', review.claimed?.id ?? '')
    .orderBy('id')
    .forUpdate()
    .execute()
  if (rows.some((row) => row.state === 'accepted')) return { status: 'unknown' }
  if (!(await closeReview(tx, review, 'accepted', by, now))) return { status: 'unknown' }
  for (const { id } of rows.filter((row) => row.id !== review.id && row.state === 'open')) {
    const other = await readReview(tx, id)
    if (other) await closeReview(tx, other, 'refused', by, now)
  }
  return { status: 'address_given' }
}
