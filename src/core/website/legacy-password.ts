import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'

/** Old hashes that nobody used for so long are dropped: mail or Discord open the login then. */
export const LEGACY_DAYS = 180
export const LEGACY_PREFIX = 'sha256:'

/** Replaces a password's old hash, once it was used, by a new one. Does nothing when it is not an old one (any more). */
export async function renewLegacyHash(
  db: Database,
  email: string,
  hash: () => Promise<string>,
): Promise<boolean> {
  const old = await db.kysely
    .selectFrom('ttfd.website_logins as l')
    .innerJoin('ttfd.website_users as u', 'u.id', 'l.user_id')
    .select(['l.id', 'l.password'])
    .where('u.email', '=', email)
    .where('l.provider_id', '=', 'credential')
    .where('l.password', 'like', `${LEGACY_PREFIX}%`)
    .executeTakeFirst()
  if (!old?.password) return false
  const { numUpdatedRows } = await db.kysely
    .updateTable('ttfd.website_logins')
    .set({ password: await hash(), updated_at: sql<Date>`now()` })
    .where('id', '=', old.id)
    .where('password', '=', old.password)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
