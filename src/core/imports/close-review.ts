import type { Tx } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import type { Review } from './read-reviews.js'

/** Closes a question and writes down who did. False: it is not open any more. */
export async function closeReview(
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
