import type { Database } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import { retryFailed } from '../deliveries/list-events.js'

/** Opens failed deliveries again and writes down who asked, before it happens. Returns how many. */
export async function retryDeliveries(
  db: Database,
  ids: readonly number[] | 'all',
  actor: string,
): Promise<number> {
  await writeAudit(db.kysely, { actor, act: 'deliveries_retry', accountId: null, detail: { ids } })
  return retryFailed(db, ids)
}
