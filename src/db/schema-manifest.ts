import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import type { Reader } from './connect.js'

/**
 * What the migrations make: for each table its columns with their types, and the names of constraints and indexes.
 * `migrations/manifest.json` is written by `npx vitest run test/cli/schema-manifest.test.ts -u`.
 */
export type SchemaManifest = Record<string, { columns: Record<string, string>; names: string[] }>

const FILE = new URL('../../migrations/manifest.json', import.meta.url)

export function readManifest(): SchemaManifest {
  return JSON.parse(readFileSync(FILE, 'utf8')) as SchemaManifest
}

/** Describes our tables as they are: the two public ones and all of schema `ttfd`. */
export async function describeSchema(reader: Reader): Promise<SchemaManifest> {
  const { rows } = await sql<{ place: string; columns: Record<string, string>; names: string[] }>`
    with ours as (
      select c.oid, n.nspname || '.' || c.relname as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p')
        and (n.nspname = 'ttfd' or n.nspname = 'public' and c.relname in ('unified_users', 'cross_platform_events'))
    )
    select place,
      (select jsonb_object_agg(attname, format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end)
        from pg_attribute where attrelid = ours.oid and attnum > 0 and not attisdropped) as columns,
      array(select name from (
        -- PostgreSQL 18 lists every NOT NULL as a constraint; the columns say that already.
        select conname::text as name from pg_constraint where conrelid = ours.oid and contype <> 'n'
        union select i.relname::text from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = ours.oid
      ) all_names order by name collate "C") as names
    from ours order by place collate "C"`.execute(reader)
  return Object.fromEntries(
    rows.map(({ place, columns, names }) => [
      place,
      { columns: Object.fromEntries(Object.entries(columns).sort(([a], [b]) => (a < b ? -1 : 1))), names },
    ]),
  )
}

/** What a live schema lacks or has otherwise; more than was made is nobody's business. Empty when all is well. */
export function compareSchema(expected: SchemaManifest, live: SchemaManifest): string[] {
  return Object.entries(expected).flatMap(([place, { columns, names }]) => {
    const found = live[place]
    if (!found) return [`${place}: missing`]
    const wrongColumns = Object.entries(columns)
      .filter(([name, type]) => found.columns[name] !== type)
      .map(([name, type]) => `${place}.${name}: ${found.columns[name] ?? 'missing'} (${type})`)
    const wrongNames = names
      .filter((name) => !found.names.includes(name))
      .map((name) => `${place}: ${name} missing`)
    return [...wrongColumns, ...wrongNames]
  })
}
