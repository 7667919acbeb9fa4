import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { checkFiles } from '../../src/cli/doctor/check-files.js'
import { checkClocks } from '../../src/core/doctor/check-database.js'
import { beat } from '../../src/core/duties/heartbeats.js'
import { startTelegramSandbox } from '../../src/sandbox/telegram/start-telegram-sandbox.js'
import { KINDS, type Kind } from '../support/databases.js'
import { freePort } from '../support/postgres-server.js'
import { freshFolder, installation, ttfd } from './support.js'

type Answer = {
  healthy: boolean
  findings: { code: string; level: string; message: string; mend: string | null }[]
}
type Installed = Awaited<ReturnType<typeof installation>>

async function examine(installed: Pick<Installed, 'run'>, more: Record<string, string> = {}) {
  const { code, out } = await installed.run(['doctor', '--json'], more)
  const answer = JSON.parse(out) as Answer
  expect(code).toBe(answer.healthy ? 0 : 1)
  return {
    ...answer,
    codes: answer.findings.map((finding) => finding.code),
    bad: answer.findings.filter((finding) => finding.level !== 'ok').map((finding) => finding.code),
    mends: Object.fromEntries(answer.findings.map((finding) => [finding.code, finding.mend])),
  }
}

/** What a sound installation of each kind is told while nothing runs. */
const USUAL: Record<Kind, string[]> = {
  embedded: ['database_embedded_for_real', 'worker_absent'],
  postgres: ['worker_absent'],
}

const STUCK_ORPHAN = `update cross_platform_events set processed = false, processed_at = null,
  created_at = now() - interval '2 minutes'`
const STUCK_DELIVERY = `${STUCK_ORPHAN};
  insert into ttfd.deliveries (event_id, account_id, destination, available_at)
  select id, user_id, 'telegram', now() - interval '2 minutes' from cross_platform_events`
const BEAT_IN_TROUBLE = `insert into ttfd.heartbeats values ('telegram', 'h:1:x', '{"ok": false, "detail": "409"}', now(), now())`

describe.each(KINDS)('ttfd doctor on %s', (kind) => {
  test('finds nothing broken in a sound installation, merged accounts and quiet hours included', async () => {
    const installed = await installation(kind)
    const { db, earn } = installed
    const survivor = await earn('1', 40, 7)
    const merged = await earn('2', 60, 3)
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, coins_delta, dedupe_key,
        processed, processed_at)
      values (${merged}, 'accounts_merged', 'system', -60, -3, 'm:1', true, now()),
        (${survivor}, 'accounts_merged', 'system', 60, 3, 'm:2', true, now())`.execute(db.kysely)
    await sql`update ttfd.identities set account_id = null where platform_id = '2'`.execute(db.kysely)
    await sql`delete from unified_users where id = ${merged}`.execute(db.kysely)
    await sql`update ttfd.accounts set merged_into = ${survivor} where id = ${merged}`.execute(db.kysely)
    await sql`update unified_users set xp = 100, coins = 10 where id = ${survivor}`.execute(db.kysely)
    // An event that waits for the morning, and a later one behind it.
    await sql`update cross_platform_events set processed = false, processed_at = null,
      created_at = now() - interval '2 hours' where user_id = ${survivor}`.execute(db.kysely)
    await sql`insert into ttfd.deliveries (event_id, account_id, destination, available_at)
      select id, user_id, 'telegram', case when row_number() over (order by seq) = 1
        then now() + interval '5 hours' else now() - interval '1 hour' end
      from cross_platform_events where user_id = ${survivor} order by seq`.execute(db.kysely)

    const found = await examine(installed)
    expect(found.bad).toEqual(USUAL[kind])
    expect(found.healthy).toBe(true)
    expect(found.codes).toContain('ledger_ok')
    expect(found.mends.worker_absent).toBe('ttfd start')
  })

  test('warns of failed deliveries, unproven links and proxies that nobody named', async () => {
    const installed = await installation(kind)
    const account = await installed.earn('1', 40, 7)
    await sql`insert into ttfd.deliveries (event_id, account_id, destination, state, ended_at)
      select id, user_id, 'telegram', 'failed', now() from cross_platform_events limit 1`.execute(
      installed.db.kysely,
    )
    await sql`update ttfd.accounts set link_unproven = true`.execute(installed.db.kysely)
    await beat(installed.db, 'worker', 'host:1', { ok: true })
    await beat(installed.db, 'web', 'host:1', { ok: true, detail: '', unlistedProxy: '10.0.0.7' })
    const found = await examine(installed)
    expect(found.healthy).toBe(true)
    const expected = ['links_unproven', 'deliveries_failed', 'proxy_unlisted']
    expect(found.bad.filter((code) => !USUAL[kind].includes(code))).toEqual(expected)
    expect(found.codes).toContain('worker_alive')
    expect(found.mends.deliveries_failed).toContain('ttfd events retry --all')
    expect(found.mends.links_unproven).toContain(`account show ${account}`)
    expect(found.mends.proxy_unlisted).toContain('TRUST_PROXY=10.0.0.7')
  })

  test('compares clocks: over 2 s is a remark, over 60 s is broken', async () => {
    const { db } = await installation(kind)
    const off = async (ms: number) => (await checkClocks(db.kysely, () => Date.now() + ms))[0]?.level
    expect(await off(0)).toBe('ok')
    expect(await off(5_000)).toBe('warn')
    expect(await off(-5_000)).toBe('warn')
    expect(await off(90_000)).toBe('fail')
    expect(await off(-90_000)).toBe('fail')
  })
})

describe('ttfd doctor', () => {
  const damages: [string, string, string, string][] = [
    [
      'ledger_wrong',
      'a balance changed by hand',
      'update unified_users set coins = coins + 5',
      'account show 1',
    ],
    [
      'ledger_wrong',
      'a lost event',
      `delete from cross_platform_events where xp_delta > 0`,
      'account show 1',
    ],
    ['accounts_without_row', 'a deleted member', 'delete from unified_users', 'account show 1'],
    ['identities_missing', 'a lost identity', 'delete from ttfd.identities', 'account show 1'],
    [
      'identities_stray',
      'an identity that points elsewhere',
      `update ttfd.identities set platform_id = '77'`,
      'account show',
    ],
    ['events_stuck', 'an event that nobody carries', STUCK_ORPHAN, 'ttfd start'],
    ['events_stuck', 'a delivery that nobody takes', STUCK_DELIVERY, 'ttfd start'],
    ['worker_absent_with_work', 'work without a worker', STUCK_ORPHAN, 'ttfd start'],
    ['part_in_trouble', 'a bot in trouble', BEAT_IN_TROUBLE, 'ttfd start'],
    [
      'schema_drift',
      'a dropped column',
      'alter table ttfd.identities drop column avatar',
      'migrate --status',
    ],
    [
      'schema_drift',
      'a dropped rule',
      'alter table unified_users drop constraint unified_users_xp_in_range',
      '--status',
    ],
    [
      'schema_drift',
      'a changed type',
      'alter table ttfd.leases alter column holder type varchar(9)',
      '--status',
    ],
    ['schema_missing', 'a dropped table', 'drop table unified_users', 'ttfd migrate'],
    [
      'schema_behind',
      'a migration that is not applied',
      'delete from ttfd.migrations where number = 2',
      'ttfd migrate',
    ],
    [
      'schema_newer',
      'a newer program',
      `insert into ttfd.migrations values (9999, 'later', 'x')`,
      'git pull',
    ],
    [
      'migration_changed',
      'an edited migration',
      `update ttfd.migrations set checksum = 'x' where number = 1`,
      'git checkout',
    ],
    ['sandbox_accounts_without_mark', 'the sandbox on a real database', 'select 1', 'SANDBOX=off'],
  ]
  test.each(damages)('is red (%s) for %s', async (code, _, damage, mend) => {
    const installed = await installation('postgres')
    await installed.earn('1', 40, 7)
    await sql.raw(damage).execute(installed.db.kysely)
    const onSandbox = code === 'sandbox_accounts_without_mark'
    const found = await examine(installed, onSandbox ? { SANDBOX: 'on' } : {})
    expect(found.healthy).toBe(false)
    expect(found.bad).toContain(code)
    expect(found.mends[code]).toContain(mend)
  })

  test('finds several damages at once on the embedded database too, while the program holds it', async () => {
    const installed = await installation('embedded')
    await installed.earn('1', 40, 7)
    for (const damage of [
      'update unified_users set coins = coins + 5',
      'delete from ttfd.identities',
      STUCK_ORPHAN,
      BEAT_IN_TROUBLE,
      'alter table ttfd.identities drop column avatar',
    ])
      await sql.raw(damage).execute(installed.db.kysely)
    expect((await examine(installed)).bad).toEqual([
      'database_embedded_for_real',
      'schema_drift',
      'ledger_wrong',
      'identities_missing',
      'events_stuck',
      'worker_absent_with_work',
      'part_in_trouble',
    ])
  })
})

describe('ttfd doctor asks Telegram', () => {
  async function withTelegram(options: Parameters<typeof startTelegramSandbox>[0] = {}) {
    const telegram = await startTelegramSandbox(options)
    onTestFinished(() => telegram.close())
    const installed = await installation('postgres')
    const env = { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.url }
    return { installed, env }
  }

  test('a good token, and no group that pays', async () => {
    const { installed, env } = await withTelegram()
    const found = await examine(installed, env)
    expect(found.codes).toContain('telegram_ok')
    expect(found.bad).toEqual(['worker_absent', 'places_none_telegram'])
    expect(found.mends.places_none_telegram).toContain('/here')
    expect((await examine(installed, { ...env, TELEGRAM_GROUP_IDS: '-100' })).bad).toEqual(['worker_absent'])
  })

  test('privacy mode, which hides what groups say', async () => {
    const { installed, env } = await withTelegram({ privacyMode: true })
    const found = await examine(installed, { ...env, TELEGRAM_GROUP_IDS: '-100' })
    expect(found.bad).toContain('telegram_privacy_on')
    expect(found.mends.telegram_privacy_on).toContain('/setprivacy')
  })

  test('a wrong token, and a Telegram that does not answer, without showing the token', async () => {
    const { installed, env } = await withTelegram()
    const wrong = await examine(installed, { ...env, TELEGRAM_BOT_TOKEN: '12:wrong-secret-token' })
    expect(wrong.bad).toContain('telegram_token_wrong')
    expect(wrong.healthy).toBe(false)
    const silent = await examine(installed, {
      ...env,
      TELEGRAM_API_ROOT: `http://127.0.0.1:${await freePort()}`,
    })
    expect(silent.bad).toContain('telegram_silent')
    expect(silent.healthy).toBe(true)
    expect(JSON.stringify([wrong, silent])).not.toMatch(/wrong-secret-token|sandbox-token/)
  })

  test('a real token on a database that the sandbox made', async () => {
    const { installed, env } = await withTelegram()
    await sql`insert into ttfd.settings (key, value) values ('sandbox', 'true')`.execute(installed.db.kysely)
    const found = await examine(installed, env)
    expect(found.bad).toContain('sandbox_mark_with_token')
    expect(found.healthy).toBe(false)
  })
})

describe('ttfd doctor meets', () => {
  test('a wrong environment: every problem is a finding', async () => {
    const found = await examine({ run: (args, env) => ttfd(args, { env }) }, { PORT: 'x', PAY: 'y' })
    expect(found.bad).toEqual(['config_problem', 'config_problem'])
    expect(found.findings.map((finding) => finding.message).join()).toMatch(/PORT.*PAY/s)
  })

  test('a database that does not answer, does not exist, or was never prepared', async () => {
    const { env } = await installation('postgres')
    const url = env.DATABASE_URL ?? ''
    const run = (args: string[], more: Record<string, string> = {}) =>
      ttfd(args, { env: { ...env, ...more } })
    const dead = await examine({ run }, { DATABASE_URL: `postgres://127.0.0.1:${await freePort()}/x` })
    expect(dead.bad).toEqual(['database_unusable'])
    expect(dead.mends.database_unusable).toContain('pg_isready')
    const absent = await examine({ run }, { DATABASE_URL: url.replace(/[^/]+$/, 'nowhere') })
    expect(absent.mends.database_unusable).toMatch(/^createdb .* nowhere$/)
    const unprepared = await examine({ run }, { DATABASE_URL: '', DATA_DIR: freshFolder() })
    expect(unprepared.bad).toEqual(['schema_missing'])
    expect(unprepared.mends.schema_missing).toBe('ttfd migrate')
  })

  test('secrets and folders that others may read, and a disk that is nearly full', () => {
    const dataDir = freshFolder()
    writeFileSync(join(dataDir, 'session-secret'), 'x')
    writeFileSync(join(dataDir, 'spool'), 'x')
    chmodSync(dataDir, 0o755)
    const codes = (options?: { freeBytesMin: number }) =>
      checkFiles({ dataDir, rootDataDir: dataDir }, options).map(({ code, level }) => `${level} ${code}`)
    for (const name of ['session-secret', 'spool']) chmodSync(join(dataDir, name), 0o644)
    expect(codes().sort()).toEqual(['fail secret_open', 'ok disk_ok', 'warn file_open', 'warn folder_open'])
    for (const name of ['session-secret', 'spool']) chmodSync(join(dataDir, name), 0o600)
    chmodSync(dataDir, 0o700)
    expect(codes()).toEqual(['ok files_ok', 'ok disk_ok'])
    expect(codes({ freeBytesMin: Number.MAX_SAFE_INTEGER })).toEqual(['ok files_ok', 'fail disk_low'])
  })
})

test('for people each finding is one line in their language, with the mending command below it', async () => {
  const { run, db } = await installation('postgres')
  await sql`delete from ttfd.migrations where number = 2`.execute(db.kysely)
  const russian = await run(['doctor'])
  expect(russian.code).toBe(1)
  expect(russian.out).toContain(
    '❌ Таблицы отстают от программы, миграций не применено: 1\n   Исправить: ttfd migrate',
  )
  expect(russian.out).toMatch(/Найдена 1 поломка\.$/)
  const english = await run(['doctor'], { LANG: 'en_US.UTF-8' })
  expect(english.out).toContain('   Mend: ttfd migrate')
})
