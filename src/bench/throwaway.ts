import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { type Database, openDatabase } from '../db/connect.js'
import { migrate } from '../db/migrator.js'

export type Where = {
  /** Null: embedded. */
  url: string | null
  /** The program's own folder; on PostgreSQL only the disk is tried there. */
  dataDir: string
}

/** The role of DATABASE_URL may make no database beside its own. */
export class MayNotCreateError extends Error {
  override name = 'MayNotCreateError'
  constructor(readonly role: string) {
    super(`${role} may not create databases`)
  }
}

const PREFIX = 'ttfd_bench_'

/**
 * Runs `work` on a new, empty database of the same kind and in the same place as the real one, and removes it whatever
 * comes of it: on PostgreSQL a database beside it, else a folder in the data directory. The real one is only connected
 * to, never read or written. Throws MayNotCreateError.
 */
export async function withThrowaway<T>(
  { url, dataDir }: Where,
  timeZone: string,
  work: (db: Database, folder: string) => Promise<T>,
): Promise<T> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const folder = await mkdtemp(join(dataDir, 'bench-'))
  const prepared = async (db: Database) => {
    await migrate(db, { timeZone })
    return work(db, folder)
  }
  try {
    if (url !== null) return await besideReal(url, prepared)
    const db = await openDatabase({ dataDir: folder })
    return await prepared(db).finally(() => db.close())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function besideReal<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const real = await openDatabase({ url, maxConnections: 1 })
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`
  try {
    await dropLeftovers(real)
    await create(real, name)
    const made = new URL(url)
    made.pathname = `/${name}`
    const db = await openDatabase({ url: made.toString() })
    try {
      return await work(db)
    } finally {
      await db.close()
      await sql.raw(`drop database if exists ${name} with (force)`).execute(real.kysely)
    }
  } finally {
    await real.close()
  }
}

async function create(real: Database, name: string): Promise<void> {
  try {
    await sql.raw(`create database ${name}`).execute(real.kysely)
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error
    const { rows } = await sql<{ role: string }>`select format('%I', current_user) as role`.execute(
      real.kysely,
    )
    throw new MayNotCreateError(rows[0]?.role ?? '?')
  }
}

/** Databases of a bench that was killed: of this role, and nobody in them. */
async function dropLeftovers(real: Database): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select format('%I', d.datname) as name from pg_database d join pg_roles r on r.oid = d.datdba
    where d.datname ~ ${`^${PREFIX}[0-9a-f]{12}$`} and r.rolname = current_user
      and not exists (select from pg_stat_activity a where a.datname = d.datname)`.execute(real.kysely)
  for (const { name } of rows) await sql.raw(`drop database if exists ${name}`).execute(real.kysely)
}
