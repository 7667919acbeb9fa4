import { createHash, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import { type ApiKey, type ApiScope, isKeyName, isKeyText, keyText, SECRET_BYTES } from './api-key.js'

export type NewApiKey = Pick<ApiKey, 'name' | 'scopes' | 'dailyMax' | 'awardMax' | 'uncapped'>

/** Who acts and when; `secret` is 32 random bytes of the caller. */
type Making = { now: Date; actor: string; secret: Buffer }

/**
 * Makes a key and returns its text, which is stored nowhere; null when the name is taken, be it by a revoked key: the
 * ledger knows keys by their names. Throws RangeError for a name or a secret of the wrong shape.
 */
export async function createKey(
  db: Database,
  key: NewApiKey,
  { now, actor, secret }: Making,
): Promise<{ id: number; text: string } | null> {
  if (!isKeyName(key.name)) throw new RangeError('a key has a name of small letters, digits, - and _')
  if (secret.length !== SECRET_BYTES) throw new RangeError(`a key has ${SECRET_BYTES} random bytes`)
  const text = keyText(secret)
  return db.transaction(async (tx) => {
    const row = await tx
      .insertInto('ttfd.api_keys')
      .values({
        name: key.name,
        key_hash: hashOf(text),
        scopes: key.scopes,
        daily_max: key.dailyMax,
        award_max: key.awardMax,
        uncapped: key.uncapped,
        created_at: now,
      })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!row) return null
    await writeAudit(tx, { actor, act: 'api_key_create', accountId: null, detail: { ...key } })
    return { id: row.id, text }
  })
}

/** Every key there ever was, by name. */
export async function listKeys(reader: Reader): Promise<ApiKey[]> {
  const rows = await reader.selectFrom('ttfd.api_keys').selectAll().orderBy('name').execute()
  return rows.map(keyOf)
}

/** Ends a key for good, from its next request on. */
export async function revokeKey(
  db: Database,
  name: string,
  { now, actor }: Omit<Making, 'secret'>,
): Promise<'revoked' | 'already_revoked' | 'unknown'> {
  return db.transaction(async (tx) => {
    const row = await tx
      .selectFrom('ttfd.api_keys')
      .select(['id', 'revoked_at'])
      .where('name', '=', name)
      .forUpdate()
      .executeTakeFirst()
    if (!row) return 'unknown'
    if (row.revoked_at) return 'already_revoked'
    await tx.updateTable('ttfd.api_keys').set({ revoked_at: now }).where('id', '=', row.id).execute()
    await writeAudit(tx, { actor, act: 'api_key_revoke', accountId: null, detail: { name } })
    return 'revoked'
  })
}

/** The living key that a text is, or null. Notes its use, to the minute. */
export async function verifyKey(reader: Reader, text: string, now: Date): Promise<ApiKey | null> {
  if (!isKeyText(text)) return null
  const hash = hashOf(text)
  const row = await reader
    .selectFrom('ttfd.api_keys')
    .selectAll()
    .where('key_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  // What is looked up is a hash, so a search by time learns nothing of the key; compared in constant time all the same.
  if (!row || !timingSafeEqual(row.key_hash, hash)) return null
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() > 60_000) {
    await sql`update ttfd.api_keys set last_used_at = ${now} where id = ${row.id}`.execute(reader)
  }
  return keyOf(row)
}

/** SHA-256: a key has 256 random bits, so nothing slower is needed. */
export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

type Row = {
  id: number
  name: string
  scopes: string[]
  daily_max: number
  award_max: number
  uncapped: boolean
  created_at: Date
  last_used_at: Date | null
  revoked_at: Date | null
}

function keyOf(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: row.scopes as ApiScope[],
    dailyMax: row.daily_max,
    awardMax: row.award_max,
    uncapped: row.uncapped,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
  }
}
