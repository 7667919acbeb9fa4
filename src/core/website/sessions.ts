import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import { type Device, readDevice } from './device.js'
import { readMaker, type SessionMaker } from './session-maker.js'

/** How long after signing in a session may do what needs a fresh sign-in. */
const FRESH_MINUTES = 15

/** The person behind a session, as of now. */
export type Visitor = {
  sessionId: string
  userId: string
  /** Null: a login that nothing has proven yet. */
  accountId: number | null
  displayName: string
  maker: SessionMaker
  /** Its account is banned: it may see why, export and delete. */
  banned: boolean
  /** Its account is being deleted: when it will be erased, unless its owner keeps it. */
  closing: Date | null
  signedInAt: Date
  /** Signed in at most 15 minutes ago. */
  fresh: boolean
}

/** Who a session stands for; null when it ended, or when the identity that made it is no longer the account's. */
export async function readVisitor(reader: Reader, sessionId: string, now: Date): Promise<Visitor | null> {
  const { rows } = await sql<VisitorRow>`
    select s.id, s.user_id, s.made_by, s.created_at, p.name, p.email, p.email_verified,
      u.id as account_id, u.display_name, u.telegram_id, u.discord_id, u.website_email,
      exists (select from ttfd.restrictions r where r.holder_id = u.id and r.kind = 'banned' and r.lifted_at is null
        and (r.until is null or r.until > ${now})) as banned,
      (select d.due_at from ttfd.deletions d where d.account_id = u.id) as closing
    from ttfd.website_sessions s
      join ttfd.website_users p on p.id = s.user_id
      left join ttfd.website_accounts w on w.website_user_id = p.id
      left join unified_users u on u.id = ttfd.living_account(w.account_id)
    where s.id = ${sessionId} and s.expires_at > ${now}`.execute(reader)
  const row = rows[0]
  if (!row) return null
  const maker = readMaker(row.made_by)
  if (!stillHolds(maker, row)) return null
  return {
    sessionId: row.id,
    userId: row.user_id,
    accountId: row.account_id,
    displayName: row.display_name ?? row.name,
    maker,
    banned: row.banned,
    closing: row.closing,
    signedInAt: row.created_at,
    fresh: now.getTime() - row.created_at.getTime() <= FRESH_MINUTES * 60_000,
  }
}

function stillHolds(maker: SessionMaker, row: VisitorRow): boolean {
  switch (maker.by) {
    case 'discord':
      return row.discord_id === maker.id
    case 'telegram':
      return row.telegram_id === maker.id
    case 'website':
      // An address that nothing has proven is no identity: such a login may have no account, or a linked one.
      return row.email === maker.id && (!row.email_verified || row.website_email === maker.id)
    case 'operator':
      return row.account_id !== null
    default:
      return maker satisfies never
  }
}

export type ListedSession = {
  id: string
  device: Device
  maker: SessionMaker
  signedInAt: Date
  isThis: boolean
}

/** The sessions of everybody who opens the visitor's account, newest first. */
export async function listSessions(reader: Reader, visitor: Visitor, now: Date): Promise<ListedSession[]> {
  const { rows } = await sql<{ id: string; made_by: string; user_agent: string | null; created_at: Date }>`
    select s.id, s.made_by, s.user_agent, s.created_at from ttfd.website_sessions s
    where s.user_id in (${ownUsers(visitor)}) and s.expires_at > ${now}
    order by s.created_at desc, s.id limit 100`.execute(reader)
  return rows.map((row) => ({
    id: row.id,
    device: readDevice(row.user_agent),
    maker: readMaker(row.made_by),
    signedInAt: row.created_at,
    isThis: row.id === visitor.sessionId,
  }))
}

/** Ends one of the visitor's sessions. False when it is not his or over already. */
export async function endSession(db: Database, visitor: Visitor, sessionId: string): Promise<boolean> {
  const { rows } = await sql`delete from ttfd.website_sessions
    where id = ${sessionId} and user_id in (${ownUsers(visitor)}) returning id`.execute(db.kysely)
  return rows.length > 0
}

/** Ends all of the visitor's sessions but this one; returns how many. */
export async function endOtherSessions(db: Database, visitor: Visitor): Promise<number> {
  const { rows } = await sql`delete from ttfd.website_sessions
    where id <> ${visitor.sessionId} and user_id in (${ownUsers(visitor)}) returning id`.execute(db.kysely)
  return rows.length
}

/** Ends every session of an account. */
export async function endAccountSessions(db: Database, accountId: number): Promise<void> {
  await sql`delete from ttfd.website_sessions where user_id in (
    select website_user_id from ttfd.website_accounts
    where ttfd.living_account(account_id) = ${accountId})`.execute(db.kysely)
}

/** Ends a session that its own browser replaces. */
export async function dropSession(db: Database, sessionId: string): Promise<void> {
  await db.kysely.deleteFrom('ttfd.website_sessions').where('id', '=', sessionId).execute()
}

/** All website users that stand for the visitor's account: logins are many, the account is one. */
function ownUsers({ userId, accountId }: Visitor) {
  return sql`
    select ${userId}::text
    union select w.website_user_id from ttfd.website_accounts w
    where w.account_id in (
      with recursive family (id) as (
        select ${accountId}::bigint
        union select a.id from family f join ttfd.accounts a on a.merged_into = f.id)
      select id from family)`
}

type VisitorRow = {
  id: string
  user_id: string
  made_by: string
  created_at: Date
  name: string
  email: string
  email_verified: boolean
  account_id: number | null
  display_name: string | null
  telegram_id: string | null
  discord_id: string | null
  website_email: string | null
  banned: boolean
  closing: Date | null
}
