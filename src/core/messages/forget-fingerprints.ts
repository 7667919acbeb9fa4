import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

const CHUNK = 1_000
const yesterday = sql`extract(epoch from now()) - 86400`

/**
 * Removes message fingerprints a day after their message; returns how many accounts were cleared. Safe beside awards:
 * one that read the old state writes it back at worst, and the next round removes it again. Prints lie spread out or
 * packed (progression/packed-limits.ts), the oldest first.
 */
export async function forgetFingerprints(db: Database, chunk = CHUNK): Promise<number> {
  for (let cleared = 0; ; ) {
    const { rows } = await sql`
      update ttfd.account_limits set updated_at = now(), state = ((state::jsonb - 'prints') || case json_typeof(state -> 'prints')
        when 'array' then jsonb_build_object('prints', coalesce((
          select jsonb_agg(print order by n) from jsonb_array_elements((state -> 'prints')::jsonb) with ordinality as kept (print, n)
          where (print ->> 0)::bigint > ${yesterday}), '[]'))
        else coalesce((
          select jsonb_build_object('prints', string_agg(print, ' ' order by n))
          from unnest(string_to_array(state ->> 'prints', ' ')) with ordinality as kept (print, n)
          where split_part(print, ':', 1)::bigint > ${yesterday} having count(*) > 0), '{}') end)::json
      where account_id in (
        select account_id from ttfd.account_limits
        where case json_typeof(state -> 'prints') when 'array' then (state #>> '{prints,0,0}')::bigint
          when 'string' then split_part(state ->> 'prints', ':', 1)::bigint end <= ${yesterday}
        limit ${chunk} for update skip locked)
      returning account_id`.execute(db.kysely)
    cleared += rows.length
    if (rows.length < chunk) return cleared
  }
}
