import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import { familyOf } from '../profiles/read-profile.js'
import { emailUserOf } from './email-user.js'
import { tellLoginChanged } from './tell-login-changed.js'

/** How an account can be opened by a password. */
export type PasswordLogin =
  | { status: 'has_password'; email: string; userId: string; hash: string }
  /** It has a proven address and no password: one may be set. */
  | { status: 'can_set'; email: string }
  /** Without an address nobody could be asked by letter: first it needs one. */
  | { status: 'no_address' }

/** The password login of a living account: the one with its proven address, else any that it has. */
export async function readPasswordLogin(reader: Reader, accountId: number): Promise<PasswordLogin> {
  const family = await familyOf(reader, accountId)
  const { rows } = await sql<{ user_id: string; email: string; password: string }>`
    select p.id as user_id, p.email, l.password from ttfd.website_accounts w
      join ttfd.website_users p on p.id = w.website_user_id
      join ttfd.website_logins l on l.user_id = p.id and l.provider_id = 'credential' and l.password is not null
    where w.account_id = any(${family}::bigint[])
    order by p.email = (select website_email from unified_users where id = ${accountId}) desc nulls last, p.created_at
    limit 1`.execute(reader)
  const [row] = rows
  if (row) return { status: 'has_password', email: row.email, userId: row.user_id, hash: row.password }
  const user = await reader
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.unproven_emails as e', 'e.email', 'u.website_email')
    .select(['u.website_email', 'e.email as unproven'])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  // What only an old store vouches for proves nobody.
  if (!user?.website_email || user.unproven !== null) return { status: 'no_address' }
  return { status: 'can_set', email: user.website_email }
}

export type StorePassword =
  | { status: 'stored' }
  /** Somebody changed it since it was looked at. */
  | { status: 'changed_meanwhile' }
  | { status: 'no_address' }

/**
 * Sets an account's password, in place of the one whose hash was looked at (null: it had none). All other sessions end,
 * open letters for a new password are void, and every identity is told.
 */
export async function storePassword(
  db: Database,
  {
    accountId,
    sessionId,
    hash,
    before,
  }: { accountId: number; sessionId: string; hash: string; before: string | null },
  newId: () => string,
): Promise<StorePassword> {
  return db.transaction(async (tx) => {
    const user = await tx
      .selectFrom('unified_users')
      .select(['telegram_id', 'discord_id', 'display_name'])
      .where('id', '=', accountId)
      .forUpdate()
      .executeTakeFirst()
    if (!user) return { status: 'changed_meanwhile' }
    const login = await readPasswordLogin(tx, accountId)
    if (login.status === 'no_address') return login
    if ((login.status === 'has_password' ? login.hash : null) !== before) {
      return { status: 'changed_meanwhile' }
    }
    const userId =
      login.status === 'has_password'
        ? login.userId
        : await emailUserOf(tx, { accountId, email: login.email, name: user.display_name }, newId)
    await writePassword(tx, userId, hash, newId)
    await endOthers(tx, accountId, sessionId)
    await sql`delete from ttfd.website_verifications where position(${userId} in value) > 0`.execute(tx)
    await tellLoginChanged(tx, { ...user, accountId, what: 'password', website_email: login.email }, newId)
    return { status: 'stored' }
  })
}

/** Ends every session of an account but one. */
export async function endOthers(tx: Tx, accountId: number, sessionId: string): Promise<void> {
  await sql`delete from ttfd.website_sessions where id <> ${sessionId} and user_id in (
    select website_user_id from ttfd.website_accounts
    where account_id = any(${await familyOf(tx, accountId)}::bigint[]))`.execute(tx)
}

async function writePassword(tx: Tx, userId: string, hash: string, newId: () => string): Promise<void> {
  const { rows } = await sql`
    update ttfd.website_logins set password = ${hash}, updated_at = now()
    where user_id = ${userId} and provider_id = 'credential' returning id`.execute(tx)
  if (rows.length > 0) return
  await tx
    .insertInto('ttfd.website_logins')
    .values({
      id: newId(),
      user_id: userId,
      provider_id: 'credential',
      account_id: userId,
      password: hash,
      access_token: null,
      refresh_token: null,
      id_token: null,
      scope: null,
    })
    .execute()
}
