import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import { findAccountId } from '../accounts/find-account.js'
import { type Identity, identityKey } from '../accounts/identity.js'
import { CODE_MINUTES, drawCode, hashCode } from './link-code.js'

export type IssueLinkCode =
  /** `code` is eight symbols; show it with `showCode`, only where nobody else can read it. */
  | { status: 'issued'; code: string; expiresAt: Date }
  /** The identity has no account yet: make it first (`ensureAccount`). */
  | { status: 'unknown_account' }
  /** Accounts of admins are linked by the command line only. */
  | { status: 'admin_account' }

export type IssueContext = {
  now: Date
  /** 0 to n - 1 from a safe source. */
  random: (n: number) => number
  /** From `deriveLinkKey`. */
  key: Buffer
  /** ADMIN_ACCOUNTS, as `telegram:1`. */
  admins: ReadonlySet<string>
}

/** 24^8 codes hold no two alike in a row by chance: whoever draws taken ones again and again draws from a broken source. */
const DRAWS_MAX = 10

/**
 * Gives an identity a code to type on another platform: eight symbols, ten minutes, one use. It replaces the
 * identity's earlier code. Only a keyed hash is stored, so the code is known to whoever reads this answer alone. Throws
 * when `random` gives nothing but codes that are taken.
 */
export async function issueLinkCode(
  db: Database,
  identity: Identity,
  { now, random, key, admins }: IssueContext,
): Promise<IssueLinkCode> {
  if (admins.has(identityKey(identity))) return { status: 'admin_account' }
  const expiresAt = new Date(now.getTime() + CODE_MINUTES * 60_000)
  return db.transaction(async (tx) => {
    if ((await findAccountId(tx, identity)) === null) return { status: 'unknown_account' }
    for (let draw = 0; draw < DRAWS_MAX; draw++) {
      const code = drawCode(random)
      const { rows } = await sql`
        insert into ttfd.link_codes (platform, platform_id, code_hash, created_at, expires_at)
        select ${identity.platform}, ${identity.id}, ${hashCode(code, key)}, ${now}, ${expiresAt}
        where not exists (select from ttfd.link_codes where code_hash = ${hashCode(code, key)})
        on conflict (platform, platform_id) do update set code_hash = excluded.code_hash,
          created_at = excluded.created_at, expires_at = excluded.expires_at, used_at = null, burnt_at = null
        returning platform`.execute(tx)
      if (rows.length > 0) return { status: 'issued', code, expiresAt }
    }
    throw new Error(`${DRAWS_MAX} link codes in a row were taken: the source of randomness is broken`)
  })
}
