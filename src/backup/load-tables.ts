import type pg from 'pg'
import type { BackupLine } from './check-backup.js'
import { BackupError, type TableLine } from './format.js'
import { IS_OURS, quoteColumn, type Table } from './tables.js'

/** A statement takes about so much text, so that memory stays the same however large the file is. */
const PORTION_BYTES = 1024 * 1024
const PORTION_ROWS_MAX = 2_000

/**
 * Fills empty tables from the lines of a backup, inside the caller's transaction. Tables and columns must be exactly
 * those that the database has: names of the file are only compared, statements are made of the database's own. Foreign
 * keys are checked when all rows are in.
 */
export async function loadTables(
  client: pg.Client,
  tables: readonly Table[],
  lines: AsyncIterable<BackupLine>,
): Promise<void> {
  const putBackKeys = await takeOffForeignKeys(client)
  for (const { quoted } of tables) await client.query(`truncate ${quoted}`)
  const waiting = new Map(tables.map((table) => [table.name, table]))
  let current: Loader | null = null
  for await (const line of lines) {
    if (line.kind === 'row') await current?.take(line.text)
    if (line.kind === 'table') {
      await current?.flush()
      const table = waiting.get(line.table.table)
      if (!table || !hasSameColumns(table, line.table))
        throw new BackupError('foreign', `table ${line.table.table} with these columns`)
      waiting.delete(table.name)
      current = new Loader(client, table)
      await setSequences(client, table, line.table)
    }
    if (line.kind === 'end') await current?.flush()
  }
  const absent = [...waiting.keys()]
  if (absent.length > 0) throw new BackupError('foreign', `no table ${absent.join(', ')}`)
  await raiseSequences(client, tables)
  await putBackKeys()
}

class Loader {
  readonly #client: pg.Client
  readonly #insert: string
  #rows: string[] = []
  #bytes = 0

  constructor(client: pg.Client, { quoted, columns }: Table) {
    this.#client = client
    const names = columns.map(({ name }) => quoteColumn(name)).join(', ')
    const values = columns.map(({ type }, n) => `(r ->> ${n})::${type}`).join(', ')
    this.#insert = `insert into ${quoted} (${names}) overriding system value
      select ${values} from jsonb_array_elements($1::jsonb) as r`
  }

  async take(row: string): Promise<void> {
    this.#rows.push(row)
    this.#bytes += row.length
    if (this.#bytes >= PORTION_BYTES || this.#rows.length >= PORTION_ROWS_MAX) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.#rows.length === 0) return
    const text = `[${this.#rows.join(',')}]`
    this.#rows = []
    this.#bytes = 0
    await this.#client.query(this.#insert, [text])
  }
}

function hasSameColumns({ columns, counting }: Table, line: TableLine): boolean {
  const same = (a: string[], b: string[]) => a.length === b.length && a.every((one, n) => one === b[n])
  return (
    same(
      columns.map(({ name }) => name),
      line.columns,
    ) &&
    same(
      counting.map(({ column }) => column),
      line.sequences.map(({ column }) => column),
    )
  )
}

async function setSequences(client: pg.Client, { counting }: Table, { sequences }: TableLine): Promise<void> {
  for (const [n, { sequence }] of counting.entries())
    await client.query(`select setval($1::regclass, greatest($2::bigint, 1), false)`, [
      sequence,
      sequences[n]?.next ?? '1',
    ])
}

/** No number that stands in a row is given again, whatever the file said. */
async function raiseSequences(client: pg.Client, tables: readonly Table[]): Promise<void> {
  for (const { quoted, counting } of tables) {
    for (const { column, sequence } of counting)
      await client.query(
        `select setval($1::regclass, highest + 1, false) from (select max(${quoteColumn(column)}) as highest from ${quoted}) m
          where highest >= (select last_value from ${sequence})`,
        [sequence],
      )
  }
}

/** Rows come in the order of table names, so keys that point from one to another wait; returns what puts them back. */
async function takeOffForeignKeys(client: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await client.query<{ table: string; name: string; definition: string }>(`
    select format('%I.%I', n.nspname, c.relname) as table, format('%I', k.conname) as name,
      pg_get_constraintdef(k.oid) as definition
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where k.contype = 'f' and k.conparentid = 0 and ${IS_OURS}`)
  for (const { table, name } of rows) await client.query(`alter table ${table} drop constraint ${name}`)
  return async () => {
    for (const { table, name, definition } of rows)
      await client.query(`alter table ${table} add constraint ${name} ${definition}`)
  }
}
