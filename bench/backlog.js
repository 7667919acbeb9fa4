// A backlog of a million events with one delivery each, drained by two worker processes to a destination that takes
// everything at once: leases, order per account and destination, outcomes and `processed` as always. Beside it
// graphile-worker in two processes on the same server with tasks that do nothing: as its manual starts it, and tuned.
// @ts-check
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { runMigrations } from 'graphile-worker'
import { sql } from 'kysely'
import pg from 'pg'
import { benchDatabase } from './support/bench-database.js'

const WORKERS = 2
const COUNTS = { ours: 1_000_000, installed: 20_000, tuned: 200_000 }
/** The destinations of people's notices; a fourth of the deliveries goes to each. */
const LANES = ['telegram', 'discord', 'telegram_account', 'discord_account']
const QUICK_SHARE = 0.05
const AIM_SECONDS = 60
const FILE = fileURLToPath(new URL('./support/drain-server.js', import.meta.url))

/** Several jobs at a time, as its manual recommends; else as it comes. */
const INSTALLED = { concurrentJobs: 24 }
/** Its own words for more speed: jobs fetched ahead, completions in batches. */
const TUNED = {
  concurrentJobs: 24,
  maxPoolSize: 10,
  localQueue: { size: 500 },
  completeJobBatchDelay: 0,
  failJobBatchDelay: 0,
}

/**
 * @param {{ server: { url: string }, say: (line: string) => void, quick?: boolean }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchBacklog({ server, say, quick = false }) {
  const share = (/** @type {number} */ count) => Math.round(count * (quick ? QUICK_SHARE : 1))
  const installed = await graphile(server, 'installed', share(COUNTS.installed), INSTALLED)
  say(`graphile-worker as installed: ${installed.toFixed(0)} jobs/s`)
  const tuned = await graphile(server, 'tuned', share(COUNTS.tuned), TUNED)
  say(`graphile-worker tuned: ${tuned.toFixed(0)} jobs/s`)
  const count = share(COUNTS.ours)
  const seconds = await ours(server, count, say)
  const rate = count / seconds
  say(`${count} deliveries in ${seconds.toFixed(1)} s: ${rate.toFixed(0)}/s`)
  const beside = (/** @type {string} */ name, /** @type {number} */ outside, /** @type {string} */ aim) => {
    return { name, ours: rate, outside, unit: '1/s', ratio: rate / outside, aim }
  }
  return [
    {
      name: `${count} events with one delivery each, two workers, drained; outside: as many jobs of graphile-worker, tuned`,
      ours: seconds,
      outside: count / tuned,
      unit: 's',
      ratio: (seconds * tuned) / count,
      aim: `<= ${AIM_SECONDS} s`,
    },
    beside(
      'deliveries per second ÷ jobs of graphile-worker as installed, empty tasks, 24 at a time',
      installed,
      '>= 6',
    ),
    beside('the same ÷ graphile-worker with local queue and batched completion', tuned, '>= 1'),
  ]
}

/** @param {{ url: string }} server @param {number} count @param {(line: string) => void} say @returns {Promise<number>} seconds */
async function ours(server, count, say) {
  const { db, url } = await benchDatabase(server.url, count / LANES.length, `bench_backlog_${count}`)
  try {
    // Ids in the order of time, as the program gives them. No two deliveries have account and destination in common, so
    // that each is a call of its own.
    await sql`
      insert into cross_platform_events (id, user_id, event_type, source_platform, dedupe_key, data)
      select overlay(left(lpad(to_hex(1764000000000 + i / 2), 12, '0') || '7' || md5(i::text), 32) placing '8' from 17 for 1)::uuid, 1 + i % ${count / LANES.length}::int,
        'rank_up', 'discord', 'rank:' || i || ':2', '{"old_rank": 1, "new_rank": 2, "reward_coins": 50}'
      from generate_series(0, ${count}::int - 1) i`.execute(db.kysely)
    await sql`insert into ttfd.deliveries (event_id, account_id, destination)
      select id, user_id, (${sql.lit(`{${LANES.join(',')}}`)}::text[])[1 + (row_number() over (order by seq) - 1) / ${count / LANES.length}::int]
      from cross_platform_events order by seq`.execute(db.kysely)
    await sql`vacuum analyze`.execute(db.kysely)
    await sql`checkpoint`.execute(db.kysely)
    say(`${count} events wait`)
    const seconds = await drain({ kind: 'ours', url }, count)
    const { rows } = await sql`
      select (select count(*) from cross_platform_events where not processed) +
        (select count(*) from ttfd.deliveries where state <> 'delivered' or attempts <> 1) as left`.execute(
      db.kysely,
    )
    const [{ left }] = /** @type {[{ left: number }]} */ (rows)
    if (left !== 0) throw new Error(`${left} events or deliveries did not end as they must`)
    return seconds
  } finally {
    await db.close()
  }
}

/** @param {{ url: string }} server @param {string} name @param {number} count @param {object} options @returns {Promise<number>} jobs a second */
async function graphile(server, name, count, options) {
  const admin = new pg.Client(server.url)
  await admin.connect()
  await admin.query(`create database bench_graphile_${name}`)
  await admin.end()
  const url = server.url.replace(/postgres$/, `bench_graphile_${name}`)
  await runMigrations({ connectionString: url })
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(
      `select graphile_worker.add_jobs(array(
        select row('empty', '{}'::json, null, null, null, null, null, null)::graphile_worker.job_spec from generate_series(1, ${count})))`,
    )
    await client.query('vacuum analyze')
    await client.query('checkpoint')
    const seconds = await drain({ kind: 'graphile', url, options }, count)
    const { rows } = await client.query('select count(*)::int as left from graphile_worker._private_jobs')
    if (rows[0].left !== 0) throw new Error(`${rows[0].left} jobs of graphile-worker were left`)
    return count / seconds
  } finally {
    await client.end()
  }
}

/**
 * Starts the workers and waits until all is carried. @param {object} start @param {number} count
 * @returns {Promise<number>} seconds
 */
async function drain(start, count) {
  const children = Array.from({ length: WORKERS }, () =>
    fork(FILE, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  )
  await Promise.all(children.map((child) => once(child, 'message')))
  const began = performance.now()
  const counts = children.map(() => 0)
  await new Promise((resolve, reject) => {
    for (const [n, child] of children.entries()) {
      child.on('message', (/** @type {any} */ message) => {
        counts[n] = message.done
        if (counts.reduce((sum, one) => sum + one, 0) >= count) resolve(undefined)
      })
      child.once('exit', (code) => reject(new Error(`a worker of the bench ended with ${code}`)))
      child.send(start)
    }
  })
  const seconds = (performance.now() - began) / 1000
  await Promise.all(
    children.map((child) => {
      child.removeAllListeners('exit')
      child.send({ stop: true })
      return once(child, 'exit')
    }),
  )
  return seconds
}
