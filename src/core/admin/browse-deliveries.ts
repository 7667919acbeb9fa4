import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { DESTINATIONS, type Destination } from '../deliveries/delivery.js'
import type { EventType } from '../events/event-types.js'
import { LOOKED_AT_MAX } from './browse-events.js'

export const DELIVERY_STATES = ['failed', 'open', 'delivered', 'skipped'] as const
export type DeliveryWord = (typeof DELIVERY_STATES)[number]

export type DeliveryFilter = {
  state: DeliveryWord
  type: EventType | null
  destination: Destination | null
  accountId: number | null
}

export type BrowsedDelivery = {
  id: number
  eventType: string
  accountId: number
  destination: string
  state: DeliveryWord
  attempts: number
  /** Why it failed or was left out, or what went wrong last, as the program wrote it down. */
  note: string | null
  /** When it ended, or will be tried. */
  at: Date
}

/** A page of deliveries for an admin, newest first, before the number `before`. Looks at 5,000 of them at most. */
export async function browseDeliveries(
  reader: Reader,
  { state, type, destination, accountId }: DeliveryFilter,
  { before, limit }: { before: number | null; limit: number },
): Promise<{ deliveries: BrowsedDelivery[]; next: number | null }> {
  const from = before ?? Number.MAX_SAFE_INTEGER
  const places = destination === null ? DESTINATIONS : [destination]
  const share = Math.floor(LOOKED_AT_MAX / places.length)
  // What is open is found by destination, what failed has an index of its own; of the others the newest are looked at.
  const looked =
    state === 'open'
      ? sql`select l.* from unnest(${places}::text[]) as p (place) cross join lateral (
          select d.* from ttfd.deliveries d where d.state = 'open' and d.destination = p.place and d.id < ${from}
          order by d.available_at desc, d.id desc limit ${share}) l`
      : state === 'failed'
        ? sql`select d.* from ttfd.deliveries d where d.state = 'failed' and d.id < ${from}
            order by d.id desc limit ${LOOKED_AT_MAX}`
        : sql`select d.* from ttfd.deliveries d where d.id < ${from} order by d.id desc limit ${LOOKED_AT_MAX}`
  const { rows } = await sql<BrowsedDelivery & { last: number; looked: number }>`
    with looked as materialized (${looked})
    select l.*, ends.last, ends.looked
    from (select min(id) as last, count(*)::int as looked from looked) ends
      left join lateral (
        select d.id, e.event_type as "eventType", d.account_id as "accountId", d.destination, d.state, d.attempts,
          d.last_error as note, coalesce(d.ended_at, d.available_at) as at
        from looked d join cross_platform_events e on e.id = d.event_id
        where d.state = ${state} and (${type}::text is null or e.event_type = ${type})
          and (${destination}::text is null or d.destination = ${destination})
          and (${accountId}::bigint is null or d.account_id = ${accountId})
        order by d.id desc limit ${limit + 1}
      ) l on true
    order by l.id desc`.execute(reader)
  const found = rows.filter((row) => row.id !== null)
  const deliveries = found.slice(0, limit).map(({ last: _, looked: __, ...delivery }) => delivery)
  const [first] = rows
  // Of what is open one place may have more than its share.
  const isFurther = first !== undefined && first.looked >= (state === 'open' ? share : LOOKED_AT_MAX)
  return {
    deliveries,
    next: found.length > limit ? (deliveries.at(-1)?.id ?? null) : isFurther ? first.last : null,
  }
}
