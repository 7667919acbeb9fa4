import { hashIdentity } from '../../core/deletion/come-back.js'
import type { PlatformName } from '../../db/columns.js'
import type { Database } from '../../db/connect.js'
import { keyedHashOf } from '../../db/keyed-hash.js'
import type { ErasedPeople } from '../records.js'

/** Everybody who was erased; null: nobody was. Throws when their hashes cannot be compared for want of the key. */
export async function erasedPeople(db: Database): Promise<ErasedPeople | null> {
  const rows = await db.kysely.selectFrom('ttfd.erased_identities').select('identity_hash').execute()
  if (rows.length === 0) return null
  if (!db.keyedHash) throw new Error('ID_HASH_KEY is needed: some members asked to be forgotten')
  return { pads: db.keyedHash.pads(), hashes: rows.map((row) => row.identity_hash.toString('hex')) }
}

export type IsErased = (platform: PlatformName, id: string) => boolean

export function erasedBy(erased: ErasedPeople | null): IsErased {
  if (erased === null) return () => false
  const hashes = new Set(erased.hashes)
  const keyedHash = keyedHashOf(erased.pads)
  return (platform, id) => hashes.has(hashIdentity(keyedHash, { platform, id }).toString('hex'))
}
