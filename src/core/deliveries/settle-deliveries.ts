import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import { BEGIN, COMMIT } from '../../db/pipelined.js'
import type { Statement, StatementRunner } from '../../db/statement.js'
import type { ClaimedDelivery } from './delivery.js'

/** What becomes of a leased delivery. */
export type Settlement =
  | { state: 'delivered' | 'skipped' | 'failed'; note: string | null }
  /** Stays open; `counts` false means that it was no attempt. */
  | { state: 'open'; afterSeconds: number; error: string; outcome: 'unknown' | null; counts: boolean }

export type Settled = { delivery: ClaimedDelivery; settlement: Settlement }

type End = { id: number; token: string; state: string; note: string | null; siblings: boolean }
type Stay = { id: number; token: string; settlement: Settlement & { state: 'open' } }

/**
 * Writes outcomes in one transaction, each only where its lease still holds; says of each whether it did (else somebody
 * else's outcome counts). `processed` of an event turns true when all of its deliveries have ended: events with more
 * than one are locked first, since two workers that end two deliveries of one event would else both leave it.
 */
export async function settleDeliveries(
  runner: StatementRunner,
  settled: readonly Settled[],
): Promise<boolean[]> {
  const ends: End[] = []
  const stays: Stay[] = []
  const shared = new Set<string>()
  for (const { delivery, settlement } of settled) {
    for (const { id, eventId, hasSiblings } of delivery.rows) {
      const { token } = delivery
      if (settlement.state === 'open') stays.push({ id, token, settlement })
      else {
        ends.push({ id, token, state: settlement.state, note: settlement.note, siblings: hasSiblings })
        if (hasSiblings) shared.add(eventId)
      }
    }
  }
  const work = [
    ...(shared.size > 0 ? [lockEvents([...shared])] : []),
    ...(ends.length > 0 ? [endStatement(ends)] : []),
    ...(stays.length > 0 ? [stayStatement(stays)] : []),
  ]
  // One statement is a transaction of its own.
  const answers = await runner.run(work.length > 1 ? [BEGIN, ...work, COMMIT] : work)
  const written = new Set(answers.flat().map((row) => row.written as number | undefined))
  return settled.map(({ delivery }) => delivery.rows.some(({ id }) => written.has(id)))
}

function lockEvents(eventIds: readonly string[]): Statement {
  return {
    name: 'lock_events',
    text: `select from cross_platform_events where id = any($1::uuid[]) order by id for no key update`,
    values: [eventIds],
  }
}

// A state that no partial index fits leaves the planner the keys, also when it believes the queue to be empty.
// Parts of one statement do not see each other's writes: what `ended` ends still looks open to the check.
function endStatement(ends: readonly End[]): Statement {
  return {
    name: 'end_deliveries',
    text: `
      with ended as (
        update ttfd.deliveries d set state = v.state, ended_at = now(), leased_until = null, lease_token = null,
          outcome = v.state, last_error = coalesce(v.note, d.last_error)
        from unnest($1::bigint[], $2::uuid[], $3::text[], $4::text[], $5::boolean[]) as v (id, token, state, note, siblings)
        where d.id = v.id and d.lease_token = v.token and coalesce(d.state, '') = 'open' returning d.id, d.event_id, v.siblings
      ), marked as (
        update cross_platform_events e set processed = true, processed_at = now() from ended
        where e.id = ended.event_id and not e.processed and (not ended.siblings or not exists (
          select from ttfd.deliveries o where o.event_id = e.id and o.state = 'open'
            and not exists (select from ended other where other.id = o.id)))
      )
      select id as written from ended`,
    values: [
      ends.map(({ id }) => id),
      ends.map(({ token }) => token),
      ends.map(({ state }) => state),
      ends.map(({ note }) => note),
      ends.map(({ siblings }) => siblings),
    ],
  }
}

function stayStatement(stays: readonly Stay[]): Statement {
  return {
    name: 'reopen_deliveries',
    text: `
      update ttfd.deliveries d set available_at = now() + v.after * interval '1 second', leased_until = null,
        lease_token = null, last_error = v.error, outcome = v.outcome, attempts = d.attempts - v.uncounted
      from unnest($1::bigint[], $2::uuid[], $3::float8[], $4::text[], $5::text[], $6::int[])
        as v (id, token, after, error, outcome, uncounted)
      where d.id = v.id and d.lease_token = v.token and coalesce(d.state, '') = 'open' returning d.id as written`,
    values: [
      stays.map(({ id }) => id),
      stays.map(({ token }) => token),
      stays.map(({ settlement }) => settlement.afterSeconds),
      stays.map(({ settlement }) => settlement.error),
      stays.map(({ settlement }) => settlement.outcome),
      stays.map(({ settlement }) => (settlement.counts ? 0 : 1)),
    ],
  }
}

/** Counts a notice against the person's five of the day. */
export async function countNotice(db: Database, telegramId: string, timeZone: string): Promise<void> {
  await sql`
    update ttfd.identities set
      notices_today = case when notices_day = (now() at time zone ${timeZone})::date then notices_today + 1 else 1 end,
      notices_day = (now() at time zone ${timeZone})::date
    where platform = 'telegram' and platform_id = ${telegramId}`.execute(db.kysely)
}
