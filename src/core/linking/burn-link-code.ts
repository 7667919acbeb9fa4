import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import { hashCode } from './link-code.js'

export type BurnLinkCode =
  /** Somebody's open code stood there; it is worth nothing now. Tell the person who wrote it. */
  { status: 'burnt'; owner: Identity } | { status: 'no_code' }

/**
 * Burns every open code among `codes` (from `findCodes`), because it was written where others can read it: a group,
 * a channel, a public command. Says nothing that helps a guesser: a burnt code is of no use to anybody.
 */
export async function burnLinkCode(
  db: Database,
  codes: readonly string[],
  { now, key }: { now: Date; key: Buffer },
): Promise<BurnLinkCode> {
  if (codes.length === 0) return { status: 'no_code' }
  const hashes = codes.map((code) => hashCode(code, key))
  const { rows } = await sql<{ platform: Identity['platform']; platform_id: string }>`
    update ttfd.link_codes set burnt_at = ${now}
    where code_hash = any(${hashes}::bytea[]) and used_at is null and burnt_at is null and expires_at > ${now}
    returning platform, platform_id`.execute(db.kysely)
  const owner = rows[0]
  return owner
    ? { status: 'burnt', owner: { platform: owner.platform, id: owner.platform_id } }
    : { status: 'no_code' }
}
