import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'

export type ListedEvent = {
  id: string
  seq: number
  accountId: number
  type: string
  source: string
  xp: number
  coins: number
  processed: boolean
  createdAt: Date
  data: Record<string, unknown>
}

/** The newest events, or one account's newest. */
export async function listEvents(
  reader: Reader,
  { limit, accountId, unprocessed = false }: { limit: number; accountId?: number; unprocessed?: boolean },
): Promise<ListedEvent[]> {
  let query = reader
    .selectFrom('cross_platform_events')
    .select([
      'id',
      'seq',
      'user_id',
      'event_type',
      'source_platform',
      'xp_delta',
      'coins_delta',
      'processed',
      'created_at',
      'data',
    ])
    .limit(limit)
  if (accountId !== undefined) query = query.where('user_id', '=', accountId)
  if (unprocessed) query = query.where('processed', '=', false).orderBy('created_at', 'desc')
  else query = query.orderBy('seq', 'desc')
  const rows = await query.execute()
  return rows.map((row) => ({
    id: row.id,
    seq: row.seq,
    accountId: row.user_id,
    type: row.event_type,
    source: row.source_platform,
    xp: row.xp_delta,
    coins: row.coins_delta,
    processed: row.processed,
    createdAt: row.created_at,
    data: row.data,
  }))
}

export type FailedDelivery = {
  id: number
  eventId: string
  eventType: string
  accountId: number
  destination: string
  attempts: number
  error: string | null
  failedAt: Date
}

/** Deliveries that failed for good, newest first. */
export async function listFailed(reader: Reader, limit: number): Promise<FailedDelivery[]> {
  const { rows } = await sql<FailedDelivery>`
    select d.id, d.event_id as "eventId", e.event_type as "eventType", d.account_id as "accountId", d.destination,
      d.attempts, d.last_error as error, d.ended_at as "failedAt"
    from ttfd.deliveries d join cross_platform_events e on e.id = d.event_id
    where d.state = 'failed' order by d.id desc limit ${limit}`.execute(reader)
  return rows
}

/** Opens failed deliveries again (all, or those named) and wakes the worker; returns how many. */
export async function retryFailed(db: Database, ids: readonly number[] | 'all'): Promise<number> {
  return db.transaction(async (tx) => {
    const chosen = ids === 'all' ? sql`true` : sql`id = any(${ids as number[]}::bigint[])`
    const { rows } = await sql<{ event_id: string }>`
      update ttfd.deliveries set state = 'open', ended_at = null, attempts = 0, outcome = null, available_at = now()
      where state = 'failed' and ${chosen} returning event_id`.execute(tx)
    const eventIds = rows.map((row) => row.event_id)
    await sql`update cross_platform_events set processed = false, processed_at = null
      where id = any(${eventIds}::uuid[])`.execute(tx)
    await sql`select pg_notify('ttfd_deliveries', '')`.execute(tx)
    return rows.length
  })
}
