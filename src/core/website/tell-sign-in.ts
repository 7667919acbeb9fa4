import type { Database } from '../../db/connect.js'
import { writeLinkEvents } from '../linking/link-events.js'
import { identitiesOf } from '../linking/link-side.js'
import type { Device } from './device.js'

/** Tells every identity of an account that somebody signed in as it, how and from what. */
export async function tellSignIn(
  db: Database,
  {
    accountId,
    linkId,
    by,
    device,
  }: { accountId: number; linkId: string; by: 'telegram' | 'operator'; device: Device },
  newId: () => string,
): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await tx
      .selectFrom('unified_users')
      .select(['telegram_id', 'discord_id', 'website_email'])
      .where('id', '=', accountId)
      .executeTakeFirst()
    if (!row) return
    const identities = { telegram: row.telegram_id, discord: row.discord_id, website: row.website_email }
    const event = {
      accountId,
      type: 'signed_in',
      source: by === 'operator' ? 'website' : by,
      data: { by, ...device },
      key: `signed_in:${linkId}`,
      tell: identitiesOf({ identities }),
    } as const
    await writeLinkEvents(tx, [event], newId)
  })
}
