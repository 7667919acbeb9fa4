import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { inject, onTestFinished } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connect.js'

export const KINDS = ['embedded', 'postgres'] as const
export type Kind = (typeof KINDS)[number]

let counter = 0

/** A new, migrated, empty database of the given kind. The caller closes it. */
export async function createDatabase(
  kind: Kind,
): Promise<{ db: Database; url?: string; dataDir?: string; drop(): Promise<void> }> {
  if (kind === 'embedded') {
    // Below the template's folder, which goes with the run.
    const dataDir = mkdtempSync(join(inject('embeddedTemplate'), 'test-'))
    cpSync(join(inject('embeddedTemplate'), 'pgdata'), join(dataDir, 'pgdata'), { recursive: true })
    const db = await openDatabase({ dataDir })
    const drop = async () => {
      await db.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
    return { db, dataDir, drop }
  }
  const { url, drop: dropDatabase } = await createPostgresDatabase('ttfd_template')
  const db = await openDatabase({ url })
  const drop = async () => {
    await db.close()
    await dropDatabase()
  }
  return { db, url, drop }
}

/** A new database on the test server, cloned from `template` (`template0`: empty). */
export async function createPostgresDatabase(template: 'ttfd_template' | 'template0') {
  const server = inject('postgresUrl')
  const name = `test_${process.pid}_${++counter}`
  await admin(server, `create database ${name} template ${template}`)
  const url = server.replace(/postgres$/, name)
  return { url, drop: () => admin(server, `drop database if exists ${name} with (force)`) }
}

type Made = Awaited<ReturnType<typeof createDatabase>>

const free: Record<Kind, Made[]> = { embedded: [], postgres: [] }

/**
 * A migrated, empty database for the running test. Making one takes seconds on a busy machine, so a test file empties
 * and reuses its own; one that a test closed or changed the ranks of is thrown away.
 */
export async function freshDatabase(kind: Kind): Promise<Database> {
  const made = free[kind].pop() ?? (await createDatabase(kind))
  onTestFinished(async () => {
    if (await isEmptied(made.db)) free[kind].push(made)
    else await made.drop()
  })
  return made.db
}

/** Drops what the tests of a file left for each other. Files share their modules, so a setup file calls it after each. */
export async function dropFreeDatabases(): Promise<void> {
  for (const made of [...free.embedded.splice(0), ...free.postgres.splice(0)]) await made.drop()
}

async function isEmptied(db: Database): Promise<boolean> {
  try {
    if (db.kind === 'postgres') {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`.execute(db.kysely)
    }
    const { rows } = await sql<{ tables: string; ladder: string }>`
      select (
        select string_agg(format('%I.%I', schemaname, tablename), ', ') from pg_tables
        where schemaname in ('public', 'ttfd') and tablename not in ('migrations', 'ranks', 'settings')
      ) as tables, (select md5(string_agg(r::text, '|' order by r.id)) from ttfd.ranks r) as ladder`.execute(
      db.kysely,
    )
    ladder ??= rows[0]?.ladder ?? null
    if (!rows[0] || rows[0].ladder !== ladder) return false
    await sql.raw(`truncate ${rows[0].tables} restart identity`).execute(db.kysely)
    await sql`delete from ttfd.settings where key <> 'database_id'`.execute(db.kysely)
    return true
  } catch {
    return false
  }
}

let ladder: string | null = null

async function admin(url: string, statement: string): Promise<void> {
  const db = await openDatabase({ url, maxConnections: 1 })
  const client = db.client()
  await client.connect()
  // Cloning needs the template to itself; another test may clone it right now.
  await client.query(`select pg_advisory_lock(4711)`)
  await client.query(statement)
  await client.end()
  await db.close()
}
