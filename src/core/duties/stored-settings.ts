import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'

/** Reads a fact about this database by its key; undefined when nobody stored it. */
export async function readStoredSetting(reader: Reader, key: string): Promise<unknown> {
  const row = await reader
    .selectFrom('ttfd.settings')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirst()
  return row?.value
}

/** Stores a fact about this database. */
export async function writeStoredSetting(db: Database, key: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value)
  await db.kysely
    .insertInto('ttfd.settings')
    .values({ key, value: text })
    .onConflict((oc) => oc.column('key').doUpdateSet({ value: text, updated_at: sql<Date>`now()` }))
    .execute()
}
