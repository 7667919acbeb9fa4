import { sql } from 'kysely'
import type { Database, Tx } from '../../db/connect.js'
import { placeholderEmail } from './placeholder-email.js'
import { packMaker } from './session-maker.js'

/** The door through which somebody comes whom a platform has proven. */
export type PlatformIdentity = { platform: 'discord' | 'telegram'; id: string }

const UNIQUE_VIOLATION = '23505'
const TRIES_MAX = 4

/**
 * The website login of a platform identity, made if there is none, opening exactly the account that the identity has
 * now. A login that still leads to an account which the identity has left is taken off it first. Safe in a race.
 */
export async function openPlatformLogin(
  db: Database,
  identity: PlatformIdentity,
  { accountId, name, newId }: { accountId: number; name: string; newId: () => string },
): Promise<{ userId: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction((tx) => settlePlatformLogin(tx, identity, { accountId, name, newId }))
    } catch (error) {
      // Another sign-in of the same person made it meanwhile: look again.
      if ((error as { code?: string }).code !== UNIQUE_VIOLATION || attempt >= TRIES_MAX) throw error
    }
  }
}

/** The same inside of an open transaction. A race with another sign-in of the same person ends with 23505. */
export async function settlePlatformLogin(
  tx: Tx,
  identity: PlatformIdentity,
  { accountId, name, newId }: { accountId: number; name: string; newId: () => string },
): Promise<{ userId: string }> {
  const login = await findLogin(tx, identity)
  if (login?.opens === accountId) return { userId: login.userId }
  if (login) await detachLogin(tx, identity)
  return { userId: await makeLogin(tx, identity, accountId, name, newId) }
}

/**
 * Takes a platform's login off the website user that has it and ends the sessions made through it. A user that nothing
 * opens any more goes with it. Part of unlinking.
 */
export async function detachLogin(tx: Tx, { platform, id }: PlatformIdentity): Promise<void> {
  const gone = await tx
    .deleteFrom('ttfd.website_logins')
    .where('provider_id', '=', platform)
    .where('account_id', '=', id)
    .returning('user_id')
    .executeTakeFirst()
  await tx
    .deleteFrom('ttfd.website_sessions')
    .where('made_by', '=', packMaker({ by: platform, id }))
    .execute()
  if (!gone) return
  const other = await tx
    .selectFrom('ttfd.website_logins')
    .select('id')
    .where('user_id', '=', gone.user_id)
    .executeTakeFirst()
  if (!other) await tx.deleteFrom('ttfd.website_users').where('id', '=', gone.user_id).execute()
  else await freePlaceholder(tx, { platform, id })
}

async function findLogin(tx: Tx, { platform, id }: PlatformIdentity) {
  const { rows } = await sql<{ user_id: string; opens: number | null }>`
    select l.user_id, ttfd.living_account(w.account_id) as opens
    from ttfd.website_logins l left join ttfd.website_accounts w on w.website_user_id = l.user_id
    where l.provider_id = ${platform} and l.account_id = ${id}`.execute(tx)
  const row = rows[0]
  return row ? { userId: row.user_id, opens: row.opens } : null
}

/** Whoever still holds the identity's stand-in address gets another: it is the login's that is made now. */
async function freePlaceholder(tx: Tx, { platform, id }: PlatformIdentity): Promise<void> {
  await sql`update ttfd.website_users set email = id || '@left.invalid', updated_at = now()
    where email = ${placeholderEmail(platform, id)}`.execute(tx)
}

async function makeLogin(
  tx: Tx,
  identity: PlatformIdentity,
  accountId: number,
  name: string,
  newId: () => string,
): Promise<string> {
  const userId = newId()
  await freePlaceholder(tx, identity)
  await tx
    .insertInto('ttfd.website_users')
    .values({
      id: userId,
      name,
      email: placeholderEmail(identity.platform, identity.id),
      email_verified: false,
      image: null,
    })
    .execute()
  await tx
    .insertInto('ttfd.website_accounts')
    .values({ website_user_id: userId, account_id: accountId })
    .execute()
  await tx
    .insertInto('ttfd.website_logins')
    .values({
      id: newId(),
      user_id: userId,
      provider_id: identity.platform,
      account_id: identity.id,
      password: null,
      access_token: null,
      refresh_token: null,
      id_token: null,
      scope: null,
    })
    .execute()
  return userId
}
