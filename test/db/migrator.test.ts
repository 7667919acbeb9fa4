import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openDatabase } from '../../src/db/connect.js'
import {
  ChangedMigrationError,
  migrate,
  migrationStatus,
  NewerSchemaError,
  readMigrations,
} from '../../src/db/migrator.js'
import { createPostgresDatabase, KINDS } from '../support/databases.js'
import { psql } from '../support/psql.js'
import { sharedDatabase } from '../support/shared-database.js'
import { describeSchema } from './describe-schema.js'

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

describe.each(KINDS)('the migrator on %s', (kind) => {
  const shared = sharedDatabase(kind)

  test('applies each file once, however often and however many at a time ask for it', async () => {
    const { db } = shared
    await sql`drop schema ttfd cascade`.execute(db.kysely)
    await sql`drop table cross_platform_events, unified_users cascade`.execute(db.kysely)
    expect((await migrationStatus(db)).every((migration) => migration.applied_at === null)).toBe(true)
    const numbers = readMigrations().map((migration) => migration.number)
    const runs = await Promise.all([1, 2, 3, 4].map(() => migrate(db, ZONE)))
    expect(
      runs
        .flat()
        .map((migration) => migration.number)
        .sort((a, b) => a - b),
    ).toEqual(numbers)
    expect(await migrate(db, ZONE)).toEqual([])
    const status = await migrationStatus(db)
    expect(status.map((migration) => migration.number)).toEqual(numbers)
    expect(status.every((migration) => migration.applied_at instanceof Date)).toBe(true)
    expect(await sql`select * from ttfd.ranks`.execute(db.kysely)).toMatchObject({ rows: { length: 20 } })
  })

  test('refuses a schema that a newer program made, and a file that was changed after it was applied', async () => {
    const { db } = shared
    const before = await describeSchema(db.kysely, ['public', 'ttfd'])
    const migrations = readMigrations()
    const changed = migrations.map((one) => (one.number === 2 ? { ...one, checksum: 'other' } : one))
    await expect(migrate(db, { ...ZONE, migrations: changed })).rejects.toBeInstanceOf(ChangedMigrationError)
    await expect(migrate(db, { ...ZONE, migrations: migrations.slice(0, 1) })).rejects.toBeInstanceOf(
      NewerSchemaError,
    )
    await db.kysely
      .insertInto('ttfd.migrations')
      .values({ number: 9_999, name: 'future', checksum: 'x' })
      .execute()
    await expect(migrate(db, ZONE)).rejects.toBeInstanceOf(NewerSchemaError)
    await db.kysely.deleteFrom('ttfd.migrations').where('number', '=', 9_999).execute()
    expect(await describeSchema(db.kysely, ['public', 'ttfd'])).toEqual(before)
  })

  test('leaves nothing of a file that fails', async () => {
    const { db } = shared
    const broken = {
      number: 9_000,
      name: 'broken',
      checksum: 'x',
      sql: 'begin;\ncreate table ttfd.half (a int);\nselect 1 / 0;\ncommit;\n',
    }
    await expect(migrate(db, { ...ZONE, migrations: [...readMigrations(), broken] })).rejects.toMatchObject({
      code: '22012',
    })
    expect(await sql`select to_regclass('ttfd.half') as half`.execute(db.kysely)).toMatchObject({
      rows: [{ half: null }],
    })
    expect(await migrate(db, ZONE)).toEqual([])
  })

  test('leaves no setting of its own behind in the session', async () => {
    const { db } = shared
    await migrate(db, { timeZone: 'Asia/Vladivostok' })
    const { rows } = await sql<{ zone: string | null; level: string }>`
      select nullif(current_setting('ttfd.time_zone', true), '') as zone, current_setting('client_min_messages') as level`.execute(
      db.kysely,
    )
    expect(rows).toEqual([{ zone: null, level: 'notice' }])
  })
})

test('the first file runs by psql any number of times, before and after the migrator', async () => {
  const { db, url } = await emptyPostgres()
  expect(await psql(url, ['-f', FIRST_FILE])).toMatchObject({ code: 0, err: '' })
  expect(await psql(url, ['-f', FIRST_FILE])).toMatchObject({ code: 0, err: '' })
  await migrate(db, ZONE)
  const migrated = await describeSchema(db.kysely, ['public', 'ttfd'])
  expect(await psql(url, ['-f', FIRST_FILE])).toMatchObject({ code: 0, err: '' })
  expect(await describeSchema(db.kysely, ['public', 'ttfd'])).toEqual(migrated)
  const fresh = await emptyPostgres()
  await migrate(fresh.db, ZONE)
  expect(await describeSchema(fresh.db.kysely, ['public', 'ttfd'])).toEqual(migrated)
})
