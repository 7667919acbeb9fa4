import type { Database } from '../../db/connect.js'
import { writeLinkEvents } from '../linking/link-events.js'
import { identitiesOf } from '../linking/link-side.js'

/** Tells every identity of an account that its data are being taken along. Nothing happens for one that is not living. */
export async function tellExport(
  db: Database,
  { accountId, by }: { accountId: number; by: 'website' | 'operator' },
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
      type: 'data_exported',
      source: by === 'operator' ? 'system' : by,
      data: { by },
      key: `data_exported:${newId()}`,
      tell: identitiesOf({ identities }),
    } as const
    await writeLinkEvents(tx, [event], newId)
  })
}
