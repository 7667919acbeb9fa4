import { type RawBuilder, sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { withFamily } from '../accounts/family.js'
import type { ListedEvent } from '../deliveries/list-events.js'
import type { EventType } from '../events/event-types.js'

/** A page looks at so many events and no further, so that it costs the same however rare what is asked for is. */
export const LOOKED_AT_MAX = 5_000

export const EVENT_ORIGINS = ['telegram', 'discord', 'website', 'api', 'system'] as const
type EventOrigin = (typeof EVENT_ORIGINS)[number]

export type EventFilter = {
  type: EventType | null
  origin: EventOrigin | null
  /** `waiting`: a delivery of it is still open. */
  state: 'waiting' | 'done' | null
  /** Also what belongs to accounts that were merged into this one. */
  accountId: number | null
}

/** `next`: pass it on as `before`; null at the end. A page may be shorter than its limit and have a next one. */
export type EventsPage = { events: ListedEvent[]; next: number | null }

/** A page of events for an admin, newest first, before the number `before`. */
export async function browseEvents(
  reader: Reader,
  { type, origin, state, accountId }: EventFilter,
  { before, limit }: { before: number | null; limit: number },
): Promise<EventsPage> {
  const from = before ?? Number.MAX_SAFE_INTEGER
  const newest = (where: RawBuilder<unknown>, order: RawBuilder<unknown> = sql`e.seq`) => sql`
    select e.* from cross_platform_events e where ${where} and e.seq < ${from}
    order by ${order} desc limit ${LOOKED_AT_MAX}`
  // Each way begins with an index: of the account, of what waits, of the order.
  const looked =
    accountId !== null
      ? sql`select l.* from family f cross join lateral (${newest(sql`e.user_id = f.id`)}) l
          order by l.seq desc limit ${LOOKED_AT_MAX}`
      : state === 'waiting'
        ? newest(sql`not e.processed`, sql`e.created_at`)
        : newest(sql`true`)
  const { rows } = await sql<ListedEvent & { last: number; looked: number }>`
    ${withFamily(accountId ?? 0)}, looked as materialized (${looked})
    select l.id, l.seq, l.user_id as "accountId", l.event_type as type, l.source_platform as source, l.xp_delta as xp,
      l.coins_delta as coins, l.processed, l.created_at as "createdAt", l.data, ends.last, ends.looked
    from (select min(seq) as last, count(*)::int as looked from looked) ends
      left join lateral (
        select * from looked l
        where (${type}::text is null or l.event_type = ${type})
          and (${origin}::text is null or l.source_platform = ${origin}
            or (${origin} = 'api' and l.source_platform like 'api:%'))
          and (${state}::text is null or l.processed = (${state} = 'done'))
        order by l.seq desc limit ${limit + 1}
      ) l on true
    order by l.seq desc`.execute(reader)
  const found = rows.filter((row) => row.id !== null)
  const events = found.slice(0, limit).map(({ last: _, looked: __, ...event }) => event)
  const [first] = rows
  const isFurther = first !== undefined && first.looked === LOOKED_AT_MAX
  return { events, next: found.length > limit ? (events.at(-1)?.seq ?? null) : isFurther ? first.last : null }
}
