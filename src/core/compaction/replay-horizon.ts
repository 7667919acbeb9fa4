import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

/** Where the horizon stands among the facts about a database; the write path reads it (`findKeys`). */
const HORIZON_KEY = 'replay_horizon'

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
