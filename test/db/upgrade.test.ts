import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrator.js'
import { borrowDatabase, createPostgresDatabase, type Kind } from '../support/databases.js'
import { psql } from '../support/psql.js'
import { checksums, describeSchema } from './describe-schema.js'
import { NEIGHBOURS, OLD_EVENTS, OLD_NEIGHBOURS, OLD_USERS } from './old-database.js'

const FIRST_FILE = fileURLToPath(new URL('../../migrations/0001_unified.sql', import.meta.url))
const ZONE = { timeZone: 'Europe/Moscow' }

async function emptyPostgres() {
  const { url, drop } = await createPostgresDatabase('template0')
  const db = await openDatabase({ url, maxConnections: 2 })
  onTestFinished(async () => {
    await db.close()
    await drop()
  })
  return { db, url }
}

/** A migrated database for one test, which may do to it what it likes. */
async function ownDatabase(kind: Kind): Promise<Database> {
  const { db, giveBack } = await borrowDatabase(kind)
  onTestFinished(giveBack)
  return db
}

/** An embedded database without any table of ours, as the first start finds it. */
async function emptyEmbedded() {
  const db = await ownDatabase('embedded')
  await run(db, `drop schema ttfd cascade; drop table cross_platform_events, unified_users cascade`)
  return { db }
}

async function run(db: Database, statements: string) {
  const client = db.client()
  await client.connect()
  await client.query(statements)
  await client.end()
}

/** The day of the community by the clock of the database. */
async function today(db: Database): Promise<string> {
  const { rows } = await sql<{
    today: string
  }>`select (now() at time zone 'Europe/Moscow')::date as today`.execute(db.kysely)
  return rows[0]?.today ?? ''
}

const WAYS = {
  'the migrator': async () => {
    const { db } = await emptyPostgres()
    return { db, upgrade: () => migrate(db, ZONE) }
  },
  'the migrator, embedded': async () => {
    const { db } = await emptyEmbedded()
    return { db, upgrade: () => migrate(db, ZONE) }
  },
  'psql -f, then the migrator': async () => {
    const { db, url } = await emptyPostgres()
    return {
      db,
      upgrade: async () => {
        expect(await psql(url, ['-f', FIRST_FILE])).toMatchObject({ code: 0, err: '' })
        await migrate(db, ZONE)
      },
    }
  },
}

test.each(Object.entries(WAYS))('an old database is upgraded in place by %s', async (_, prepare) => {
  const { db, upgrade } = await prepare()
  await run(db, OLD_USERS + OLD_EVENTS + OLD_NEIGHBOURS)
  const neighbours = await checksums(db.kysely, NEIGHBOURS)
  const days = [await today(db)]
  const neighbourSchema = await describeSchema(db.kysely, ['public'], NEIGHBOURS)
  await upgrade()
  // Midnight may have been meanwhile.
  days.push(await today(db))

  // Every row is kept, with its id; what no rule of ours allows is brought to the nearest that it allows.
  const users = await db.kysely.selectFrom('unified_users').selectAll().orderBy('id').execute()
  expect(users.map((u) => [u.id, u.telegram_id, u.discord_id, u.website_email])).toEqual([
    [1, '101', null, null],
    [2, '102', '900000000000000102', 'b@example.org'],
    [3, null, '900000000000000103', null],
    [4, null, null, 'd@example.org'],
    [5, '105', '900000000000000105', null],
    [6, '106', null, null],
  ])
  expect(users.map((u) => [u.xp, u.coins, u.games_played, u.daily_streak])).toEqual([
    [0, 0, 0, 0],
    [47_250, 10, 7, 4],
    [2_147_483_647, 2_147_483_647, 2_147_483_647, 0],
    [0, 0, 0, 0],
    [499, 5, 0, 0],
    [500, 0, 0, 0],
  ])
  // The rank follows from XP alone, and nothing that is held is paid again.
  expect(users.map((u) => [u.rank_id, u.highest_rank_paid])).toEqual([
    [1, 1],
    [19, 19],
    [20, 20],
    [1, 1],
    [1, 1],
    [2, 2],
  ])
  expect(users.map((u) => u.display_name)).toEqual([
    'Аня',
    'Боря',
    'Unknown',
    'дед',
    `z\u0301\u0302algo ${'ж'.repeat(24)}`,
    '=HYPERLINK("x")',
  ])
  expect(users.map((u) => u.username)).toEqual([
    'anya',
    'borya',
    'Unknown',
    'd',
    'Unknown',
    '<script>alert(1)</script>',
  ])
  expect(users.map((u) => u.achievements)).toEqual([[], ['first_win'], [], [], [], []])
  expect(users.map((u) => [u.platforms, u.primary_platform])).toEqual([
    [['telegram'], 'telegram'],
    [['telegram', 'discord', 'website'], 'discord'],
    [['discord'], 'discord'],
    [['website'], 'website'],
    [['telegram', 'discord'], 'telegram'],
    [['telegram'], 'telegram'],
  ])
  expect(users[0]?.created_at).toEqual(new Date('2025-06-01T09:00:00Z'))
  expect(users[1]?.last_daily).toEqual(new Date('2025-06-30T22:10:00Z'))

  // Joined without proof: marked. Only there.
  const accounts = await db.kysely.selectFrom('ttfd.accounts').selectAll().orderBy('id').execute()
  expect(accounts.map((a) => [a.id, a.link_unproven])).toEqual([
    [1, false],
    [2, true],
    [3, false],
    [4, false],
    [5, true],
    [6, false],
  ])

  // Old events: in their order, without deltas, ended. Then one opening event an account.
  const events = await db.kysely.selectFrom('cross_platform_events').selectAll().orderBy('seq').execute()
  expect(events.slice(0, 4).map((e) => [e.id.slice(-1), e.user_id, e.event_type, e.seq])).toEqual([
    ['1', 1, 'rank_up', 1],
    ['2', 1, 'xp_change', 2],
    ['3', 2, 'xp_change', 3],
    ['4', 3, 'mystery', 4],
  ])
  for (const event of events) {
    expect(event.processed).toBe(true)
    expect(event.processed_at).not.toBeNull()
  }
  for (const event of events.slice(0, 4)) {
    expect([event.xp_delta, event.coins_delta, event.dedupe_key]).toEqual([0, 0, `legacy:${event.id}`])
  }
  expect(events[1]?.created_at).toEqual(new Date('2025-06-02T07:00:00Z'))
  expect(events.slice(4).map((e) => [e.event_type, e.user_id, e.dedupe_key])).toEqual(
    users.map((u) => ['imported', u.id, `import:unified:${u.id}`]),
  )
  for (const user of users) {
    const own = events.filter((event) => event.user_id === user.id)
    expect(own.reduce((sum, event) => sum + event.xp_delta, 0)).toBe(user.xp)
    expect(own.reduce((sum, event) => sum + event.coins_delta, 0)).toBe(user.coins)
  }

  // Identities and limits exist for everybody; a daily of the old programs stays claimed, one from the future as of today.
  expect(await db.kysely.selectFrom('ttfd.identities').select('account_id').execute()).toHaveLength(9)
  const limits = await db.kysely.selectFrom('ttfd.account_limits').selectAll().orderBy('account_id').execute()
  expect(limits.map((row) => row.state).slice(0, 5)).toEqual([{}, { daily: '2025-07-01' }, {}, {}, {}])
  expect(days.map((daily) => ({ daily }))).toContainEqual(limits[5]?.state)

  // What was the old programs' own is theirs still, to the byte.
  expect(await checksums(db.kysely, NEIGHBOURS)).toEqual(neighbours)
  expect(await describeSchema(db.kysely, ['public'], NEIGHBOURS)).toEqual(neighbourSchema)

  // New rows continue behind the old ids, and history cannot be taken along by a delete.
  const next = await sql<{ id: number }>`insert into ttfd.accounts default values returning id`.execute(
    db.kysely,
  )
  expect(next.rows[0]?.id).toBe(7)
  await expect(sql`delete from ttfd.accounts where id = 1`.execute(db.kysely)).rejects.toMatchObject({
    code: '23503',
  })
})

test('an upgraded schema is the schema that a fresh database gets', async () => {
  const fresh = await emptyPostgres()
  await migrate(fresh.db, ZONE)
  const { db } = await emptyPostgres()
  await run(db, OLD_USERS + OLD_EVENTS)
  await migrate(db, ZONE)
  expect(await describeSchema(db.kysely, ['public', 'ttfd'])).toEqual(
    await describeSchema(fresh.db.kysely, ['public', 'ttfd']),
  )
})

test('an old users table without an events table is upgraded to the same schema', async () => {
  const fresh = await emptyPostgres()
  await migrate(fresh.db, ZONE)
  const { db, url } = await emptyPostgres()
  await run(db, OLD_USERS)
  expect(await psql(url, ['-f', FIRST_FILE])).toMatchObject({ code: 0, err: '' })
  await migrate(db, ZONE)
  expect(await describeSchema(db.kysely, ['public', 'ttfd'])).toEqual(
    await describeSchema(fresh.db.kysely, ['public', 'ttfd']),
  )
  const events = await db.kysely.selectFrom('cross_platform_events').select(['event_type']).execute()
  expect(events.map((event) => event.event_type)).toEqual(Array(6).fill('imported'))
})

test('times without a zone are read in the zone that psql or the program names', async () => {
  const vladivostok = new Date('2025-06-01T02:00:00Z')
  const created = (db: Database) =>
    db.kysely.selectFrom('unified_users').select('created_at').where('id', '=', 1).executeTakeFirstOrThrow()
  const byPsql = await emptyPostgres()
  await run(byPsql.db, OLD_USERS + OLD_EVENTS)
  await psql(byPsql.url, ['-c', `set ttfd.time_zone = 'Asia/Vladivostok'`, '-f', FIRST_FILE])
  expect(await created(byPsql.db)).toEqual({ created_at: vladivostok })
  const byMigrator = await emptyPostgres()
  await run(byMigrator.db, OLD_USERS + OLD_EVENTS)
  await migrate(byMigrator.db, { timeZone: 'Asia/Vladivostok' })
  expect(await created(byMigrator.db)).toEqual({ created_at: vladivostok })
})

test('running the first file again, before and after the migrator, changes nothing', async () => {
  const { db, url } = await emptyPostgres()
  await run(db, OLD_USERS + OLD_EVENTS)
  await psql(url, ['-f', FIRST_FILE])
  const tables = ['unified_users', 'cross_platform_events', 'ttfd.accounts', 'ttfd.ranks']
  const before = await checksums(db.kysely, tables)
  expect(await psql(url, ['-f', FIRST_FILE])).toMatchObject({ code: 0, err: '' })
  await migrate(db, ZONE)
  await sql`update ttfd.ranks set xp_needed = 501 where id = 2`.execute(db.kysely)
  expect(await psql(url, ['-f', FIRST_FILE])).toMatchObject({ code: 0, err: '' })
  await sql`update ttfd.ranks set xp_needed = 500 where id = 2`.execute(db.kysely)
  expect(await checksums(db.kysely, tables)).toEqual(before)
})
