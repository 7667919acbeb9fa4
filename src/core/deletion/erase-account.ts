import { sql } from 'kysely'
import type { Database, Tx } from '../../db/connect.js'
import { PLATFORMS } from '../accounts/identity.js'
import { familyOf } from '../profiles/read-profile.js'
import { CHANGED_CHANNEL } from '../progression/award-statements.js'
import { eraseEvents } from './erase-events.js'
import { eraseRows } from './erase-rows.js'
import { rememberErased } from './remember-erased.js'

const PSEUDONYMS = 2 ** 47

export type EraseContext = {
  /** A whole number from 0 to n - 1 from a safe source. */
  random: (n: number) => number
}

/**
 * Erases one account whose seven days are over, and all that were merged into it, in one transaction: it happens whole
 * or not at all, and again after a crash. What stays is nobody's: events and daily sums under a random pseudonym (a
 * negative id, which no address and no counter ever reaches), and marks under hashes. False when it is not due, because
 * it was kept or erased meanwhile. Throws where the database was opened without ID_HASH_KEY.
 */
export async function eraseAccount(
  db: Database,
  accountId: number,
  { random }: EraseContext,
): Promise<boolean> {
  const { keyedHash } = db
  if (!keyedHash) throw new Error('nobody can be erased without ID_HASH_KEY')
  return db.transaction(async (tx) => {
    const user = await tx
      .selectFrom('unified_users')
      .select(['telegram_id', 'discord_id', 'website_email'])
      .where('id', '=', accountId)
      .forUpdate()
      .executeTakeFirst()
    const due = await tx
      .selectFrom('ttfd.deletions')
      .select('account_id')
      .where('account_id', '=', accountId)
      .where('due_at', '<=', sql<Date>`now()`)
      .executeTakeFirst()
    if (!user || !due) return false
    const ids = { telegram: user.telegram_id, discord: user.discord_id, website: user.website_email }
    const identities = PLATFORMS.flatMap((platform) => {
      const id = ids[platform]
      return id === null ? [] : [{ platform, id }]
    })
    const family = await familyOf(tx, accountId)
    await rememberErased(tx, { accountId, identities }, keyedHash)
    const pseudonym = await makePseudonym(tx, random)
    await eraseRows(tx, { family, identities })
    await eraseEvents(tx, { family, pseudonym }, keyedHash)
    await tx
      .updateTable('ttfd.accounts')
      .set({ deleted_at: sql<Date>`now()`, claimed_at: null, link_unproven: false })
      .where('id', 'in', family)
      .execute()
    await sql`select pg_notify(${CHANGED_CHANNEL}, ${family.join(',')})`.execute(tx)
    return true
  })
}

/** Erases what is due, each account by itself; returns how many. Made for a duty: one that fails holds up no other. */
export async function eraseDue(db: Database, context: EraseContext, limit = 20): Promise<number> {
  const due = await db.kysely
    .selectFrom('ttfd.deletions')
    .select('account_id')
    .where('due_at', '<=', sql<Date>`now()`)
    .orderBy('due_at')
    .limit(limit)
    .execute()
  const errors: unknown[] = []
  let erased = 0
  for (const { account_id } of due) {
    try {
      if (await eraseAccount(db, account_id, context)) erased += 1
    } catch (error) {
      errors.push(error)
    }
  }
  if (errors.length > 0)
    throw errors.length === 1 ? errors[0] : new AggregateError(errors, 'accounts wait to be erased')
  return erased
}

/** Forgets whose rank role was taken off, of people whom nothing else knows any more. One scan: made for a slow timer. */
export async function sweepErasedRoles(db: Database): Promise<void> {
  await sql`
    delete from ttfd.role_states s where s.state = 'applied' and s.applied_tier is null and s.lease_token is null
      and not exists (select from ttfd.identities i where i.platform = 'discord' and i.platform_id = s.discord_id)`.execute(
    db.kysely,
  )
}

/** An account that nobody ever had. Its times say nothing: they would lead from one account to the other. */
async function makePseudonym(tx: Tx, random: EraseContext['random']): Promise<number> {
  const id = -1 - random(PSEUDONYMS)
  await sql`insert into ttfd.accounts (id, created_at, deleted_at)
    values (${id}, date_trunc('year', now()), date_trunc('year', now()))`.execute(tx)
  return id
}
