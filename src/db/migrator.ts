import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import type { Database } from './connect.js'
import { withClient } from './with-client.js'

export type Migration = { number: number; name: string; sql: string; checksum: string }
export type MigrationStatus = { number: number; name: string; applied_at: Date | null }

/** The database was migrated by a newer program; this one would not understand it. */
export class NewerSchemaError extends Error {
  override name = 'NewerSchemaError'
}

/** A released migration file differs from what was applied. Released files never change. */
export class ChangedMigrationError extends Error {
  override name = 'ChangedMigrationError'
}

const DIRECTORY = new URL('../../migrations/', import.meta.url)
const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/

/** Reads the migration files in their order. */
export function readMigrations(directory: URL = DIRECTORY): Migration[] {
  return readdirSync(directory)
    .sort()
    .flatMap((file) => {
      const parts = FILE_NAME.exec(file)
      if (!parts?.[1] || !parts[2]) return []
      const text = readFileSync(new URL(file, directory), 'utf8')
      const checksum = createHash('sha256').update(text).digest('hex')
      return [{ number: Number(parts[1]), name: parts[2], sql: text, checksum }]
    })
}

export type MigrateOptions = {
  /** The zone in which an old database without zones wrote its times. */
  timeZone: string
  migrations?: Migration[]
}

/**
 * Applies what is missing, one transaction a file, and returns what was applied. Several programs may start at once:
 * a lock lets one work, the others find it done. Throws NewerSchemaError or ChangedMigrationError before any change.
 */
export async function migrate(db: Database, options: MigrateOptions): Promise<Migration[]> {
  const migrations = options.migrations ?? readMigrations()
  return withClient(db, async (client) => {
    const applied: Migration[] = []
    for (const migration of migrations) {
      await client.query('begin')
      try {
        if (await applyInside(client, migration, migrations, options.timeZone)) applied.push(migration)
        await client.query('commit')
      } catch (error) {
        await client.query('rollback').catch(() => {})
        throw error
      }
    }
    return applied
  })
}

/**
 * Applies some migrations inside a transaction that the caller has open and ends: they last with everything else that it
 * does, or not at all. What is applied already is left alone.
 */
export async function migrateInside(
  client: pg.Client,
  migrations: readonly Migration[],
  { timeZone }: Pick<MigrateOptions, 'timeZone'>,
): Promise<void> {
  for (const migration of migrations) await applyInside(client, migration, migrations, timeZone)
}

async function applyInside(
  client: pg.Client,
  migration: Migration,
  all: readonly Migration[],
  timeZone: string,
): Promise<boolean> {
  // For this transaction alone: on the embedded database all connections share one session.
  await client.query(`set local client_min_messages = warning`)
  await client.query(`select set_config('ttfd.time_zone', $1, true)`, [timeZone])
  await client.query(`select pg_advisory_xact_lock(hashtext('ttfd.migrate'))`)
  if (migration === all[0]) await prepareBookkeeping(client)
  if (!(await isMissing(client, migration, all))) return false
  // The files bring `begin;` and `commit;` for psql; here the bookkeeping belongs to the same transaction.
  await client.query(migration.sql.replace(/^(begin|commit);$/gm, ''))
  await client.query(`insert into ttfd.migrations (number, name, checksum) values ($1, $2, $3)`, [
    migration.number,
    migration.name,
    migration.checksum,
  ])
  return true
}

/** Lists every migration this program knows, with when it was applied. */
export async function migrationStatus(db: Database): Promise<MigrationStatus[]> {
  return withClient(db, async (client) => {
    const exists = await client.query(`select to_regclass('ttfd.migrations') is not null as found`)
    const rows = exists.rows[0]?.found
      ? (await client.query('select number, applied_at from ttfd.migrations')).rows
      : []
    const times = new Map(rows.map((row) => [row.number as number, row.applied_at as Date]))
    return readMigrations().map(({ number, name }) => ({
      number,
      name,
      applied_at: times.get(number) ?? null,
    }))
  })
}

async function prepareBookkeeping(client: pg.Client): Promise<void> {
  await client.query(`
    create schema if not exists ttfd;
    create table if not exists ttfd.migrations (
      number int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now()
    )`)
}

async function isMissing(
  client: pg.Client,
  migration: Migration,
  known: readonly Migration[],
): Promise<boolean> {
  const { rows } = await client.query('select number, checksum from ttfd.migrations')
  const highest = Math.max(0, ...rows.map((row) => row.number as number))
  if (highest > (known.at(-1)?.number ?? 0)) {
    throw new NewerSchemaError(
      `the database is at migration ${highest}, this program knows ${known.at(-1)?.number ?? 0}`,
    )
  }
  const row = rows.find((one) => one.number === migration.number)
  if (row && row.checksum !== migration.checksum) {
    throw new ChangedMigrationError(
      `migration ${migration.number} (${migration.name}) was changed after it was applied`,
    )
  }
  return !row
}
