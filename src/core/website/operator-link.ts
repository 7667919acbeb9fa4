import type { Database } from '../../db/connect.js'
import { isAdmin } from '../linking/link-side.js'
import { emailUserOf } from './email-user.js'
import { openPlatformLogin } from './platform-login.js'
import { findLink, type LinkKeys } from './sign-in-link.js'
import { drawToken, hashToken } from './sign-in-token.js'
import type { LinkContext } from './telegram-sign-in.js'

const OPERATOR_LINK_MINUTES = 30

export type OperatorLink =
  | { status: 'issued'; token: string; expiresAt: Date }
  | { status: 'unknown_account' }
  /** Never for an account in ADMIN_ACCOUNTS: whoever runs a command would become an admin on the website. */
  | { status: 'admin_account' }

/**
 * Gives an operator a link of one use and thirty minutes that signs a member in (`PUBLIC_URL/login/link/<token>`), for
 * those whom no mail can reach. It is written down who gave it, and at its use every identity is told.
 */
export async function issueOperatorLink(
  db: Database,
  { accountId, operator }: { accountId: number; operator: string },
  { now, key, newId, random, admins }: LinkContext & { admins: ReadonlySet<string> },
): Promise<OperatorLink> {
  const token = drawToken(random)
  const expiresAt = new Date(now.getTime() + OPERATOR_LINK_MINUTES * 60_000)
  return db.transaction(async (tx) => {
    const row = await tx
      .selectFrom('unified_users')
      .select(['telegram_id', 'discord_id', 'website_email'])
      .where('id', '=', accountId)
      .forUpdate()
      .executeTakeFirst()
    if (!row) return { status: 'unknown_account' }
    const identities = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
    if (isAdmin({ identities }, admins)) return { status: 'admin_account' }
    await tx
      .updateTable('ttfd.sign_in_links')
      .set({ ended_at: now, outcome: 'replaced' })
      .where('account_id', '=', accountId)
      .where('kind', '=', 'operator')
      .where('ended_at', 'is', null)
      .execute()
    await tx
      .insertInto('ttfd.sign_in_links')
      .values({
        id: newId(),
        kind: 'operator',
        token_hash: hashToken(token, key),
        telegram_id: null,
        account_id: accountId,
        created_at: now,
        expires_at: expiresAt,
        browser_hash: null,
        number: null,
        choices: null,
        outcome: null,
      })
      .execute()
    await tx
      .insertInto('ttfd.audit_log')
      .values({ actor: operator, act: 'signin_link_given', account_id: accountId, detail: '{}' })
      .execute()
    return { status: 'issued', token, expiresAt }
  })
}

export type EnteredByOperator =
  | { status: 'entered'; linkId: string; userId: string; accountId: number }
  | { status: 'gone' }
  | { status: 'admin_account' }

/** Uses an operator's link up, once. What comes next makes the session. */
export async function enterByOperatorLink(
  db: Database,
  token: string,
  { now, key, newId, admins }: LinkKeys & { newId: () => string; admins: ReadonlySet<string> },
): Promise<EnteredByOperator> {
  const used = await db.transaction(async (tx) => {
    const row = await findLink(tx, token, key, true)
    if (row?.kind !== 'operator' || row.ended_at !== null || row.expires_at <= now) return null
    const user = await tx
      .selectFrom('unified_users')
      .select(['id', 'telegram_id', 'discord_id', 'website_email', 'display_name'])
      .where('id', '=', row.livingId)
      .executeTakeFirstOrThrow()
    const identities = { telegram: user.telegram_id, discord: user.discord_id, website: user.website_email }
    // He may have been made an admin since.
    const admin = isAdmin({ identities }, admins)
    await tx
      .updateTable('ttfd.sign_in_links')
      .set({ ended_at: now, outcome: admin ? 'refused' : 'entered' })
      .where('id', '=', row.id)
      .execute()
    return { linkId: row.id, admin, user }
  })
  if (!used) return { status: 'gone' }
  if (used.admin) return { status: 'admin_account' }
  const { user, linkId } = used
  const identity = user.telegram_id
    ? ({ platform: 'telegram', id: user.telegram_id } as const)
    : user.discord_id
      ? ({ platform: 'discord', id: user.discord_id } as const)
      : null
  const userId = identity
    ? (await openPlatformLogin(db, identity, { accountId: user.id, name: user.display_name, newId })).userId
    : await db.transaction((tx) =>
        emailUserOf(
          tx,
          { accountId: user.id, email: user.website_email ?? '', name: user.display_name },
          newId,
        ),
      )
  return { status: 'entered', linkId, userId, accountId: user.id }
}
