import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { KeyedHash } from '../../db/keyed-hash.js'
import { takeInMarks } from '../deletion/take-in-marks.js'
import { writeLinkEvents } from '../linking/link-events.js'
import { dropClosedEmail, settleUnproven } from './unproven-emails.js'

/**
 * Gives an account its proven address, when it has none and nobody is or was known by that address: one that left an
 * account must not come back by itself. Returns whether the account has the address now.
 */
export async function attachEmail(
  tx: Tx,
  { accountId, email, by }: { accountId: number; email: string; by: 'discord' | 'website' },
  newId: () => string,
  keyedHash: KeyedHash | null,
): Promise<boolean> {
  const row = await tx
    .selectFrom('unified_users')
    .select('website_email')
    .where('id', '=', accountId)
    .forUpdate()
    .executeTakeFirst()
  if (!row) return false
  await settleUnproven(tx, { email, accountId })
  // What Discord says fills an empty place; whether a claimed address is to go, the member is asked.
  const gaveWay = by === 'website' && row.website_email !== email && (await dropClosedEmail(tx, accountId))
  const isFree = row.website_email === null || gaveWay
  if (!isFree) return row.website_email === email
  // The identity's row decides a race between two accounts: one of the two inserts it.
  const { rows } = await sql`
    insert into ttfd.identities (platform, platform_id, account_id)
    select 'website', ${email}, ${accountId}
    where not exists (select from unified_users where website_email = ${email})
    on conflict (platform, platform_id) do nothing returning account_id`.execute(tx)
  if (rows.length === 0) return false
  await takeInMarks(tx, { accountId, identity: { platform: 'website', id: email } }, keyedHash)
  await tx.updateTable('unified_users').set({ website_email: email }).where('id', '=', accountId).execute()
  await writeLinkEvents(
    tx,
    [
      {
        accountId,
        type: 'account_linked',
        source: 'website',
        data: { platform: 'website', by },
        key: `website_email:${newId()}`,
        tell: [],
      },
    ],
    newId,
  )
  return true
}
