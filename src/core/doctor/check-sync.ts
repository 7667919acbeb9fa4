import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { type Heartbeat, readHeartbeats } from '../duties/heartbeats.js'
import { type Finding, fail, ok, warn } from './finding.js'

/** Older than this without being processed, and nobody told it to wait: stuck. */
const STUCK_SECONDS = 60
/** Parts give a sign of life every 5 s. */
const ALIVE_SECONDS = 20

type SyncFacts = { waiting: number; stuck: number; oldestSeconds: number; failed: number }

/** Counts what waits. Snoozed deliveries (quiet hours, back-off) and those behind them are not stuck. */
async function readSyncFacts(reader: Reader): Promise<SyncFacts> {
  const { rows } = await sql<{ waiting: number; stuck: number; oldest: number }>`
    with waiting as (
      select e.created_at, e.created_at < now() - ${STUCK_SECONDS} * interval '1 second' and not exists (
        select from ttfd.deliveries d join ttfd.deliveries first
          on first.account_id = d.account_id and first.destination = d.destination
            and first.state = 'open' and first.id <= d.id
        where d.event_id = e.id and d.state = 'open'
          and greatest(first.available_at, first.leased_until) > now() - ${STUCK_SECONDS} * interval '1 second'
      ) as stuck
      from cross_platform_events e where not e.processed
    )
    select count(*)::int as waiting, (count(*) filter (where stuck))::int as stuck,
      coalesce(extract(epoch from now() - min(created_at) filter (where stuck)), 0)::float8 as oldest
    from waiting`.execute(reader)
  const failed = await sql<{ count: number }>`
    select count(*)::int as count from ttfd.deliveries where state = 'failed'`.execute(reader)
  const row = rows[0] ?? { waiting: 0, stuck: 0, oldest: 0 }
  return {
    waiting: row.waiting,
    stuck: row.stuck,
    oldestSeconds: Math.round(row.oldest),
    failed: failed.rows[0]?.count ?? 0,
  }
}

/** The queue of deliveries, the worker that empties it, and every part that gave a sign of life. */
export async function checkSync(reader: Reader): Promise<Finding[]> {
  const facts = await readSyncFacts(reader)
  const alive = (await readHeartbeats(reader)).filter((beat) => beat.ageSeconds < ALIVE_SECONDS)
  const findings = [queueFinding(facts)]
  if (facts.failed > 0) findings.push(warn('deliveries_failed', { count: facts.failed }))
  findings.push(workerFinding(alive, facts))
  return [...findings, ...alive.flatMap(partFindings)]
}

function queueFinding({ stuck, waiting, oldestSeconds }: SyncFacts): Finding {
  return stuck > 0
    ? fail('events_stuck', { count: stuck, seconds: oldestSeconds })
    : ok('events_ok', { count: waiting })
}

function workerFinding(alive: readonly Heartbeat[], facts: SyncFacts): Finding {
  const workers = alive.filter((beat) => beat.part === 'worker')
  if (workers.length > 0) return ok('worker_alive', { count: workers.length })
  return facts.stuck > 0 ? fail('worker_absent_with_work', { count: facts.stuck }) : warn('worker_absent')
}

function partFindings({ part, detail }: Heartbeat): Finding[] {
  const findings: Finding[] = []
  const said = typeof detail.detail === 'string' ? detail.detail : ''
  if (detail.ok === false) findings.push(fail('part_in_trouble', { part, detail: said }))
  else if (part !== 'worker') findings.push(ok('part_up', { part, detail: said }))
  // The website notes when a proxy's header came while TRUST_PROXY names no proxy.
  if (typeof detail.unlistedProxy === 'string')
    findings.push(warn('proxy_unlisted', { address: detail.unlistedProxy }))
  return findings
}

/** Hosts that run parts right now, by the first word of their holder. */
export async function readHosts(reader: Reader): Promise<string[]> {
  const alive = (await readHeartbeats(reader)).filter((beat) => beat.ageSeconds < ALIVE_SECONDS)
  return [...new Set(alive.map((beat) => beat.holder.split(':')[0] ?? ''))]
}
