import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

const KEY = 'database_id'

/** The id that this database was given when it was first used. What was kept for another one is never written here. */
export async function readDatabaseId(db: Database): Promise<string> {
  await db.kysely
    .insertInto('ttfd.settings')
    .values({ key: KEY, value: sql<string>`to_jsonb(gen_random_uuid()::text)` })
    .onConflict((oc) => oc.column('key').doNothing())
    .execute()
  const { value } = await db.kysely
    .selectFrom('ttfd.settings')
    .select('value')
    .where('key', '=', KEY)
    .executeTakeFirstOrThrow()
  return String(value)
}
