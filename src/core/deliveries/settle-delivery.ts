import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import type { Delivery } from './delivery.js'

/** What becomes of a leased delivery. */
export type Settlement =
  | { state: 'delivered' | 'skipped' | 'failed'; note: string | null }
  /** Stays open; `counts` false means that it was no attempt. */
  | { state: 'open'; afterSeconds: number; error: string; outcome: 'unknown' | null; counts: boolean }

/**
 * Writes the outcome, only where the lease still holds; false when it was lost (then somebody else's outcome counts).
 * Event rows are locked first: two workers that end two deliveries of one event would else both leave it unprocessed.
 */
export async function settleDelivery(
  db: Database,
  delivery: Delivery,
  settlement: Settlement,
): Promise<boolean> {
  const eventIds = delivery.events.map((event) => event.id)
  return db.transaction(async (tx) => {
    await sql`select id from cross_platform_events where id = any(${eventIds}::uuid[]) order by id for update`.execute(
      tx,
    )
    const mine = sql`lease_token = ${delivery.token} and account_id = ${delivery.accountId}
      and destination = ${delivery.destination} and recipient_id is not distinct from ${delivery.recipientId}::text and state = 'open'`
    if (settlement.state === 'open') {
      const { afterSeconds, error, outcome, counts } = settlement
      const { rows } = await sql`
        update ttfd.deliveries set available_at = now() + ${afterSeconds} * interval '1 second', leased_until = null,
          lease_token = null, last_error = ${error}, outcome = ${outcome}, attempts = attempts - ${counts ? 0 : 1}
        where ${mine} returning id`.execute(tx)
      return rows.length > 0
    }
    const { state, note } = settlement
    const { rows } = await sql`
      update ttfd.deliveries set state = ${state}, ended_at = now(), leased_until = null, lease_token = null,
        outcome = ${state}, last_error = coalesce(${note}, last_error)
      where ${mine} returning id`.execute(tx)
    await sql`
      update cross_platform_events e set processed = true, processed_at = now()
      where e.id = any(${eventIds}::uuid[]) and not e.processed
        and not exists (select from ttfd.deliveries d where d.event_id = e.id and d.state = 'open')`.execute(
      tx,
    )
    return rows.length > 0
  })
}

/** Counts a notice against the person's five of the day. */
export async function countNotice(db: Database, telegramId: string, timeZone: string): Promise<void> {
  await sql`
    update ttfd.identities set
      notices_today = case when notices_day = (now() at time zone ${timeZone})::date then notices_today + 1 else 1 end,
      notices_day = (now() at time zone ${timeZone})::date
    where platform = 'telegram' and platform_id = ${telegramId}`.execute(db.kysely)
}
