import type pg from 'pg'
import type { Database } from '../db/connect.js'
import { migrateInside, readMigrations } from '../db/migrator.js'
import { withClient } from '../db/with-client.js'
import { readBackup } from './check-backup.js'
import { BackupError, type EndLine, type Header } from './format.js'
import { loadTables } from './load-tables.js'
import { settleRestored } from './settle-restored.js'
import { eraseAgain, keepErased } from './stay-erased.js'
import { hasTable, readTables } from './tables.js'

export type RestoreOptions = {
  /** What `checkBackup` found: the file must still be the same. */
  header: Header
  end: EndLine
  timeZone: string
  /** Whether accounts that the database has may be replaced. */
  replace: boolean
  /** Whether a holder of a part is known to be dead. */
  isDead: (holder: string) => boolean
  /** For the audit log. */
  actor: string
  onBytes?: (bytes: number) => void
}

export type Restored = {
  rows: number
  /** Accounts that had been erased here after the backup was made: they are erased again by the first start. */
  erasedAgain: number
}

/** The program runs on this database; `holder` is one of its processes. */
export class DatabaseInUseError extends Error {
  override name = 'DatabaseInUseError'
  constructor(readonly holder: string) {
    super(`${holder} works on the database`)
  }
}

/** The database has accounts, and nobody said that they may go. */
export class DatabaseNotEmptyError extends Error {
  override name = 'DatabaseNotEmptyError'
  constructor(readonly accounts: number) {
    super(`the database has ${accounts} accounts`)
  }
}

/** Parts give a sign of life every 5 s. */
const ALIVE_SECONDS = 20

/**
 * Puts a database in the place of what a backup holds, in one transaction: whole, or nothing has changed. The tables are
 * made anew as they were when the backup was written, filled, and brought up to date by the later migrations; sessions,
 * codes, leases and waiting requests are over afterwards, and all roles are looked at again. Rows are handed to the
 * database as values; no word of the file becomes part of a statement.
 * Throws BackupError, DatabaseInUseError, DatabaseNotEmptyError.
 */
export function restoreBackup(db: Database, path: string, options: RestoreOptions): Promise<Restored> {
  const { header, timeZone } = options
  const migrations = readMigrations()
  return withClient(db, async (client) => {
    try {
      await client.query('begin')
      await client.query(
        `set local statement_timeout = 0; set local lock_timeout = '10s'; set local timezone = 'UTC'`,
      )
      // Whoever starts now waits for the end before it looks at the tables.
      await client.query(`select pg_advisory_xact_lock(hashtext('ttfd.migrate'))`)
      await ensureIdle(client, options.isDead)
      const accounts = await countAccounts(client)
      if (accounts > 0 && !options.replace) throw new DatabaseNotEmptyError(accounts)
      await keepErased(client)
      await client.query(`set local client_min_messages = warning`)
      await client.query(`drop schema if exists ttfd_import cascade; drop schema if exists ttfd cascade;
        drop table if exists public.cross_platform_events; drop table if exists public.unified_users`)
      await migrateInside(client, migrations.slice(0, header.migrations.length), { timeZone })
      await loadTables(client, await readTables(client), unchanged(path, options))
      await migrateInside(client, migrations, { timeZone })
      await settleRestored(client, { actor: options.actor, madeAt: header.made_at })
      const erasedAgain = await eraseAgain(client, db.keyedHash)
      await client.query('commit')
      // Without statistics the first hours would be slow; but all is in, and nobody may be told that nothing has changed.
      await client.query('analyze').catch(() => {})
      return { rows: options.end.rows, erasedAgain }
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw refusedByDatabase(error)
    }
  })
}

/** The lines of a file that must be the one that was checked. */
async function* unchanged(path: string, { end, onBytes }: RestoreOptions) {
  for await (const line of readBackup(path, onBytes)) {
    if (line.kind === 'end' && line.end.sha256 !== end.sha256)
      throw new BackupError('damaged', 'it was changed while it was read')
    yield line
  }
}

async function ensureIdle(client: pg.Client, isDead: (holder: string) => boolean): Promise<void> {
  if (!(await hasTable(client, 'ttfd.heartbeats'))) return
  const { rows } = await client.query<{ holder: string }>(
    `select distinct holder from ttfd.heartbeats where beat_at > now() - $1 * interval '1 second'`,
    [ALIVE_SECONDS],
  )
  const alive = rows.find(({ holder }) => !isDead(holder))
  if (alive) throw new DatabaseInUseError(alive.holder)
}

/** Accounts of ours, or of the old programs where they are not taken over yet. */
export async function countAccounts(client: pg.Client): Promise<number> {
  for (const table of ['ttfd.accounts', 'public.unified_users']) {
    if (!(await hasTable(client, table))) continue
    const { rows } = await client.query(`select count(*)::int as count from ${table}`)
    if (rows[0].count > 0) return rows[0].count
  }
  return 0
}

/** Values that fit no column (22), or break a key or a CHECK (23), are the file's fault. */
function refusedByDatabase(error: unknown): unknown {
  const { code = '', message } = error as { code?: string; message: string }
  if (!/^(22|23)/.test(code)) return error
  return new BackupError('refused_by_database', message, { cause: error })
}
