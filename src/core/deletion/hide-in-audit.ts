import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'

/**
 * What operators did to an erased account stays in the log as an act without its person: no account, no details. What
 * an erased operator did stays with its details, by nobody.
 */
export async function hideInAudit(
  tx: Tx,
  { family, keys }: { family: readonly number[]; keys: readonly string[] },
): Promise<void> {
  await sql`update ttfd.audit_log set account_id = null, detail = '{"erased": true}'
    where account_id = any(${family as number[]}::bigint[])`.execute(tx)
  await sql`update ttfd.audit_log set actor = 'erased' where actor = any(${keys as string[]}::text[])`.execute(
    tx,
  )
}
