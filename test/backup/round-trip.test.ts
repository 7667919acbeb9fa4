import { cpSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { backupLines } from '../../src/backup/write-backup.js'
import { writeFile } from '../../src/backup/write-file.js'
import { checkSchema } from '../../src/core/doctor/check-schema.js'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { migrate, readMigrations } from '../../src/db/migrator.js'
import { readManifest } from '../../src/db/schema-manifest.js'
import { freshFolder, ttfd } from '../cli/support.js'
import { type fillTheRest, livedLife } from '../deletion/lived-life.js'
import { expectGreen } from '../deletion/support.js'
import { createPostgresDatabase, type Kind } from '../support/databases.js'
import { everything, leftOver } from './support.js'

const KEY = 'k'.repeat(40)

/** The environment that leads `ttfd` to a database. */
const environment = (
  place: { url?: string; dataDir?: string },
  dataDir = place.dataDir ?? freshFolder(),
) => ({
  SANDBOX: 'off',
  ID_HASH_KEY: KEY,
  DATA_DIR: dataDir,
  ...(place.url ? { DATABASE_URL: place.url } : {}),
})

/** A database in which every table has something to say. */
async function full() {
  const { db, account } = await livedLife('postgres')
  await fillAllTables(db, account)
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db.kysely)
  const { place } = db
  return { db, url: `postgres://ttfd@${place.slice(0, place.indexOf('/'))}/${rows[0]?.name}` }
}

/** What `fillTheRest` leaves empty. */
async function fillAllTables(db: Parameters<typeof fillTheRest>[0], account: number): Promise<void> {
  for (const statement of [
    sql`insert into ttfd.api_keys (name, key_hash, scopes, daily_max, award_max, uncapped, created_at) values ('game', sha256('a'), '{awards,read}', 10, 10, false, now())`,
    sql`insert into ttfd.api_key_days select id, '2026-02-08', 3, 4 from ttfd.api_keys`,
    sql`insert into ttfd.board_steps values (9007199254740991, 3)`,
    sql`insert into ttfd.board_top_steps values ('messages', 'week', 5, 6)`,
    sql`insert into ttfd.board_counts values ('messages', 'week', '2026-02-02', 1, now())`,
    sql`insert into ttfd.board_tops values ('messages', 'week', ${account}, 5, 1)`,
    sql`insert into ttfd.board_state values (1, 2, 3, '2026-02-08', 4, 5, now(), 6)`,
    sql`insert into ttfd.discord_channels values ('1', '2', true, 1.25)`,
    sql`insert into ttfd.discord_guilds (guild_id) values ('2')`,
    sql`insert into ttfd.guild_roles values ('2', 'F', '3')`,
    sql`insert into ttfd.erased_identities values (sha256('x'), '{"a": [1, "ё\\u2028"]}', now())`,
    sql`insert into ttfd.deletions values (${account}, now(), now() + interval '8 days', 'website', false, true)`,
    sql`insert into ttfd.import_snapshots (origin, snapshot, name, taken_at, started_at) values ('telegram', repeat('a', 64), 'x', now(), now())`,
    sql`insert into ttfd.sign_in_tries values ('a', array[now(), '2026-01-01 00:00:00.123456+03'], now())`,
    sql`insert into ttfd.game_rounds (id, request_key, account_id, platform, platform_id, game, bet, secret, started_at, expires_at)
      values (gen_random_uuid(), 'r', ${account}, 'telegram', '1', 'guess', 5, '{"n": 1e400}', now(), now())`,
    sql`insert into ttfd.leases values ('sweep', 'somebody', gen_random_uuid(), now() - interval '1 hour')`,
    sql`update ttfd.avatars set source_key = 'k', media_type = 'image/png', bytes = decode('00ff0a225c', 'hex')`,
    sql`update ttfd.deliveries set lease_token = gen_random_uuid(), leased_until = now() where state = 'open'`,
    sql`update unified_users set display_name = E'a"b\\\\c\t\n''; drop table unified_users; -- ё😀' where id = ${account}`,
  ]) {
    await statement.execute(db.kysely)
  }
}

describe('a backup brings everything back', () => {
  test('from PostgreSQL to the embedded database and back while a program has that open: every row of every table', async () => {
    const source = await full()
    const folder = freshFolder()
    const [there, back] = [join(folder, 'there.gz'), join(folder, 'back.gz')]
    const made = await ttfd(['backup', there, '--json'], { env: environment(source) })
    expect(made, made.err).toMatchObject({ code: 0 })
    expect(statSync(there).mode & 0o777).toBe(0o600)
    const before = await everything(source.db)
    const filled = Object.entries(before).filter(([, rows]) => rows.length > 0)
    expect(filled.length, 'tables with rows').toBeGreaterThan(38)

    const embedded = await emptyTarget('embedded')
    const restored = await ttfd(['restore', there], { env: embedded.env })
    expect(restored, restored.err).toMatchObject({ code: 0 })
    const program = await embedded.open()
    expect(await everything(program)).toEqual(before)
    const [again] = await Promise.all([
      ttfd(['backup', back], { env: embedded.env }),
      ...Array.from({ length: 20 }, () =>
        sql`insert into ttfd.audit_log (actor, act) values ('x', 'meanwhile')`.execute(program.kysely),
      ),
    ])
    expect(again, again.err).toMatchObject({ code: 0 })
    expect(readdirSync(embedded.env.DATA_DIR).filter((name) => name.startsWith('backup-'))).toEqual([])

    const target = await emptyTarget('postgres')
    expect(await ttfd(['restore', back], { env: target.env })).toMatchObject({ code: 0 })
    const db = await target.open()
    await sql`delete from ttfd.audit_log where act = 'meanwhile'`.execute(db.kysely)
    expect(await everything(db)).toEqual(before)
    await expectEnded(db)
    await expectGreen(db)
    const [account] = (
      await sql<{ id: number; highest: number }>`
        with made as (insert into ttfd.accounts default values returning id)
        select made.id, (select max(id) from ttfd.accounts) as highest from made`.execute(db.kysely)
    ).rows
    expect(account?.id, 'numbers go on').toBe((account?.highest ?? 0) + 1)
  }, 180_000)

  test('written under an older schema it is brought up to date', async () => {
    const older = readMigrations().slice(0, 8)
    const { url, drop } = await createPostgresDatabase('template0')
    onTestFinished(drop)
    const old = await openDatabase({ url })
    await migrate(old, { timeZone: 'Europe/Moscow', migrations: older })
    await sql`insert into ttfd.accounts (claimed_at) select now() from generate_series(1, 3)`.execute(
      old.kysely,
    )
    await sql`insert into unified_users (id, telegram_id, display_name, primary_platform)
      select id, id::text, 'Имя', 'telegram' from ttfd.accounts`.execute(old.kysely)
    const file = join(freshFolder(), 'c.gz')
    const facts = { madeAt: new Date(), program: '0.0.1', idHashKey: null, migrations: older }
    await writeFile(file, backupLines(old, facts))
    await old.close()

    const target = await emptyTarget('postgres')
    const restored = await ttfd(['restore', file], { env: target.env })
    expect(restored, restored.err).toMatchObject({ code: 0 })
    const db = await target.open()
    const schema = await checkSchema(db.kysely, { migrations: readMigrations(), manifest: readManifest() })
    expect(schema.findings).toMatchObject([{ level: 'ok' }])
    expect(await db.kysely.selectFrom('unified_users').select(['id', 'display_name']).execute()).toHaveLength(
      3,
    )
  })
})

/** Sessions, codes, leases and requests are over, and roles will be looked at. */
async function expectEnded(db: Database): Promise<void> {
  expect(await leftOver(db)).toEqual({})
  const open = await sql`select from ttfd.link_requests where ended_at is null
    union all select from ttfd.deliveries where lease_token is not null
    union all select from ttfd.discord_guilds where sweep_asked_at is null`.execute(db.kysely)
  expect(open.rows).toEqual([])
  const schema = await checkSchema(db.kysely, { migrations: readMigrations(), manifest: readManifest() })
  expect(schema.findings).toMatchObject([{ level: 'ok' }])
}

/** A place without accounts: an empty database, or an embedded one that has its tables already. */
async function emptyTarget(kind: Kind) {
  const dataDir = freshFolder()
  const place = kind === 'postgres' ? await createPostgresDatabase('template0') : { dataDir }
  if (kind === 'embedded')
    cpSync(join(inject('embeddedTemplate'), 'pgdata'), join(dataDir, 'pgdata'), { recursive: true })
  const opened: Awaited<ReturnType<typeof openDatabase>>[] = []
  onTestFinished(async () => {
    for (const db of opened) await db.close()
    if ('drop' in place) await place.drop()
  })
  return {
    env: environment(place, dataDir),
    open: async () => {
      const db = await openDatabase('url' in place ? { url: place.url } : { dataDir })
      opened.push(db)
      return db
    },
  }
}
