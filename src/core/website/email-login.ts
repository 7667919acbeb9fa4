import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import { type EnsureContext, ensureAccount } from '../accounts/ensure-account.js'
import { tellAccount } from '../linking/tell-account.js'
import { settleUnproven } from './unproven-emails.js'
import { attachEmail } from './website-email.js'

export type EmailUser = { id: string; email: string; emailVerified: boolean; name: string }

/**
 * The account that a login with an address and a password opens. A proven address is an identity: it opens the account
 * it belongs to, made if there is none. One that nothing has proven opens what its owner linked it to, or nothing (null).
 */
export async function settleEmailLogin(
  db: Database,
  user: EmailUser,
  context: EnsureContext,
): Promise<number | null> {
  const { email } = user
  const mapped = await mappedAccount(db.kysely, user.id)
  if (!user.emailVerified) return mapped
  await db.transaction((tx) => settleUnproven(tx, { email, accountId: mapped }))
  if (mapped !== null) {
    const kept = await db.transaction((tx) =>
      attachEmail(tx, { accountId: mapped, email, by: 'website' }, context.newId, db.keyedHash),
    )
    if (kept) return mapped
  }
  const { accountId } = await ensureAccount(
    db,
    { platform: 'website', id: email },
    { displayName: user.name, claimed: true },
    context,
  )
  if (accountId !== mapped) await db.transaction((tx) => lead(tx, user.id, accountId))
  return accountId
}

/**
 * Hands a login to whoever has just proven its address. If nothing had proven it before, somebody else may have made it:
 * his other ways in, his sessions and his account leave with him; a password stays only if the owner has just set it.
 */
export async function displaceSquatter(
  tx: Tx,
  userId: string,
  { keepPassword }: { keepPassword: boolean },
): Promise<void> {
  await tx.selectFrom('ttfd.website_users').select('id').where('id', '=', userId).forUpdate().execute()
  await tx
    .deleteFrom('ttfd.website_logins')
    .where('user_id', '=', userId)
    .$if(keepPassword, (query) => query.where('provider_id', '!=', 'credential'))
    .execute()
  await tx.deleteFrom('ttfd.website_sessions').where('user_id', '=', userId).execute()
  await tx.deleteFrom('ttfd.website_accounts').where('website_user_id', '=', userId).execute()
  await tx
    .updateTable('ttfd.website_users')
    .set({ email_verified: true, updated_at: sql<Date>`now()` })
    .where('id', '=', userId)
    .execute()
}

/** Tells every identity of an account that a password was set, since it may have been somebody else. */
export async function tellPasswordSet(db: Database, accountId: number, newId: () => string): Promise<void> {
  const event = { type: 'login_changed', source: 'website', data: { what: 'password' } } as const
  const key = `login_changed:${newId()}`
  await db.transaction((tx) => tellAccount(tx, { accountId, ...event, key }, newId))
}

/** The living account that a website user stands for, or null. */
async function mappedAccount(reader: Reader, userId: string): Promise<number | null> {
  const { rows } = await sql<{ id: number | null }>`
    select ttfd.living_account(account_id) as id from ttfd.website_accounts
    where website_user_id = ${userId}`.execute(reader)
  return rows[0]?.id ?? null
}

/** Leads a user to another account. Platforms whose logins he had belong to the former one: they make their own. */
async function lead(tx: Tx, userId: string, accountId: number): Promise<void> {
  await tx
    .deleteFrom('ttfd.website_logins')
    .where('user_id', '=', userId)
    .where('provider_id', '!=', 'credential')
    .execute()
  await tx
    .insertInto('ttfd.website_accounts')
    .values({ website_user_id: userId, account_id: accountId })
    .onConflict((oc) =>
      oc.column('website_user_id').doUpdateSet({ account_id: accountId, linked_at: sql<Date>`now()` }),
    )
    .execute()
}
