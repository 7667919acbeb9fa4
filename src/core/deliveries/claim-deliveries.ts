import { randomUUID } from 'node:crypto'
import type { Statement, StatementRunner } from '../../db/statement.js'
import type { ClaimedDelivery, DeliveredEvent, Recipient } from './delivery.js'

/** Where the last claim of a destination ended: what is due is gone through in this order. */
export type DuePlace = { us: number; id: number }

/** How much of one destination is wanted. */
export type Wanted = {
  destination: string
  /** Groups at most. */
  room: number
  /** Only what is due after this; null: from the start. */
  after?: DuePlace | null
  /** Leaves out what has been due for longer: a look that is made often need not walk over what was carried long ago. */
  dueWithinSeconds?: number | null
}

export type ClaimOptions = {
  wanted: readonly Wanted[]
  leaseSeconds: number
  timeZone: string
}

/** Groups with all of their events in one message; more of them wait for the next one. */
const EVENTS_PER_GROUP_MAX = 200
const FOR_EVER_SECONDS = 1e9

/**
 * Leases what is due: for each account and destination the oldest open delivery together with the later ones, so that
 * order holds and ten events become one call. What may have arrived before is never mixed with what was never sent: a
 * doubt about the one would else end the other. Any number of workers may claim at once. Times are the database's.
 */
export async function claimDeliveries(
  runner: StatementRunner,
  options: ClaimOptions,
): Promise<ClaimedDelivery[]> {
  const token = randomUUID()
  const [rows = []] = await runner.run([claimStatement(options, token)])
  const groups = new Map<number, ClaimedDelivery>()
  for (const row of rows as ClaimedRow[]) {
    let group = groups.get(row.head)
    if (!group) {
      group = newDelivery(row, token)
      groups.set(row.head, group)
    }
    group.events.push(eventOf(row))
    group.rows.push({ id: row.id, eventId: row.event_id, hasSiblings: row.has_siblings })
  }
  return [...groups.values()]
}

function claimStatement(options: ClaimOptions, token: string): Statement {
  const { wanted, leaseSeconds, timeZone } = options
  return {
    name: 'claim_deliveries',
    text: CLAIM,
    values: [
      wanted.map(({ destination }) => destination),
      wanted.map(({ room }) => room),
      wanted.map(({ after }) => after?.us ?? 0),
      wanted.map(({ after }) => after?.id ?? 0),
      wanted.map(({ dueWithinSeconds }) => dueWithinSeconds ?? FOR_EVER_SECONDS),
      token,
      leaseSeconds,
      timeZone,
    ],
  }
}

// Heads are locked (others skip them), and looked at again once locked. A head that is leased or not yet due holds up
// what follows it. `lost`: how often nobody knows whether a call arrived. An order or a limit where none seems needed
// (and a state that no partial index fits) leaves the planner one way only, also when it believes the queue to be empty.
const CLAIM = `
  with heads as materialized (
    select h.* from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::float8[])
        as w (destination, room, after_us, after_id, within)
      cross join lateral (
        select d.id, d.account_id, d.destination, d.recipient_id, d.attempts, d.available_at,
          (d.leased_until is not null)::int + (d.outcome is not distinct from 'unknown')::int as lost
        from ttfd.deliveries d
        where d.state = 'open' and d.destination = w.destination and d.available_at <= now()
          and (d.available_at, d.id) > (greatest('epoch'::timestamptz + w.after_us * interval '1 microsecond',
            now() - w.within * interval '1 second'), w.after_id)
          and (d.leased_until is null or d.leased_until < now())
          and d.id = (
            select o.id from ttfd.deliveries o where o.account_id = d.account_id and o.destination = d.destination
              and o.recipient_id is not distinct from d.recipient_id and o.state = 'open' order by o.id limit 1)
        order by d.available_at, d.id limit w.room for update skip locked
      ) h
  ), members as (
    select heads.id as head, heads.lost, heads.available_at, heads.attempts, m.id from heads cross join lateral (
      select g.id from (
        select o.id, bool_and(
          (o.leased_until is not null or o.outcome is not distinct from 'unknown') = (heads.lost > 0)) over (order by o.id) as alike
        from ttfd.deliveries o
        where o.account_id = heads.account_id and o.destination = heads.destination
          and o.recipient_id is not distinct from heads.recipient_id and o.state = 'open'
        order by o.id limit ${EVENTS_PER_GROUP_MAX}
      ) g where g.alike
    ) m
  ), leased as (
    update ttfd.deliveries d set lease_token = $6::uuid, leased_until = now() + $7::float8 * interval '1 second',
      attempts = d.attempts + 1, outcome = case when members.lost > 0 then 'unknown' else d.outcome end
    from members where d.id = members.id and coalesce(d.state, '') = 'open'
    returning d.id, d.event_id, d.account_id, d.destination, d.recipient_id,
      members.head, members.lost, members.attempts, members.available_at
  )
  select l.id, l.head, l.account_id, l.destination, l.recipient_id, l.attempts, l.lost,
    (extract(epoch from l.available_at) * 1000000)::bigint as due_us,
    exists (select from ttfd.deliveries s where s.event_id = l.event_id and s.id <> l.id) as has_siblings,
    e.id as event_id, e.event_type, e.source_platform, e.data, extract(epoch from e.created_at)::float8 as created,
    extract(epoch from now() - e.created_at)::float8 as age,
    u.id is not null or l.recipient_id is not null as living, coalesce(u.display_name, '') as display_name, u.locale,
    tell.telegram_id, tell.discord_id, u.website_email,
    coalesce(s.notices and case when l.destination like 'telegram%' then s.notices_telegram else s.notices_discord end, true) as notices,
    s.quiet_from, s.quiet_to, coalesce(i.reachable, false) as reachable,
    case when i.notices_day = (now() at time zone $8::text)::date then i.notices_today else 0 end as notices_today
  from leased l
    join cross_platform_events e on e.id = l.event_id
    left join unified_users own on own.id = l.account_id
    -- What is due for an account that was joined to another goes to that one.
    left join unified_users u on u.id = coalesce(own.id, ttfd.living_account(l.account_id))
    cross join lateral (select
      case when l.recipient_id is not null and l.destination like 'telegram%' then l.recipient_id else u.telegram_id end as telegram_id,
      case when l.recipient_id is not null and l.destination like 'discord%' then l.recipient_id else u.discord_id end as discord_id
    ) tell
    left join ttfd.account_settings s on s.account_id = u.id
    left join lateral (
      select * from ttfd.identities where platform = 'telegram' and platform_id = tell.telegram_id limit 1) i on true
  order by l.id`

type ClaimedRow = {
  id: number
  head: number
  account_id: number
  destination: string
  recipient_id: string | null
  attempts: number
  lost: number
  due_us: number
  has_siblings: boolean
  event_id: string
  event_type: string
  source_platform: string
  data: Record<string, unknown>
  created: number
  age: number
  living: boolean
  display_name: string
  locale: string | null
  telegram_id: string | null
  discord_id: string | null
  website_email: string | null
  notices: boolean
  quiet_from: number | null
  quiet_to: number | null
  reachable: boolean
  notices_today: number
}

function newDelivery(row: ClaimedRow, token: string): ClaimedDelivery {
  return {
    destination: row.destination,
    accountId: row.account_id,
    recipientId: row.recipient_id,
    token,
    attempts: row.attempts + 1,
    events: [],
    recipient: row.living ? recipientOf(row) : null,
    ageSeconds: row.age,
    maybeArrived: row.lost > 0,
    resent: row.lost > 1,
    rows: [],
    place: { us: row.due_us, id: row.head },
  }
}

function recipientOf(row: ClaimedRow): Recipient {
  return {
    accountId: row.account_id,
    displayName: row.display_name,
    locale: row.locale,
    telegramId: row.telegram_id,
    discordId: row.discord_id,
    email: row.website_email,
    notices: row.notices,
    quiet:
      row.quiet_from === null || row.quiet_to === null ? null : { from: row.quiet_from, to: row.quiet_to },
    telegramReachable: row.reachable,
    noticesToday: row.notices_today,
  }
}

function eventOf(row: ClaimedRow): DeliveredEvent {
  return {
    id: row.event_id,
    type: row.event_type,
    source: row.source_platform,
    data: row.data,
    createdAt: new Date(row.created * 1000),
  }
}
