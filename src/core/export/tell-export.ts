import type { Database } from '../../db/connect.js'
import { tellAccount } from '../linking/tell-account.js'

/** Tells every identity of an account that its data are being taken along. Nothing happens for one that is not living. */
export async function tellExport(
  db: Database,
  { accountId, by }: { accountId: number; by: 'website' | 'operator' },
  newId: () => string,
): Promise<void> {
  const event = {
    accountId,
    type: 'data_exported',
    source: by === 'operator' ? 'system' : by,
    data: { by },
    key: `data_exported:${newId()}`,
  } as const
  await db.transaction((tx) => tellAccount(tx, event, newId))
}
