import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

const CHUNK = 1_000

/** Removes message fingerprints a day after the account's last change; returns how many accounts were cleared. */
export async function forgetFingerprints(db: Database): Promise<number> {
  const { rows } = await sql`
    update ttfd.account_limits set state = state - 'prints', updated_at = now()
    where account_id in (
      select account_id from ttfd.account_limits
      where updated_at < now() - interval '24 hours' and jsonb_array_length(coalesce(state -> 'prints', '[]')) > 0
      limit ${CHUNK} for update skip locked)
    returning account_id`.execute(db.kysely)
  return rows.length
}
