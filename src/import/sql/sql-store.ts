import { createHash } from 'node:crypto'
import type pg from 'pg'
import { type Database, describeUrl, openDatabase } from '../../db/connect.js'
import type { Convert } from '../convert/convert-record.js'
import { type OldItem, type OldStore, type Source, UnreadableStoreError } from '../records.js'
import { findMembers, type MembersTable } from './old-tables.js'
import { readProvenLinks } from './proven-links.js'
import { quoteName } from './quote-name.js'
import { findSides, type Side } from './side-tables.js'

const FETCH_ROWS = 2_000

/** A member's id, his row as JSON, and what the tables beside hold of him. */
type Row = (string | null)[]

/** Everything as the server writes it: numbers lose no digits, times stay as they stand. */
const asText = { getTypeParser: () => (value: string) => value } as unknown as pg.CustomTypesConfig

/**
 * Opens a store in a database of the old programs, also when it is the one that we run on. It is read in one READ ONLY
 * REPEATABLE READ transaction: one moment of it, whatever the old bot does meanwhile. Throws UnreadableStoreError.
 */
export async function openSqlStore(source: Source, url: string, convert: Convert): Promise<OldStore> {
  const name = describeUrl(url)
  const db = await openDatabase({ url, maxConnections: 1 })
  const client = db.client()
  client.on('error', () => {})
  try {
    await connect(client, name)
    return await begin(db, client, source, name, convert)
  } catch (error) {
    await client.end().catch(() => {})
    await db.close()
    throw asUnreadable(name, error)
  }
}

async function connect(client: pg.Client, name: string): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    throw new UnreadableStoreError(name, 'unreachable', code ?? message)
  }
}

async function begin(
  db: Database,
  client: pg.Client,
  source: Source,
  name: string,
  convert: Convert,
): Promise<OldStore> {
  await client.query('begin transaction isolation level repeatable read read only')
  // Times with a zone are written in UTC; the cursor is read to its end, and whoever reads it may take his time.
  await client.query(`set local timezone = 'UTC'; set local datestyle = 'ISO'; set local cursor_tuple_fraction = 1;
    set local work_mem = '64MB'; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`)
  const members = await findMembers(client, source, name)
  const sides = await findSides(client, source, members)
  const { rows } = await client.query({
    text: `select count(*) from public.${quoteName(members.table)}`,
    types: asText,
  })
  const hash = createHash('sha256')
  return {
    source,
    origin: source,
    name,
    size: Number(rows[0]?.count ?? 0),
    hash: () => hash.copy().digest('hex'),
    async close() {
      await client.end().catch(() => {})
      await db.close()
    },
    async *read() {
      try {
        const items = await readLinks(client, source, hash)
        if (items.length > 0) yield { items, done: 0 }
        yield* readMembers(client, members, sides, hash, convert)
      } catch (error) {
        throw asUnreadable(name, error)
      }
    },
  }
}

type Hash = ReturnType<typeof createHash>

async function readLinks(client: pg.Client, source: Source, hash: Hash): Promise<OldItem[]> {
  if (source !== 'telegram' && source !== 'discord') return []
  const items = await readProvenLinks(client, source)
  hash.update(JSON.stringify(items))
  return items
}

async function* readMembers(
  client: pg.Client,
  members: MembersTable,
  sides: readonly Side[],
  hash: Hash,
  convert: Convert,
): AsyncGenerator<{ items: OldItem[]; done: number }> {
  const id = `t.${quoteName(members.idColumn)}::text`
  // In one order everywhere, so that the same rows give the same hash and equal ids lie side by side.
  await client.query(`declare old_members no scroll cursor for
    select ${[id, 'row_to_json(t)::text', ...sides.map(({ alias }) => `${alias}.fields::text`)].join(', ')}
    from public.${quoteName(members.table)} t ${sides.map(({ sql }) => sql).join('\n')}
    order by ${id} collate "C"`)
  let done = 0
  let held: Row | null = null
  let coming = fetchRows(client)
  for (;;) {
    const rows = await coming
    const isEnd = rows.length < FETCH_ROWS
    // The server looks for the next rows while these are read.
    if (!isEnd) coming = fetchRows(client)
    const items: OldItem[] = []
    for (const row of rows) {
      hash.update(`${row.join('\n')}\n`)
      if (held !== null) convertRow(held, held[0] === null || held[0] !== row[0], convert, items)
      held = row
    }
    if (isEnd && held !== null) convertRow(held, true, convert, items)
    done += rows.length
    yield { items, done }
    if (isEnd) return
  }
}

function convertRow(row: Row, isLast: boolean, convert: Convert, items: OldItem[]): void {
  const [id = null, record, ...sides] = row
  convert(id, withSides(record ?? 'null', sides), isLast, items)
}

/** The fields found beside stand behind those of the row itself; JSON takes the last of two with one name. */
function withSides(record: string, sides: readonly (string | null)[]): string {
  const more = sides.flatMap((fields) => (fields === null || fields === '{}' ? [] : fields.slice(1, -1)))
  return more.length === 0 ? record : `${record.slice(0, -1)},${more.join(',')}}`
}

function fetchRows(client: pg.Client): Promise<Row[]> {
  const config = { text: `fetch ${FETCH_ROWS} from old_members`, rowMode: 'array', types: asText }
  const rows = client.query<Row>(config as pg.QueryArrayConfig).then((result) => result.rows)
  // Whoever stops reading does not wait for the rows that are still coming.
  rows.catch(() => {})
  return rows
}

const NO_PERMISSION = '42501'

function asUnreadable(name: string, error: unknown): unknown {
  const { code, message } = error as { code?: string; message?: string }
  if (error instanceof UnreadableStoreError || error instanceof RangeError) return error
  if (code === NO_PERMISSION) return new UnreadableStoreError(name, 'no_permission', message ?? '')
  if (error instanceof SyntaxError) return new UnreadableStoreError(name, 'syntax', message ?? '')
  return error
}
