// A live import of three old stores by the built program, as an operator runs it: time, memory, and how both grow.
// @ts-check
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { openDatabase } from '../dist/db/connect.js'
import { migrate } from '../dist/db/migrator.js'

const BIN = fileURLToPath(new URL('../bin/ttfd', import.meta.url))
const SIZES = [10_000, 100_000, 1_000_000]
const EMBEDDED_SIZE = 100_000
const ZONE = { timeZone: 'Europe/Moscow' }
const MEMORY_LOOK_MS = 200

/**
 * @param {{ server: { url: string }, say: (line: string) => void }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchImport({ server, say }) {
  const folder = mkdtempSync(join(tmpdir(), 'ttfd-bench-import-'))
  try {
    /** @type {{ members: number, seconds: number, megabytes: number }[]} */
    const runs = []
    for (const members of SIZES) {
      const stores = await writeStores(folder, members)
      const url = await emptyDatabase(server.url, `bench_import_${members}`)
      const run = await runImport(stores, { DATABASE_URL: url, DATA_DIR: folder })
      say(`import of ${members}: ${run.seconds.toFixed(1)} s, ${run.megabytes} MB`)
      runs.push({ members, ...run })
    }
    const plain = await plainInsertSeconds(server.url, SIZES[2] ?? 0)
    const embeddedDir = join(folder, 'embedded')
    const embedded = await openDatabase({ dataDir: embeddedDir })
    await migrate(embedded, ZONE)
    await embedded.close()
    const small = await runImport(await writeStores(folder, EMBEDDED_SIZE), { DATA_DIR: embeddedDir })
    say(`import of ${EMBEDDED_SIZE}, embedded: ${small.seconds.toFixed(1)} s, ${small.megabytes} MB`)
    const [, middle, large] = runs
    if (!middle || !large) throw new Error('a run is missing')
    return [
      figure(
        'import of 1,000,000 members (PostgreSQL), beside plain inserts of as many accounts and events',
        large.seconds,
        plain,
        's',
        '< 60 s',
      ),
      figure('most memory of that import', large.megabytes, 512, 'MB', '< 512 MB'),
      figure(
        'time per member at 1,000,000 beside 100,000',
        (large.seconds / large.members) * 1e6,
        (middle.seconds / middle.members) * 1e6,
        'µs',
        '~ 1',
      ),
      figure('import of 100,000 members, embedded', small.seconds, 60, 's', '< 60 s'),
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} name @param {number} ours @param {number} outside @param {string} unit @param {string} aim
 * @returns {import('./support/report.js').Figure}
 */
function figure(name, ours, outside, unit, aim) {
  return { name, ours, outside, unit, ratio: ours / outside, aim }
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
 * Runs the program and watches its memory (resident, of the whole process).
 * @param {string[]} stores @param {Record<string, string>} env
 */
async function runImport(stores, env) {
  const began = performance.now()
  const child = spawn(process.execPath, [BIN, 'import', '--live', '--json', ...stores], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, SANDBOX: 'off', ...env },
    cwd: env.DATA_DIR,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += chunk))
  let kilobytes = 0
  const timer = setInterval(() => {
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
  return { seconds: (performance.now() - began) / 1000, megabytes: Math.round(kilobytes / 1024) }
}

/**
 * Three stores that hold `members` records together: two in five in each bot, the rest on the website; every third
 * Discord member proves his Telegram.
 * @param {string} folder @param {number} members
 */
async function writeStores(folder, members) {
  const each = Math.round(members * 0.4)
  const discordId = (/** @type {number} */ n) => String(900_000_000_000_000_000n + BigInt(n) * 7919n)
  const common = (/** @type {number} */ n) => ({
    xp: (n * 31) % 60_000,
    coins: n % 1_000,
    rank_id: n % 7,
    created_at: '2025-02-03T04:05:06.123456',
    last_active: '2026-01-02T03:04:05.123456',
    last_daily: '2026-01-02T03:04:05',
    inventory: n % 4 === 0 ? ['sword', 'hat'] : [],
    achievements: n % 3 === 0 ? ['first_win'] : [],
    games_played: n % 50,
    games_won: n % 20,
  })
  const stores = {
    telegram: {
      head: '{"users":{',
      tail: '},"global_stats":{}}',
      count: each,
      row: (/** @type {number} */ n) =>
        `"${100_000 + n}":${JSON.stringify({ telegram_id: String(100_000 + n), username: 'Unknown', first_name: `Имя ${n}`, discord_id: null, ...common(n) })}`,
    },
    discord: {
      head: '{"users":{',
      tail: '},"global_stats":{}}',
      count: each,
      row: (/** @type {number} */ n) =>
        `"${discordId(n)}":${JSON.stringify({ id: discordId(n), username: `user${n}`, clicks: n % 99, daily_streak: n % 9, ...common(n), ...(n % 3 === 0 ? { telegram_id: String(100_000 + n) } : {}) })}`,
    },
    website: {
      head: '{"accounts":{',
      tail: '},"sessions":{}}',
      count: members - 2 * each,
      row: (/** @type {number} */ n) =>
        `"${n + 1}":${JSON.stringify({ id: n + 1, email: `member${n}@example.org`, username: `site${n}`, password: 'ab'.repeat(32), display_name: `Имя ${n}`, discord_id: n % 2 === 0 ? discordId(n) : null, created_at: '2025-02-03T04:05:06', profile: { bio: 'о себе', theme: 'dark' } })}`,
    },
  }
  /** @type {string[]} */
  const args = []
  for (const [name, { head, tail, count, row }] of Object.entries(stores)) {
    const file = join(folder, `${name}.json`)
    const out = createWriteStream(file)
    out.write(head)
    for (let n = 0; n < count; n++) {
      if (!out.write(n === 0 ? row(n) : `,${row(n)}`)) await once(out, 'drain')
    }
    out.end(tail)
    await once(out, 'finish')
    args.push(`--${name}`, file)
  }
  return args
}

/** What any import has to write at least: one account and one event a member, by two statements of one session. */
async function plainInsertSeconds(/** @type {string} */ serverUrl, /** @type {number} */ members) {
  const url = await emptyDatabase(serverUrl, 'bench_import_plain')
  const db = await openDatabase({ url })
  const began = performance.now()
  await sql`insert into ttfd.accounts (id) select i from generate_series(1, ${members}) i`.execute(db.kysely)
  await sql`insert into unified_users (id, telegram_id, xp, coins, primary_platform)
    select i, i::text, i % 60000, i % 1000, 'telegram' from generate_series(1, ${members}) i`.execute(
    db.kysely,
  )
  await sql`insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, coins_delta, dedupe_key, processed, processed_at)
    select i, 'imported', 'system', i % 60000, i % 1000, 'import:' || i, true, now() from generate_series(1, ${members}) i`.execute(
    db.kysely,
  )
  const seconds = (performance.now() - began) / 1000
  await db.close()
  return seconds
}
