import type { Reader } from '../../db/connect.js'
import type { Identity } from '../accounts/identity.js'
import type { Visitor } from './sessions.js'

/**
 * Which identity acts in a website session where two accounts become one: the one that made the session. A login whose
 * address nothing has proven stands for the Discord link that let it in; an operator's link for the main identity of
 * the account. Null: the session proves no identity.
 */
export async function actingIdentity(
  reader: Reader,
  { accountId, userId, maker }: Pick<Visitor, 'accountId' | 'userId' | 'maker'>,
): Promise<Identity | null> {
  if (accountId === null) return null
  const row = await reader
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.website_users as p', (join) => join.on('p.id', '=', userId))
    .select(['u.telegram_id', 'u.discord_id', 'u.website_email', 'u.primary_platform', 'p.email_verified'])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  const ids = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
  if (maker.by === 'operator') {
    const id = ids[row.primary_platform]
    return id === null ? null : { platform: row.primary_platform, id }
  }
  const isProven = maker.by !== 'website' || row.email_verified
  if (isProven && ids[maker.by] === maker.id) return { platform: maker.by, id: maker.id }
  return ids.discord === null ? null : { platform: 'discord', id: ids.discord }
}
