import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import { familyOf } from '../profiles/read-profile.js'
import { packRestricted } from './restriction.js'

/** After `from` was joined to `into`: what restricted it restricts the account that both are now. */
export async function joinRestrictions(
  tx: Tx,
  { from, into }: { from: number; into: number },
): Promise<void> {
  await tx.updateTable('ttfd.restrictions').set({ holder_id: into }).where('holder_id', '=', from).execute()
  await refreshRestricted(tx, into)
}

/**
 * After a merge was taken apart: each side has again what was given to it. What was given to both since the merge
 * stays on both.
 */
export async function partRestrictions(
  tx: Tx,
  { survivor, loser, mergedAt }: { survivor: number; loser: number; mergedAt: Date },
): Promise<void> {
  const family = await familyOf(tx, loser)
  await tx
    .updateTable('ttfd.restrictions')
    .set({ holder_id: loser })
    .where('account_id', 'in', family)
    .execute()
  await sql`
    insert into ttfd.restrictions (account_id, holder_id, kind, reason, given_by, given_at, until)
    select ${loser}::bigint, ${loser}::bigint, kind, reason, given_by, given_at, until from ttfd.restrictions
    where holder_id = ${survivor} and given_at >= ${mergedAt} and lifted_at is null and (until is null or until > now())
    order by id`.execute(tx)
  await refreshRestricted(tx, survivor)
  await refreshRestricted(tx, loser)
}

/** Writes the rows in force of a locked account into its limits, where the write path reads them. */
export async function refreshRestricted(tx: Tx, accountId: number): Promise<void> {
  const rows = await tx
    .selectFrom('ttfd.restrictions')
    .select(['kind', 'until'])
    .where('holder_id', '=', accountId)
    .where('lifted_at', 'is', null)
    .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', sql<Date>`now()`)]))
    .execute()
  const packed = packRestricted(rows)
  await sql`
    update ttfd.account_limits set updated_at = now(), state = ((state::jsonb - 'restricted') || ${JSON.stringify(
      packed ? { restricted: packed } : {},
    )}::jsonb)::json
    where account_id = ${accountId} and (state -> 'restricted' is not null or ${packed !== undefined})`.execute(
    tx,
  )
}
