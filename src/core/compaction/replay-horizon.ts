import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import { HORIZON_KEY } from '../progression/lock-statements.js'

/**
 * Says that keys of events before this moment may be forgotten: an award that happened earlier is refused from now on,
 * since nobody could say whether it was paid. Never moves back. Must be committed before the first event goes.
 */
export async function raiseReplayHorizon(db: Database, before: Date): Promise<void> {
  await sql`
    insert into ttfd.settings as s (key, value) values (${HORIZON_KEY}, to_jsonb(${before}::timestamptz))
    on conflict (key) do update set value = excluded.value, updated_at = now()
      where (s.value #>> '{}')::timestamptz < ${before}`.execute(db.kysely)
}
