import type { Statement } from '../../db/statement.js'
import type { ClaimOptions } from './claim-deliveries.js'
import type { OpenedDelivery } from './leasing.js'

/** Groups with all of their events in one message; more of them wait for the next one. */
const EVENTS_PER_GROUP_MAX = 200
const FOR_EVER_SECONDS = 1e9

/**
 * These statements reach all rows by keys; what the planner believes about a queue is seldom still true, and planning a
 * claim anew takes longer than running it.
 */
export const PLANNER = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_bitmapscan: 'off',
  enable_memoize: 'off',
  enable_material: 'off',
} as const

/** The same for the rest of one transaction. */
export const PLAN_BY_KEYS: Statement = {
  name: 'plan_by_keys',
  text: `select ${Object.entries(PLANNER)
    .map(([setting, value]) => `set_config('${setting}', '${value}', true)`)
    .join(', ')}`,
  values: [],
}

/** Leases what is due at the wanted destinations. */
export function claimStatement(options: ClaimOptions, token: string): Statement {
  const { wanted, leaseSeconds, timeZone } = options
  return {
    name: 'claim_deliveries',
    text: CLAIM_DUE,
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

/**
 * Leases what is due for these accounts at these destinations: for the transaction that opens it, so that its commit
 * is the lease's as well.
 */
export function claimOpenedStatement(
  opened: readonly OpenedDelivery[],
  { leaseSeconds, timeZone }: Omit<ClaimOptions, 'wanted'>,
  token: string,
): Statement {
  return {
    name: 'claim_opened',
    text: CLAIM_OPENED,
    values: [
      opened.map(({ accountId }) => accountId),
      opened.map(({ destination }) => destination),
      token,
      leaseSeconds,
      timeZone,
    ],
  }
}

// Heads are locked (others skip them), and looked at again once locked. A head that is leased or not yet due holds up
// what follows it. An order or a limit where none seems needed (and a state that no partial index fits) leaves the
// planner one way only, also when it believes the queue to be empty.
const HEAD = `d.id, d.account_id, d.destination, d.recipient_id, d.attempts, d.available_at,
          (d.leased_until is not null)::int + (d.outcome is not distinct from 'unknown')::int as lost`
const IS_HEAD = `d.available_at <= now() and (d.leased_until is null or d.leased_until < now())
          and d.id = (
            select o.id from ttfd.deliveries o where o.account_id = d.account_id and o.destination = d.destination
              and o.recipient_id is not distinct from d.recipient_id and o.state = 'open' order by o.id limit 1)`

const HEADS_DUE = `
    select h.* from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::float8[])
        as w (destination, room, after_us, after_id, within)
      cross join lateral (
        select ${HEAD}
        from ttfd.deliveries d
        where d.state = 'open' and d.destination = w.destination
          and (d.available_at, d.id) > (greatest('epoch'::timestamptz + w.after_us * interval '1 microsecond',
            now() - w.within * interval '1 second'), w.after_id)
          and ${IS_HEAD}
        order by d.available_at, d.id limit w.room for update skip locked
      ) h`

const HEADS_OPENED = `
    select h.* from unnest($1::bigint[], $2::text[]) as w (account_id, destination)
      cross join lateral (
        select ${HEAD}
        from ttfd.deliveries d
        where d.state = 'open' and d.account_id = w.account_id and d.destination = w.destination
          and d.recipient_id is null and ${IS_HEAD}
        order by d.id limit 1 for update skip locked
      ) h`

// `lost`: how often nobody knows whether a call arrived. The lease counts from the statement, not from the begin of a
// transaction that had other things to do before.
const leaseHeads = (heads: string, token: string, seconds: string, zone: string) => `
  with heads as materialized (${heads}
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
    update ttfd.deliveries d set lease_token = ${token}::uuid, leased_until = clock_timestamp() + ${seconds}::float8 * interval '1 second',
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
    case when i.notices_day = (now() at time zone ${zone}::text)::date then i.notices_today else 0 end as notices_today
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

const CLAIM_DUE = leaseHeads(HEADS_DUE, '$6', '$7', '$8')
const CLAIM_OPENED = leaseHeads(HEADS_OPENED, '$3', '$4', '$5')

export type ClaimedRow = {
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
