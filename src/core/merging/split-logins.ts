import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'

/** Ends every website session of an account and of all that were merged into it. Before it is taken apart. */
export async function endSessionsOf(tx: Tx, accountId: number): Promise<void> {
  await sql`delete from ttfd.website_sessions where user_id in (
    select website_user_id from ttfd.website_accounts where ttfd.living_account(account_id) = ${accountId})`.execute(
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
