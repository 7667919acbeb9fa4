import type { Database } from '../../db/connect.js'
import { tellAccount } from '../linking/tell-account.js'
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
  const event = {
    accountId,
    type: 'signed_in',
    source: by === 'operator' ? 'website' : by,
    data: { by, ...device },
    key: `signed_in:${linkId}`,
  } as const
  await db.transaction((tx) => tellAccount(tx, event, newId))
}
