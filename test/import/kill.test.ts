import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Database } from '../../src/db/connect.js'
import { borrowDatabase } from '../support/databases.js'
import { startCommand } from '../support/program.js'
import { discordId } from './support.js'

const KILLS = process.env.LONG ? 20 : 2
const MEMBERS = process.env.LONG ? 20_000 : 2_000

/** Old stores as files, in their real shapes. */
function writeStores(folder: string): string[] {
  const ids = Array.from({ length: MEMBERS }, (_, n) => n)
  const telegram = {
    users: Object.fromEntries(
      ids.map((n) => [
        String(5_000 + n),
        {
          telegram_id: String(5_000 + n),
          username: 'Unknown',
          first_name: `Имя ${n}`,
          xp: n * 3,
          coins: n % 90,
          discord_id: n % 7 === 0 ? discordId(n) : null,
          games_played: n % 5,
          is_banned: n % 1_000 === 3,
        },
      ]),
    ),
    global_stats: {},
  }
  const discord = {
    users: Object.fromEntries(
      ids.map((n) => [
        discordId(n),
        {
          id: discordId(n),
          username: `user${n}`,
          xp: n,
          coins: 1,
          ...(n % 3 === 0 ? { telegram_id: String(5_000 + n) } : {}),
        },
      ]),
    ),
    global_stats: {},
  }
  const website = {
    accounts: Object.fromEntries(
      ids.slice(0, MEMBERS / 4).map((n) => [
        String(n + 1),
        {
          id: n + 1,
          email: `m${n}@example.org`,
          username: `site${n}`,
          password: 'ab'.repeat(32),
          discord_id: n % 2 === 0 ? discordId(n) : null,
        },
      ]),
    ),
    sessions: {},
  }
  return Object.entries({ telegram, discord, website }).flatMap(([name, store]) => {
    const file = join(folder, `${name}.json`)
    writeFileSync(file, JSON.stringify(store))
    return [`--${name}`, file]
  })
}

/** Runs the built program; `killAfterMs`: kill -9 then. Resolves with its exit code (null: killed) and time. */
async function run(args: string[], env: Record<string, string>, killAfterMs?: number) {
  const began = performance.now()
  const child = startCommand(['import', '--live', '--json', ...args], { cwd: env.DATA_DIR ?? '/tmp', env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const timer = killAfterMs === undefined ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (timer) clearTimeout(timer)
  return { code, output, ms: performance.now() - began }
}

/** Resolves when the server has noticed that the killed one is gone: until then the one place for an import is taken. */
async function noticed(db: Database): Promise<void> {
  const held = () =>
    sql`
    select pid from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`.execute(db.kysely)
  await expect.poll(async () => (await held()).rows, { timeout: 60_000 }).toEqual([])
}

/** Everything that an import writes, without what differs from run to run: ids that were drawn, and times. */
async function stateOf(db: Database): Promise<unknown[]> {
  const { rows } = await sql<{ digest: unknown }>`
    select jsonb_build_array(
      (select jsonb_agg(to_jsonb(u) - array['id', 'created_at', 'last_active'] order by coalesce(telegram_id, ''), coalesce(discord_id, ''), website_email) from unified_users u),
      (select jsonb_agg(jsonb_build_array(event_type, xp_delta, coins_delta, data - array['restriction', 'until'], regexp_replace(dedupe_key, '^(restriction):.*', '\\1')) order by dedupe_key)
        from cross_platform_events where event_type = 'imported'),
      (select jsonb_agg(to_jsonb(m) - 'account_id' order by origin, source_id) from ttfd.import_members m),
      (select jsonb_agg(jsonb_build_array(key, kind, state, detail) order by key) from ttfd.import_reviews),
      (select jsonb_agg(jsonb_build_array(w.email, l.password, u.website_email) order by w.email) from ttfd.website_users w
        left join ttfd.website_logins l on l.user_id = w.id left join ttfd.website_accounts a on a.website_user_id = w.id
        left join unified_users u on u.id = a.account_id),
      (select jsonb_agg(jsonb_build_array(email, closed, discord_id) order by email) from ttfd.unproven_emails),
      (select jsonb_agg(jsonb_build_array(key, kind, reason) order by key) from ttfd.restrictions),
      (select count(*) from ttfd.identities), (select count(*) from ttfd.account_limits),
      (select jsonb_agg(jsonb_build_array(origin, snapshot, finished_at is not null) order by origin) from ttfd.import_snapshots)
    ) as digest`.execute(db.kysely)
  return rows[0]?.digest as unknown[]
}

test(
  `an import killed at ${KILLS} random moments and run again ends as one that nobody disturbed`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ttfd-kill-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const stores = writeStores(folder)
    const fresh = async () => {
      const { db, url = '', giveBack } = await borrowDatabase('postgres')
      onTestFinished(giveBack)
      return { db, env: { DATABASE_URL: url, DATA_DIR: folder, SANDBOX: 'off' } }
    }
    const calm = await fresh()
    const whole = await run(stores, calm.env)
    expect(whole.code, whole.output).toBe(0)
    const wanted = await stateOf(calm.db)
    expect(wanted[0]).toHaveLength(JSON.parse(whole.output).seed.after.accounts)

    let fastest = whole.ms
    for (let killed = 0; killed < KILLS; ) {
      const { db, env } = await fresh()
      // The program needs a moment to load: before that there is nothing to disturb.
      const moment = randomInt(Math.round(fastest * 0.25), Math.round(fastest * 0.95))
      const first = await run(stores, env, moment)
      if (first.code === null) killed += 1
      // It ended before: the next moments lie within so short a time.
      else fastest = Math.min(fastest, first.ms)
      await noticed(db)
      const second = await run(stores, env)
      expect(second.code, second.output).toBe(0)
      expect(await stateOf(db)).toEqual(wanted)
    }
  },
  process.env.LONG ? 1_800_000 : 240_000,
)
