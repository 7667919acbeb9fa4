import { createHash, createHmac } from 'node:crypto'
import type pg from 'pg'
import type { Database } from '../db/connect.js'
import { type Migration, readMigrations } from '../db/migrator.js'
import { type BackupKeys, type EndLine, FORMAT, type Header } from './format.js'
import { hasTable, quoteColumn, readTables, type Table } from './tables.js'

export type BackupFacts = {
  madeAt: Date
  /** Version of the program. */
  program: string
  /** For the check that a later restore makes; null where it is not known. */
  idHashKey: string | null
  /** Put into the file. */
  keys?: BackupKeys
  /** Those that the database has; of this program unless told otherwise. */
  migrations?: readonly Migration[]
  onProgress?: (rows: number, rowsAbout: number) => void
}

/** The database has not the tables of this program: `ttfd migrate` mends it. */
export class NotMigratedError extends Error {
  override name = 'NotMigratedError'
}

/** A portion of rows takes about so much, so that a backup needs the same memory however large the database is. */
const PORTION_BYTES = 1024 * 1024
const PORTION_ROWS_MAX = 2_000
const PORTION_ROWS_FIRST = 50

/**
 * The lines of a backup, read in one snapshot of the database: what is written meanwhile is not in it. Throws
 * NotMigratedError. On the embedded database everybody else waits until the last line was taken.
 */
export async function* backupLines(db: Database, facts: BackupFacts): AsyncGenerator<string> {
  const client = db.client()
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(
      `set local timezone = 'UTC'; set local datestyle = 'ISO'; set local intervalstyle = 'postgres';
      set local bytea_output = 'hex'; set local extra_float_digits = 3; set local statement_timeout = 0`,
    )
    const hash = createHash('sha256')
    const line = (value: unknown) => {
      const text = `${JSON.stringify(value)}\n`
      hash.update(text)
      return text
    }
    yield line(await readHeader(client, db.kind, facts))
    const tables = await readTables(client)
    const rowsAbout = tables.reduce((sum, table) => sum + table.rowsAbout, 0)
    const end: EndLine = { end: true, tables: {}, rows: 0, sha256: '' }
    for (const table of tables) {
      yield line({
        table: table.name,
        columns: table.columns.map(({ name }) => name),
        sequences: await readSequences(client, table),
      })
      let rows = 0
      for await (const portion of portions(client, table)) {
        rows += portion.length
        yield portion.map(line).join('')
        facts.onProgress?.(end.rows + rows, rowsAbout)
      }
      end.tables[table.name] = rows
      end.rows += rows
    }
    yield `${JSON.stringify({ ...end, sha256: hash.digest('hex') })}\n`
    await client.query('rollback')
  } finally {
    await client.end()
  }
}

async function readHeader(
  client: pg.Client,
  from: Database['kind'],
  { madeAt, program, idHashKey, keys, migrations: known = readMigrations() }: BackupFacts,
): Promise<Header> {
  const applied = (await hasTable(client, 'ttfd.migrations'))
    ? (await client.query('select number, checksum from ttfd.migrations order by number')).rows
    : []
  if (applied.length !== known.length || applied.some((row, n) => row.checksum !== known[n]?.checksum)) {
    throw new NotMigratedError(`${applied.length} of ${known.length} migrations are applied`)
  }
  const { rows } = await client.query(
    `select value #>> '{}' as id from ttfd.settings where key = 'database_id'`,
  )
  return {
    ttfd_backup: FORMAT,
    made_at: madeAt.toISOString(),
    program,
    from,
    database_id: rows[0]?.id ?? '',
    migrations: applied,
    id_hash_key_check: idHashKey === null ? null : checkOfKey(idHashKey),
    ...(keys ? { keys } : {}),
  }
}

/** Says of a key whether it is the same one, and nothing else of it. */
export function checkOfKey(idHashKey: string): string {
  return createHmac('sha256', idHashKey).update('backup check').digest('hex').slice(0, 16)
}

async function readSequences(client: pg.Client, { counting }: Table) {
  const sequences: { column: string; next: string }[] = []
  for (const { column, sequence } of counting) {
    const { rows } = await client.query(
      `select (last_value + case when is_called then 1 else 0 end)::text as next from ${sequence}`,
    )
    sequences.push({ column, next: rows[0].next })
  }
  return sequences
}

/** All rows of a table, some at a time: as many as fit about a megabyte, judged by the longest row so far. */
async function* portions(client: pg.Client, table: Table): AsyncGenerator<(string | null)[][]> {
  const columns = table.columns.map(({ name }) => `${quoteColumn(name)}::text`).join(', ')
  await client.query(`declare ttfd_backup no scroll cursor for select ${columns} from ${table.quoted}`)
  let wanted = PORTION_ROWS_FIRST
  let longest = 1
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({
      text: `fetch ${wanted} from ttfd_backup`,
      rowMode: 'array',
    })
    if (rows.length > 0) yield rows
    if (rows.length < wanted) break
    for (const row of rows)
      longest = Math.max(
        longest,
        row.reduce((sum, value) => sum + (value?.length ?? 0), 0),
      )
    wanted = Math.max(1, Math.min(PORTION_ROWS_MAX, Math.floor(PORTION_BYTES / longest)))
  }
  await client.query('close ttfd_backup')
}
