import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import { maskEmail } from './placeholder-email.js'

/**
 * Addresses that an account bears because an old store said so (table `ttfd.unproven_emails`). Whoever answers a mail
 * there proves one. A closed one was joined to the Discord account that its old login claimed: it is counted, and it is
 * no way in until a Discord link made in a session of that very login (`openClosedLogin`).
 */

/**
 * Makes room for somebody who has just proven an address. On the account that he opens anyway it is proven from now on;
 * another account that only an old store gave it to loses it, unless it has nothing else: then it is his.
 */
export async function settleUnproven(
  tx: Tx,
  { email, accountId }: { email: string; accountId: number | null },
): Promise<void> {
  const row = await tx
    .selectFrom('ttfd.unproven_emails')
    .select(['account_id', 'closed'])
    .where('email', '=', email)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return
  const holder = await tx
    .selectFrom('unified_users')
    .select(['id', 'telegram_id', 'discord_id'])
    .where('website_email', '=', email)
    .forUpdate()
    .executeTakeFirst()
  const isShared = holder && (row.closed || holder.telegram_id !== null || holder.discord_id !== null)
  if (isShared && holder.id !== accountId) await release(tx, { email, accountId: holder.id })
  else await tx.deleteFrom('ttfd.unproven_emails').where('email', '=', email).execute()
}

/** A closed address gives way to one that the account's owner has proven. */
export async function dropClosedEmail(tx: Tx, accountId: number): Promise<boolean> {
  const closed = await findClosed(tx, accountId)
  if (!closed) return false
  await release(tx, { email: closed.email, accountId })
  return true
}

export type ClosedLogin = {
  /** The old login's address as its claimed person may see it. */
  maskedEmail: string
  /** When the import brought it. */
  since: Date
}

/** The old website login that claims to be this account's; null: none does. Its owner is asked: yours, or remove it? */
export async function readClosedLogin(reader: Reader, accountId: number): Promise<ClosedLogin | null> {
  const row = await findClosed(reader, accountId)
  return row ? { maskedEmail: maskEmail(row.email), since: row.created_at } : null
}

/** *Remove it*: the address leaves the account, and the old login claims nobody any more. False: there was none. */
export async function removeClosedLogin(db: Database, accountId: number): Promise<boolean> {
  return db.transaction((tx) => dropClosedEmail(tx, accountId))
}

/**
 * A person signed in by a login that opens nothing has just proven to be a Discord user: if that one's account bears the
 * login's address (because the old login claimed it, or proven since), the login opens it from now on. An address that
 * only the old store vouches for stays unproven.
 */
export async function openClosedLogin(
  tx: Tx,
  { userId, discordId }: { userId: string; discordId: string },
): Promise<{ status: 'opened'; accountId: number } | { status: 'not_closed' }> {
  const { rows } = await sql<{ email: string; id: number }>`
    select p.email, u.id from ttfd.website_users p join unified_users u on u.website_email = p.email
    where p.id = ${userId} and u.discord_id = ${discordId}
      and not exists (select from ttfd.website_accounts w where w.website_user_id = p.id)
    for update`.execute(tx)
  const row = rows[0]
  if (!row) return { status: 'not_closed' }
  await tx
    .insertInto('ttfd.website_accounts')
    .values({ website_user_id: userId, account_id: row.id })
    .execute()
  await tx.updateTable('ttfd.unproven_emails').set({ closed: false }).where('email', '=', row.email).execute()
  return { status: 'opened', accountId: row.id }
}

/**
 * An owner joined an old login to the Discord account that it claimed. That is his word and no proof of whoever knows the
 * old password: the login is closed, as if nobody else had claimed that account. A proven address is left alone.
 */
export async function closeLogin(
  tx: Tx,
  { email, discordId }: { email: string; discordId: string },
): Promise<void> {
  const closed = await tx
    .updateTable('ttfd.unproven_emails')
    .set({ closed: true, discord_id: discordId })
    .where('email', '=', email)
    .returning('website_user_id')
    .executeTakeFirst()
  const userId = closed?.website_user_id ?? null
  if (userId === null) return
  await tx.deleteFrom('ttfd.website_accounts').where('website_user_id', '=', userId).execute()
  await tx.deleteFrom('ttfd.website_sessions').where('user_id', '=', userId).execute()
}

async function findClosed(reader: Reader, accountId: number) {
  return reader
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.unproven_emails as e', 'e.email', 'u.website_email')
    .select(['e.email', 'e.created_at'])
    .where('u.id', '=', accountId)
    .where('e.closed', '=', true)
    .executeTakeFirst()
}

/** Takes an address that was only claimed off its account, as if it had never been there. */
async function release(tx: Tx, { email, accountId }: { email: string; accountId: number }): Promise<void> {
  await tx
    .deleteFrom('ttfd.website_accounts as w')
    .using('ttfd.website_users as p')
    .whereRef('p.id', '=', 'w.website_user_id')
    .where('p.email', '=', email)
    .execute()
  await tx.deleteFrom('ttfd.unproven_emails').where('email', '=', email).execute()
  await tx
    .updateTable('unified_users')
    .set({ website_email: null })
    .where('id', '=', accountId)
    .where('website_email', '=', email)
    .execute()
  await sql`update ttfd.identities set account_id = null where platform = 'website' and platform_id = ${email}`.execute(
    tx,
  )
  // What it was asked for in codes keeps the row; without any it was never here.
  await sql`
    delete from ttfd.identities i where i.platform = 'website' and i.platform_id = ${email} and i.marks = '{}'
      and not exists (select from ttfd.link_codes c where c.platform = 'website' and c.platform_id = ${email})
      and not exists (select from ttfd.link_requests r where ${email} in (r.owner_platform_id, r.typist_platform_id))
      and not exists (select from ttfd.unlinks x where x.platform = 'website' and x.platform_id = ${email})`.execute(
    tx,
  )
  await sql`update unified_users set primary_platform = case when telegram_id is not null then 'telegram' else 'discord' end
    where id = ${accountId} and primary_platform = 'website'`.execute(tx)
  await writeAudit(tx, { actor: 'website', act: 'claimed_address_released', accountId, detail: {} })
}
