import { sql } from 'kysely'
import type { Reader, Tx } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import { familyOf } from '../profiles/read-profile.js'
import { detachLogin } from './platform-login.js'

/** Whether a password opens the account that has this address: one that belongs to a login whose address is proven. */
export async function hasPasswordLogin(reader: Reader, email: string): Promise<boolean> {
  const row = await reader
    .selectFrom('ttfd.website_users as p')
    .innerJoin('ttfd.website_logins as l', 'l.user_id', 'p.id')
    .select('l.id')
    .where('p.email', '=', email)
    .where('p.email_verified', '=', true)
    .where('l.provider_id', '=', 'credential')
    .where('l.password', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Takes the website logins of an identity that leaves its account off that account, and ends the sessions made through
 * them. What comes in by them later opens an account of the identity's own.
 */
export async function detachFromWebsite(
  tx: Tx,
  { platform, id }: Identity,
  accountId: number,
): Promise<void> {
  if (platform === 'website') return detachUsers(tx, accountId, sql`p.email = ${id}`)
  await detachLogin(tx, { platform, id })
  // A login whose address nothing has proven was let in by a Discord link alone: with the Discord it goes.
  if (platform === 'discord') {
    await detachUsers(tx, accountId, sql`not p.email_verified and p.email !~ '[.]invalid$'`)
  }
}

/**
 * Takes one login whose address nothing has proven off the account that it was let into. False when there is none of
 * that id.
 */
export async function dropUnprovenLogin(tx: Tx, accountId: number, userId: string): Promise<boolean> {
  const found = await listUnprovenLogins(tx, accountId)
  if (!found.some((one) => one.userId === userId)) return false
  await detachUsers(tx, accountId, sql`p.id = ${userId}`)
  return true
}

/** Logins with an unproven address that open an account: a Discord link let them in. */
export async function listUnprovenLogins(
  reader: Reader,
  accountId: number,
): Promise<{ userId: string; email: string }[]> {
  const family = await familyOf(reader, accountId)
  const { rows } = await sql<{ userId: string; email: string }>`
    select p.id as "userId", p.email from ttfd.website_accounts w join ttfd.website_users p on p.id = w.website_user_id
    where w.account_id = any(${family}::bigint[]) and not p.email_verified and p.email !~ '[.]invalid$'
    order by p.created_at, p.id`.execute(reader)
  return rows
}

/** `which` names website users as `p`. Platform logins that hang on them are made anew at their next sign-in. */
async function detachUsers(tx: Tx, accountId: number, which: ReturnType<typeof sql>): Promise<void> {
  const family = await familyOf(tx, accountId)
  const { rows } = await sql<{ id: string }>`
    delete from ttfd.website_accounts w using ttfd.website_users p
    where p.id = w.website_user_id and w.account_id = any(${family}::bigint[]) and ${which}
    returning p.id`.execute(tx)
  const ids = rows.map((row) => row.id)
  if (ids.length === 0) return
  await tx.deleteFrom('ttfd.website_sessions').where('user_id', 'in', ids).execute()
  await tx
    .deleteFrom('ttfd.website_logins')
    .where('user_id', 'in', ids)
    .where('provider_id', '!=', 'credential')
    .execute()
}
