import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import type { DeliveredEvent, Delivery, Recipient } from './delivery.js'

export type ClaimOptions = {
  destinations: readonly string[]
  limit: number
  leaseSeconds: number
  timeZone: string
}

/**
 * Leases what is due: for each account and destination the oldest open delivery together with the later ones, so that
 * order holds and ten events become one call. What may have arrived before is never mixed with what was never sent: a
 * doubt about the one would else end the other. Any number of workers may claim at once. Times are the database's.
 */
export async function claimDeliveries(db: Database, options: ClaimOptions): Promise<Delivery[]> {
  const { destinations, limit, leaseSeconds, timeZone } = options
  const claim = randomUUID()
  const { rows } = await sql<ClaimedRow>`
    with due as (
      select d.id, d.account_id, d.destination, d.recipient_id, d.attempts,
        (d.leased_until is not null)::int + (d.outcome is not distinct from 'unknown')::int as lost_answers
      from ttfd.deliveries d
      where d.state = 'open' and d.available_at <= now() and (d.leased_until is null or d.leased_until < now())
        and d.destination = any(${destinations as string[]}::text[])
        and not exists (
          select from ttfd.deliveries older where older.account_id = d.account_id
            and older.destination = d.destination and older.recipient_id is not distinct from d.recipient_id
            and older.state = 'open' and older.id < d.id)
      order by d.available_at limit ${limit} for update skip locked
    ), leased as (
      update ttfd.deliveries d set lease_token = ${claim}, leased_until = now() + ${leaseSeconds} * interval '1 second',
        attempts = d.attempts + 1, outcome = case when due.lost_answers > 0 then 'unknown' else d.outcome end
      from due where d.account_id = due.account_id and d.destination = due.destination
        and d.recipient_id is not distinct from due.recipient_id and d.state = 'open'
        and not exists (
          select from ttfd.deliveries other where other.account_id = due.account_id
            and other.destination = due.destination and other.recipient_id is not distinct from due.recipient_id
            and other.state = 'open' and other.id <= d.id
            and (other.leased_until is not null or other.outcome is not distinct from 'unknown') <> (due.lost_answers > 0))
      returning d.id, d.event_id, d.account_id, d.destination, d.recipient_id, due.attempts, due.lost_answers
    )
    select l.account_id, l.destination, l.recipient_id, l.attempts, l.lost_answers,
      e.id as event_id, e.event_type, e.source_platform, e.data, e.created_at,
      extract(epoch from now() - e.created_at)::float8 as age,
      u.id is not null or l.recipient_id is not null as living, coalesce(u.display_name, '') as display_name, u.locale,
      tell.telegram_id, tell.discord_id,
      coalesce(s.notices and case when l.destination like 'telegram%' then s.notices_telegram else s.notices_discord end, true) as notices,
      s.quiet_from, s.quiet_to, coalesce(i.reachable, false) as reachable,
      case when i.notices_day = (now() at time zone ${timeZone})::date then i.notices_today else 0 end as notices_today
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
      left join ttfd.identities i on i.platform = 'telegram' and i.platform_id = tell.telegram_id
    order by l.id`.execute(db.kysely)
  const groups = new Map<string, Delivery>()
  for (const row of rows) {
    const key = `${row.account_id}|${row.destination}|${row.recipient_id}`
    const group = groups.get(key) ?? newDelivery(row, claim)
    group.events.push(eventOf(row))
    groups.set(key, group)
  }
  return [...groups.values()]
}

type ClaimedRow = {
  account_id: number
  destination: string
  recipient_id: string | null
  attempts: number
  lost_answers: number
  event_id: string
  event_type: string
  source_platform: string
  data: Record<string, unknown>
  created_at: Date
  age: number
  living: boolean
  display_name: string
  locale: string | null
  telegram_id: string | null
  discord_id: string | null
  notices: boolean
  quiet_from: number | null
  quiet_to: number | null
  reachable: boolean
  notices_today: number
}

function newDelivery(row: ClaimedRow, token: string): Delivery {
  return {
    destination: row.destination,
    accountId: row.account_id,
    recipientId: row.recipient_id,
    token,
    attempts: row.attempts + 1,
    events: [],
    recipient: row.living ? recipientOf(row) : null,
    ageSeconds: row.age,
    maybeArrived: row.lost_answers > 0,
    resent: row.lost_answers > 1,
  }
}

function recipientOf(row: ClaimedRow): Recipient {
  return {
    accountId: row.account_id,
    displayName: row.display_name,
    locale: row.locale,
    telegramId: row.telegram_id,
    discordId: row.discord_id,
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
    createdAt: row.created_at,
  }
}
