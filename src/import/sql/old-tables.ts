import type pg from 'pg'
import { StoreMarks } from '../convert/tell-stores.js'
import { type Source, UnreadableStoreError } from '../records.js'

/** Columns of a table with their types; a map of none: the table is not there. */
export type Columns = ReadonlyMap<string, string>

/** Where each source's members lie, and which column says who they are, the surest first. */
const MEMBERS: Record<Source, { table: string; ids: readonly string[] }> = {
  telegram: { table: 'users', ids: ['telegram_id', 'id'] },
  discord: { table: 'users', ids: ['id', 'user_id', 'discord_id'] },
  voice: { table: 'voice_activity', ids: ['user_id', 'discord_id', 'id'] },
  website: { table: 'accounts', ids: ['id'] },
}

/** A table of the old programs that holds members. */
export type MembersTable = { table: string; columns: Columns; idColumn: string }

/** Columns of tables in schema `public`, by table. */
export async function readColumns(
  client: pg.Client,
  tables: readonly string[],
): Promise<ReadonlyMap<string, Columns>> {
  const { rows } = await client.query<{ table: string; name: string; type: string }>(
    `select c.relname as table, a.attname as name, format_type(a.atttypid, null) as type
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname = any ($1::text[])
    order by c.relname, a.attnum`,
    [tables],
  )
  const found = new Map<string, Map<string, string>>(tables.map((table) => [table, new Map()]))
  for (const { table, name, type } of rows) found.get(table)?.set(name, type)
  return found
}

/**
 * The table of a source's members. Both bots called theirs `users`, so one database holds one of the two: its columns
 * tell whose it is. Throws UnreadableStoreError.
 */
export async function findMembers(client: pg.Client, source: Source, store: string): Promise<MembersTable> {
  const { table, ids } = MEMBERS[source]
  const columns = (await readColumns(client, [table])).get(table) ?? new Map()
  if (columns.size === 0) throw new UnreadableStoreError(store, 'no_table', `public.${table}`)
  const other = otherThan(source, columns)
  if (other !== null) throw new UnreadableStoreError(store, 'other_store', other)
  const idColumn = ids.find((name) => columns.has(name))
  if (idColumn === undefined) {
    throw new UnreadableStoreError(store, 'no_id_column', `public.${table}: ${ids.join(', ')}`)
  }
  return { table, columns, idColumn }
}

function otherThan(source: Source, columns: Columns): Source | null {
  const marks = new StoreMarks()
  marks.add([...columns.keys()])
  const other = marks.otherThan(source)
  if (other !== null || (source !== 'telegram' && source !== 'discord')) return other
  // Too few columns to tell: a serial beside `telegram_id` is the Telegram bot's, a text id the Discord bot's.
  if (marks.otherThan(source === 'telegram' ? 'discord' : 'telegram') !== null) return null
  const isSerial = /^(?:integer|bigint|smallint)$/.test(columns.get('id') ?? '')
  if (source === 'discord') return columns.has('telegram_id') && isSerial ? 'telegram' : null
  return columns.has('telegram_id') && columns.has('id') && !isSerial ? 'discord' : null
}
