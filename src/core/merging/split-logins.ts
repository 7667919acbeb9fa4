import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import { familyOf } from '../profiles/read-profile.js'

/** Ends the website sessions of an account and of all that were merged into it, but one. Before it is taken apart. */
export async function endSessionsOf(tx: Tx, accountId: number, but: string | null = null): Promise<void> {
  const family = await familyOf(tx, accountId)
  await sql`delete from ttfd.website_sessions where id is distinct from ${but} and user_id in (
    select website_user_id from ttfd.website_accounts where account_id = any(${family}::bigint[]))`.execute(
    tx,
  )
}

/**
 * Points website logins that identities made while they were on `from` to the account that they are on now. Logins
 * from before the merge lead there already, through the tombstone that is one no more.
 */
export async function moveLogins(
  tx: Tx,
  { from, into, identities }: { from: number; into: number; identities: readonly Identity[] },
): Promise<void> {
  for (const { platform, id } of identities) {
    const proves =
      platform === 'website'
        ? sql`p.email = ${id} and p.email_verified`
        : sql`exists (select from ttfd.website_logins l
            where l.user_id = p.id and l.provider_id = ${platform} and l.account_id = ${id})`
    await sql`
      update ttfd.website_accounts w set account_id = ${into} from ttfd.website_users p
      where p.id = w.website_user_id and w.account_id = ${from} and ${proves}`.execute(tx)
  }
}
