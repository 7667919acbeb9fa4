import { readdirSync, readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { freshDatabase } from '../support/databases.js'

type Column = { type: string; nullable: boolean; hasDefault: boolean; never: boolean }

/** The tables of src/db/schema.ts (and tables/) by what their text says: the types themselves are gone when it runs. */
function readTypes(): Map<string, Map<string, Column>> {
  const folder = new URL('../../src/db/', import.meta.url)
  const files = ['schema.ts', ...readdirSync(new URL('tables/', folder)).map((name) => `tables/${name}`)]
  const source = files
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
    .join('\n')
    .replace(/\/\*\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
  const bodies = new Map(
    [...source.matchAll(/^(?:export )?type (\w+) = \{([\s\S]*?)\}$/gm)].map((m) => [m[1], m[2] ?? '']),
  )
  const tables = new Map<string, Map<string, Column>>()
  for (const [, quoted, plain, type] of (bodies.get('Schema') ?? '').matchAll(
    /(?:'([\w.]+)'|(\w+)): (\w+)/g,
  )) {
    const columns = new Map<string, Column>()
    for (const [, name = '', written = ''] of (bodies.get(type) ?? '').matchAll(/(\w+): ([^\n;]+)/g)) {
      columns.set(name, columnOf(written.trim()))
    }
    tables.set(quoted ?? plain ?? '', columns)
  }
  return tables
}

function columnOf(written: string): Column {
  const isMaybeTime = written === 'MaybeTime'
  const never = /never, never>$/.test(written)
  const selected = /^(?:ColumnType|Generated|Json|JsonNeeded)<(.*)>$/.exec(written)?.[1] ?? written
  const first = written.startsWith('ColumnType') ? (selected.split(/,(?![^<]*>)/)[0] ?? '') : selected
  const type = /Time/.test(first)
    ? 'time'
    : written.startsWith('Json') || /Record<|\[\]/.test(first)
      ? 'json'
      : /boolean/.test(first)
        ? 'boolean'
        : /number/.test(first)
          ? 'number'
          : /Buffer|Uint8Array/.test(first)
            ? 'bytes'
            : /Date/.test(first)
              ? 'time'
              : 'text'
  return {
    type,
    nullable: isMaybeTime || /\| null/.test(first),
    hasDefault: /^Generated|^TimeDefault|\| undefined|^Json</.test(written),
    never,
  }
}

const KINDS: Record<string, string> = {
  int8: 'number',
  int4: 'number',
  float8: 'number',
  text: 'text',
  uuid: 'text',
  date: 'text',
  numeric: 'text',
  json: 'json',
  jsonb: 'json',
  bool: 'boolean',
  timestamptz: 'time',
  bytea: 'bytes',
}

test('the types of the query builder say what the live schema is', async () => {
  const db = await freshDatabase('postgres')
  const { rows } = await sql<{
    table: string
    name: string
    udt: string
    nullable: boolean
    default: boolean
    generated: boolean
  }>`
    select case when table_schema = 'ttfd' then 'ttfd.' || table_name else table_name end as table, column_name as name,
      udt_name as udt, is_nullable = 'YES' as nullable, column_default is not null or is_identity = 'YES' as default,
      is_generated = 'ALWAYS' or identity_generation is not distinct from 'ALWAYS' as generated
    from information_schema.columns
    where table_schema = 'ttfd' or table_name in ('unified_users', 'cross_platform_events')`.execute(
    db.kysely,
  )
  const types = readTypes()
  expect(types.size).toBeGreaterThan(15)
  const problems: string[] = []
  const live = new Set(rows.map((row) => row.table))
  for (const table of types.keys()) if (!live.has(table)) problems.push(`${table} is not in the database`)
  for (const row of rows) {
    const columns = types.get(row.table)
    // Tables of the login library are its own affair.
    if (!columns) continue
    const column = columns.get(row.name)
    const where = `${row.table}.${row.name}`
    if (!column) {
      problems.push(`${where} has no type`)
      continue
    }
    const kind = row.udt.startsWith('_') ? 'json' : KINDS[row.udt]
    if (column.type !== kind) problems.push(`${where} is ${row.udt}, its type says ${column.type}`)
    if (column.nullable !== row.nullable)
      problems.push(`${where} nullable ${row.nullable}, its type says otherwise`)
    if (column.never !== row.generated)
      problems.push(`${where} generated ${row.generated}, its type says otherwise`)
    if (column.hasDefault && !row.default && !row.nullable)
      problems.push(`${where} has no default, its type says so`)
  }
  for (const [table, columns] of types) {
    for (const name of columns.keys()) {
      if (!rows.some((row) => row.table === table && row.name === name))
        problems.push(`${table}.${name} is gone`)
    }
  }
  expect(problems).toEqual([])
})
