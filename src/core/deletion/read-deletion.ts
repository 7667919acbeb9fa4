import type { Reader } from '../../db/connect.js'
import { IDENTITY_COLUMN } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'

/** An account that is being deleted. */
export type Deletion = { accountId: number; askedAt: Date; dueAt: Date; askedBy: 'website' | 'operator' }

/** The deletion under way of a living account, or of the account that an identity stands for; null: none. */
export async function findDeletion(reader: Reader, who: Identity | number): Promise<Deletion | null> {
  let query = reader
    .selectFrom('ttfd.deletions as d')
    .select(['d.account_id', 'd.asked_at', 'd.due_at', 'd.asked_by'])
  query =
    typeof who === 'number'
      ? query.where('d.account_id', '=', who)
      : query
          .innerJoin('unified_users as u', 'u.id', 'd.account_id')
          .where(`u.${IDENTITY_COLUMN[who.platform]}`, '=', who.id)
  const row = await query.executeTakeFirst()
  return row
    ? { accountId: row.account_id, askedAt: row.asked_at, dueAt: row.due_at, askedBy: row.asked_by }
    : null
}
