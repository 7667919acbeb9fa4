// A live import of three old stores by the built program, as an operator runs it: time, memory, and how both grow.
// Beside it the least that any import must do: one account, one member and one event each, by three plain statements of
// one session, and the same rows by psql's COPY.
// @ts-check
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openDatabase } from '../dist/db/connect.js'
import { migrate } from '../dist/db/migrator.js'
import { writeStores } from './support/old-stores.js'
import { secondsOf, secondsOfServer, serverOf } from './support/processor-time.js'

const BIN = fileURLToPath(new URL('../bin/ttfd', import.meta.url))
const FULL = { sizes: [10_000, 100_000, 1_000_000], embedded: 100_000 }
/** For every day: half a minute, and how time grows can be seen already. */
const QUICK = { sizes: [5_000, 50_000], embedded: 10_000 }
const ZONE = { timeZone: 'Europe/Moscow' }
const MEMORY_LOOK_MS = 200
/** Seconds that the aims of the issue allow, and for how many members. */
const AIM = { seconds: 60, members: 1_000_000, embeddedMembers: 100_000, megabytes: 512, pieceMs: 1_000 }

/**
 * @param {import('./benches.js').BenchOptions} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchImport({ server, say, quick }) {
  const { sizes, embedded } = quick ? QUICK : FULL
  const folder = mkdtempSync(join(tmpdir(), 'ttfd-bench-import-'))
  try {
    /** @type {Run[]} */
    const runs = []
    for (const members of sizes) {
      const stores = await writeStores(folder, members)
      const url = await emptyDatabase(server.url, `bench_import_${members}`)
      const { seconds: busy, value: run } = await whileServerWorks(url, () =>
        runImport(stores, { DATABASE_URL: url, DATA_DIR: folder }),
      )
      runs.push({ members, ...run, busy: run.busy + busy })
      await dropDatabase(server.url, `bench_import_${members}`)
      say(`import of ${told(runs.at(-1))}`)
    }
    const largest = runs.at(-1)
    if (!largest) throw new Error('a run is missing')
    const plain = await plainSeconds(server, folder, largest.members)
    say(`as many plain rows: ${plain.inserts.toFixed(1)} s by inserts, ${plain.copy.toFixed(1)} s by COPY`)
    const dataDir = join(folder, 'embedded')
    const db = await openDatabase({ dataDir })
    await migrate(db, ZONE)
    await db.close()
    const small = {
      members: embedded,
      ...(await runImport(await writeStores(folder, embedded), { DATA_DIR: dataDir })),
    }
    say(`embedded: import of ${told(small)}`)
    return figuresOf(runs, largest, plain, small)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * `busy`: seconds of processor time, of the program and the database server together; `longestMs`: its longest piece.
 * @typedef {{ members: number, seconds: number, megabytes: number, busy: number, longestMs: number }} Run
 */

/** @param {Run | undefined} run */
function told(run) {
  return run
    ? `${run.members}: ${run.seconds.toFixed(1)} s (${run.busy.toFixed(0)} s of processor time), ${run.megabytes} MB, longest piece ${run.longestMs} ms`
    : ''
}

/** @param {Run[]} runs @param {Run} largest @param {Plain} plain @param {Run} small */
function figuresOf(runs, largest, plain, small) {
  const count = (/** @type {number} */ members) => members.toLocaleString('en-US')
  const perMember = (/** @type {Run} */ { seconds, members }) => (seconds / members) * 1e6
  // A smaller run may take as much per member, no more.
  const limit = (/** @type {number} */ members, /** @type {number} */ of) =>
    `<= ${(AIM.seconds * members) / of} s`
  const name = `import of ${count(largest.members)} members (PostgreSQL)`
  return [
    figure(
      `${name}, beside as many accounts, members and events by plain inserts`,
      [largest.seconds, plain.inserts],
      's',
      limit(largest.members, AIM.members),
    ),
    figure(
      `${name}, beside the same rows by COPY`,
      [largest.seconds, plain.copy],
      's',
      limit(largest.members, AIM.members),
    ),
    figure(
      'processor time of that import, program and server; outside: of the plain inserts',
      [largest.busy, plain.insertsBusy],
      's',
      '',
    ),
    figure('longest piece of that import', [largest.longestMs, AIM.pieceMs], 'ms', `<= ${AIM.pieceMs} ms`),
    figure('most memory of that import', [largest.megabytes, AIM.megabytes], 'MB', `<= ${AIM.megabytes} MB`),
    ...runs.slice(1).map((run, at) => {
      const before = runs[at] ?? run
      return figure(
        `import: time per member at ${count(run.members)} beside ${count(before.members)}`,
        [perMember(run), perMember(before)],
        'µs',
        '<= 1.2',
      )
    }),
    figure(
      `import of ${count(small.members)} members, embedded`,
      [small.seconds, (AIM.seconds * small.members) / AIM.embeddedMembers],
      's',
      limit(small.members, AIM.embeddedMembers),
    ),
  ]
}

/**
 * @param {string} name @param {[ours: number, outside: number]} values @param {string} unit @param {string} aim
 * @returns {import('./support/report.js').Figure}
 */
function figure(name, [ours, outside], unit, aim) {
  return { name, ours, outside, unit, ratio: ours / outside, aim }
}

/**
 * Takes a database away and brings to the disk what waits: the server must not be busy with the last run's rows (vacuum,
 * checkpoints) while the next is timed.
 * @param {string} serverUrl @param {string} name
 */
async function dropDatabase(serverUrl, name) {
  const admin = await openDatabase({ url: serverUrl })
  await sql.raw(`drop database ${name} with (force)`).execute(admin.kysely)
  await sql`checkpoint`.execute(admin.kysely)
  await admin.close()
}

/** @param {string} serverUrl @param {string} name */
async function emptyDatabase(serverUrl, name) {
  const admin = await openDatabase({ url: serverUrl })
  await sql.raw(`create database ${name}`).execute(admin.kysely)
  await admin.close()
  const url = serverUrl.replace(/postgres$/, name)
  const db = await openDatabase({ url })
  await migrate(db, ZONE)
  await db.close()
  return url
}

/**
 * Does something and says how much processor time the database server spent meanwhile.
 * @template T @param {string} url @param {() => Promise<T>} work
 */
async function whileServerWorks(url, work) {
  const db = await openDatabase({ url })
  const { rows } = await sql`select pg_backend_pid() as pid`.execute(db.kysely)
  const { pid } = /** @type {{ pid: number }} */ (rows[0])
  const server = serverOf(pid)
  await db.close()
  const before = secondsOfServer(server)
  const value = await work()
  return { value, seconds: secondsOfServer(server) - before }
}

/**
 * Runs the program and watches its memory and processor time (of the whole process).
 * @param {string[]} stores @param {Record<string, string>} env
 */
async function runImport(stores, env) {
  const began = performance.now()
  const child = spawn(process.execPath, [BIN, 'import', '--live', '--json', ...stores], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SANDBOX: 'off', ...env },
    cwd: env.DATA_DIR,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let report = ''
  child.stdout.on('data', (chunk) => (report += chunk))
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  let kilobytes = 0
  let busy = 0
  const timer = setInterval(() => {
    busy = secondsOf(child.pid ?? 0) ?? busy
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      kilobytes = Math.max(kilobytes, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0))
    } catch {
      // It has ended.
    }
  }, MEMORY_LOOK_MS)
  const [code] = await once(child, 'close')
  clearInterval(timer)
  if (code !== 0) throw new Error(`the import ended with ${code}: ${errors}`)
  const { longestMs } = JSON.parse(report).pieces
  return {
    seconds: (performance.now() - began) / 1000,
    megabytes: Math.round(kilobytes / 1024),
    busy,
    longestMs,
  }
}

/** What is written for every member at the very least, by columns. */
const PLAIN = [
  { table: 'ttfd.accounts', columns: 'id', rows: 'i' },
  {
    table: 'public.unified_users',
    columns: 'id, telegram_id, xp, coins, primary_platform',
    rows: `i, i::text, i % 60000, i % 1000, 'telegram'`,
  },
  {
    table: 'public.cross_platform_events',
    columns:
      'user_id, event_type, source_platform, xp_delta, coins_delta, dedupe_key, processed, processed_at',
    rows: `i, 'imported', 'system', i % 60000, i % 1000, 'import:' || i, true, now()`,
  },
]

/** @typedef {{ inserts: number, insertsBusy: number, copy: number }} Plain */

/**
 * Seconds for as many plain rows: by one INSERT per table, and by psql's COPY of the same.
 * @param {import('../test/support/postgres-server.js').PostgresServer} server @param {string} folder @param {number} members
 */
async function plainSeconds(server, folder, members) {
  const from = await emptyDatabase(server.url, 'bench_import_plain')
  const db = await openDatabase({ url: from })
  const began = performance.now()
  const { seconds: insertsBusy } = await whileServerWorks(from, async () => {
    for (const { table, columns, rows } of PLAIN)
      await sql
        .raw(`insert into ${table} (${columns}) select ${rows} from generate_series(1, ${members}) i`)
        .execute(db.kysely)
  })
  const inserts = (performance.now() - began) / 1000
  await db.close()
  const into = await emptyDatabase(server.url, 'bench_import_copy')
  const psql = (/** @type {string} */ url, /** @type {string[]} */ commands) =>
    execFileSync(join(server.bin, 'psql'), [
      url,
      '-q',
      '-v',
      'ON_ERROR_STOP=1',
      ...commands.flatMap((one) => ['-c', one]),
    ])
  const file = (/** @type {string} */ table) => join(folder, `${table}.copy`)
  psql(
    from,
    PLAIN.map(({ table, columns }) => `\\copy ${table} (${columns}) to '${file(table)}'`),
  )
  const copying = performance.now()
  psql(
    into,
    PLAIN.map(({ table, columns }) => `\\copy ${table} (${columns}) from '${file(table)}'`),
  )
  return { inserts, insertsBusy, copy: (performance.now() - copying) / 1000 }
}
