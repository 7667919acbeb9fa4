import type { Tx } from '../../db/connect.js'
import { type LinkEvent, writeLinkEvents } from './link-events.js'
import { identitiesOf } from './link-side.js'

/** Writes a fact about a living account and tells every identity of it; nothing happens for one that is not living. */
export async function tellAccount(
  tx: Tx,
  event: Omit<LinkEvent, 'tell'>,
  newId: () => string,
): Promise<void> {
  const row = await tx
    .selectFrom('unified_users')
    .select(['telegram_id', 'discord_id', 'website_email'])
    .where('id', '=', event.accountId)
    .executeTakeFirst()
  if (!row) return
  const identities = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
  await writeLinkEvents(tx, [{ ...event, tell: identitiesOf({ identities }) }], newId)
}
