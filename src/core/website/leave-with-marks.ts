import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import { readLimits } from '../progression/limits.js'
import { restrictionMarks } from '../restrictions/carried-restrictions.js'

/** Lets an identity leave its locked account with the account's marks, counted as an unlinking of it. */
export async function leaveWithMarks(
  tx: Tx,
  { accountId, identity, now }: { accountId: number; identity: Identity; now: Date },
): Promise<void> {
  const { platform, id } = identity
  const row = await tx
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.account_limits as l', 'l.account_id', 'u.id')
    .select(['u.highest_rank_paid', 'u.achievements', 'l.state'])
    .where('u.id', '=', accountId)
    .executeTakeFirstOrThrow()
  const marks = {
    limits: readLimits(row.state),
    restrictions: await restrictionMarks(tx, accountId),
    highest_rank_paid: row.highest_rank_paid,
    achievements: row.achievements,
    left_at: now.toISOString(),
  }
  await tx
    .updateTable('ttfd.identities')
    .set({ account_id: null, marks: JSON.stringify(marks) })
    .where('platform', '=', platform)
    .where('platform_id', '=', id)
    .execute()
  await sql`update ttfd.link_codes set burnt_at = coalesce(burnt_at, ${now})
    where platform = ${platform} and platform_id = ${id} and used_at is null`.execute(tx)
  await tx
    .insertInto('ttfd.link_history')
    .values({ platform, platform_id: id, account_id: accountId, act: 'unlinked', happened_at: now })
    .execute()
}
