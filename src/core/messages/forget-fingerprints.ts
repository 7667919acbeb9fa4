import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

const CHUNK = 1_000

/**
 * Removes message fingerprints a day after their message; returns how many accounts were cleared. Safe beside awards:
 * one that read the old state writes it back at worst, and the next round removes it again.
 */
export async function forgetFingerprints(db: Database, chunk = CHUNK): Promise<number> {
  for (let cleared = 0; ; ) {
    const { rows } = await sql`
      update ttfd.account_limits set updated_at = now(), state = jsonb_set(state, '{prints}', coalesce((
        select jsonb_agg(print order by n) from jsonb_array_elements(state -> 'prints') with ordinality as kept (print, n)
        where (print ->> 0)::bigint > extract(epoch from now()) - 86400), '[]'))
      where account_id in (
        select account_id from ttfd.account_limits
        where (state #>> '{prints,0,0}')::bigint <= extract(epoch from now()) - 86400
        limit ${chunk} for update skip locked)
      returning account_id`.execute(db.kysely)
    cleared += rows.length
    if (rows.length < chunk) return cleared
  }
}
