import { sql } from 'kysely'
import type { Database, Tx } from '../../db/connect.js'
import { findAccountId } from '../accounts/find-account.js'
import { takeInMarks } from '../deletion/take-in-marks.js'
import { LIMIT_DAYS } from '../linking/link-side.js'
import { readUnlinkSide } from '../linking/unlink-side.js'
import { familyOf } from '../profiles/read-profile.js'
import { leaveWithMarks } from './leave-with-marks.js'
import { endOthers } from './password-login.js'
import { drawToken, hashToken, isToken } from './sign-in-token.js'
import { tellLoginChanged } from './tell-login-changed.js'

const HOURS = 1

type EmailRefusal =
  | { status: 'same_email' }
  /** The address that would leave belongs to a merge not yet 72 hours old, or left an account within 30 days. */
  | { status: 'too_soon'; until: Date }
  | { status: 'unknown_account' }

export type AskEmailChange =
  /** A letter with the token proves the address. */
  | { status: 'asked'; token: string; expiresAt: Date }
  /** It is another account's: that one is told, whoever asked is not. */
  | { status: 'taken' }
  | EmailRefusal

type Context = { now: Date; key: string; newId: () => string; random: (n: number) => number }

/** Begins a change of an account's address. Nothing changes before the letter to the new one is answered. */
export async function askEmailChange(
  db: Database,
  { accountId, email }: { accountId: number; email: string },
  { now, key, random }: Context,
): Promise<AskEmailChange> {
  return db.transaction(async (tx) => {
    const refusal = await judgeChange(tx, accountId, email, now)
    if (refusal) return refusal
    await tx.deleteFrom('ttfd.email_changes').where('account_id', '=', accountId).execute()
    if (await isTaken(tx, accountId, email)) return { status: 'taken' }
    const token = drawToken(random)
    const expiresAt = new Date(now.getTime() + HOURS * 3_600_000)
    await tx
      .insertInto('ttfd.email_changes')
      .values({
        account_id: accountId,
        email,
        token_hash: hashToken(token, key),
        created_at: now,
        expires_at: expiresAt,
      })
      .execute()
    return { status: 'asked', token, expiresAt }
  })
}

/** The address that a letter's token would prove for this account; null when it is over or another account's. Uses nothing up. */
export async function readEmailChange(
  db: Database,
  { accountId, token }: { accountId: number; token: string },
  { now, key }: Pick<Context, 'now' | 'key'>,
): Promise<string | null> {
  if (!isToken(token)) return null
  const row = await db.kysely
    .selectFrom('ttfd.email_changes')
    .select('email')
    .where('account_id', '=', accountId)
    .where('token_hash', '=', hashToken(token, key))
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return row?.email ?? null
}

export type ConfirmEmailChange =
  | { status: 'changed'; email: string }
  /** Unknown, used, expired, or another account's. */
  | { status: 'link_over' }
  /** Somebody proved it for another account meanwhile. */
  | { status: 'taken' }
  | EmailRefusal

/**
 * Gives an account the address that a letter has proven, in a session of that account. The old one leaves with its
 * marks; all other sessions end, open letters to it are void, and every identity is told.
 */
export async function confirmEmailChange(
  db: Database,
  { accountId, token, sessionId }: { accountId: number; token: string; sessionId: string },
  { now, key, newId }: Context,
): Promise<ConfirmEmailChange> {
  if (!isToken(token)) return { status: 'link_over' }
  return db.transaction(async (tx) => {
    const user = await tx
      .selectFrom('unified_users')
      .select(['telegram_id', 'discord_id', 'website_email', 'display_name'])
      .where('id', '=', accountId)
      .forUpdate()
      .executeTakeFirst()
    if (!user) return { status: 'link_over' }
    const asked = await tx
      .deleteFrom('ttfd.email_changes')
      .where('account_id', '=', accountId)
      .where('token_hash', '=', hashToken(token, key))
      .where('expires_at', '>', now)
      .returning('email')
      .executeTakeFirst()
    if (!asked) return { status: 'link_over' }
    const { email } = asked
    const before = user.website_email
    const refusal = await judgeChange(tx, accountId, email, now)
    if (refusal) return refusal
    if (await isTaken(tx, accountId, email)) return { status: 'taken' }
    if (before !== null)
      await leaveWithMarks(tx, { accountId, identity: { platform: 'website', id: before }, now })
    // The identity's row decides a race between two accounts: one of the two has it.
    const { rows } = await sql`
      insert into ttfd.identities as i (platform, platform_id, account_id) values ('website', ${email}, ${accountId})
      on conflict (platform, platform_id) do update set account_id = excluded.account_id where i.account_id is null
      returning account_id`.execute(tx)
    if (rows.length === 0)
      throw Object.assign(new Error("the address has just become another account's"), { code: '40001' })
    await takeInMarks(tx, { accountId, identity: { platform: 'website', id: email } }, db.keyedHash)
    await tx.updateTable('unified_users').set({ website_email: email }).where('id', '=', accountId).execute()
    const { rows: unproven } = await sql<{ email: string }>`
      delete from ttfd.unproven_emails where email in (${email}, ${before ?? email}) returning email`.execute(
      tx,
    )
    const beforeWasProven = unproven.every((row) => row.email !== before)
    await moveLogin(tx, { accountId, email, before, sessionId, name: user.display_name }, newId)
    // The new address has just answered a letter; the one that left is told by one, if anybody ever proved it.
    await tellLoginChanged(
      tx,
      { ...user, accountId, what: 'email', website_email: beforeWasProven ? before : null },
      newId,
    )
    return { status: 'changed', email }
  })
}

/** Whether an address is another living account's: its identity, or the proven address of a login of it. */
async function isTaken(tx: Tx, accountId: number, email: string): Promise<boolean> {
  if ((await findAccountId(tx, { platform: 'website', id: email })) !== null) return true
  const { rows } = await sql`
    select from ttfd.website_users p join ttfd.website_accounts w on w.website_user_id = p.id
    where p.email = ${email} and p.email_verified and ttfd.living_account(w.account_id) <> ${accountId}`.execute(
    tx,
  )
  return rows.length > 0
}

async function judgeChange(
  tx: Tx,
  accountId: number,
  email: string,
  now: Date,
): Promise<EmailRefusal | null> {
  const side = await readUnlinkSide(tx, accountId, 'website', now)
  if (!side || side.closing) return { status: 'unknown_account' }
  if (side.identities.website === email) return { status: 'same_email' }
  if (side.identities.website === null) return null
  // The address that leaves is an identity like any other: not within 72 hours of a merge, and once in 30 days.
  const { mergedUntil, lastUnlink } = side
  if (mergedUntil !== null && mergedUntil > now) return { status: 'too_soon', until: mergedUntil }
  if (lastUnlink === null) return null
  return { status: 'too_soon', until: new Date(lastUnlink.getTime() + LIMIT_DAYS * 86_400_000) }
}

/** The login with the old address becomes one with the new; whatever else had the new address was nobody's. */
async function moveLogin(
  tx: Tx,
  {
    accountId,
    email,
    before,
    sessionId,
    name,
  }: { accountId: number; email: string; before: string | null; sessionId: string; name: string },
  newId: () => string,
): Promise<void> {
  const family = await familyOf(tx, accountId)
  await endOthers(tx, accountId, sessionId)
  const { rows } = await sql<{ id: string }>`
    select p.id from ttfd.website_users p join ttfd.website_accounts w on w.website_user_id = p.id
    where w.account_id = any(${family}::bigint[]) and p.email = ${before ?? ''} for update of p`.execute(tx)
  const own = rows[0]?.id ?? null
  await sql`delete from ttfd.website_users p where p.email = ${email} and p.id is distinct from ${own}`.execute(
    tx,
  )
  if (own === null) {
    const id = newId()
    await tx
      .insertInto('ttfd.website_users')
      .values({ id, name, email, email_verified: true, image: null })
      .execute()
    await tx
      .insertInto('ttfd.website_accounts')
      .values({ website_user_id: id, account_id: accountId })
      .execute()
    return
  }
  await sql`update ttfd.website_users set email = ${email}, email_verified = true, updated_at = now()
    where id = ${own}`.execute(tx)
  await sql`update ttfd.website_sessions set made_by = ${`website:${email}`}
    where user_id = ${own} and made_by = ${`website:${before}`}`.execute(tx)
  await sql`delete from ttfd.website_verifications where position(${own} in value) > 0`.execute(tx)
}
