import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { writeLinkEvents } from '../linking/link-events.js'
import { identitiesOf } from '../linking/link-side.js'
import { askRoles } from '../roles/role-states.js'

export type KeepAccount =
  | { status: 'kept'; accountId: number }
  /** It is not being deleted (any more): somebody kept it before, or it is gone. */
  | { status: 'not_closing' }

/**
 * Ends the deletion of an account: everything is as it was, its owner's choices included. By any of its identities, by
 * a session, or by an operator; every identity is told.
 */
export async function keepAccount(
  db: Database,
  who: { identity: Identity } | { accountId: number; by: PlatformName | 'operator' },
  { newId }: { newId: () => string },
): Promise<KeepAccount> {
  return db.transaction(async (tx) => {
    const accountId = 'identity' in who ? await findAccountId(tx, who.identity) : who.accountId
    if (accountId === null) return { status: 'not_closing' }
    const user = await tx
      .selectFrom('unified_users')
      .select(['telegram_id', 'discord_id', 'website_email'])
      .where('id', '=', accountId)
      .forUpdate()
      .executeTakeFirst()
    const before = await tx
      .deleteFrom('ttfd.deletions')
      .where('account_id', '=', accountId)
      .returning(['was_private', 'wanted_notices'])
      .executeTakeFirst()
    if (!user || !before) return { status: 'not_closing' }
    await tx
      .updateTable('ttfd.account_settings')
      .set({ private: before.was_private, notices: before.wanted_notices, updated_at: sql<Date>`now()` })
      .where('account_id', '=', accountId)
      .execute()
    await sql`update ttfd.account_limits set state = (state::jsonb - 'closed')::json, updated_at = now()
      where account_id = ${accountId}`.execute(tx)
    const by = 'identity' in who ? who.identity.platform : who.by
    const identities = { telegram: user.telegram_id, discord: user.discord_id, website: user.website_email }
    await writeLinkEvents(
      tx,
      [
        {
          accountId,
          type: 'deletion_ended',
          source: by === 'operator' ? 'system' : by,
          data: { by },
          key: `deletion_ended:${newId()}`,
          tell: identitiesOf({ identities }),
        },
      ],
      newId,
    )
    if (user.discord_id !== null) await askRoles(tx, user.discord_id)
    return { status: 'kept', accountId }
  })
}
