import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import type { Reader } from './connect.js'

/**
 * A schema as sorted lines: `public.unified_users.id bigint not null` for a column, and
 * `public.unified_users: unified_users_pkey` for a constraint, an index or a trigger.
 */
export type SchemaLines = readonly string[]

const FILE = new URL('../../migrations/schema.txt', import.meta.url)

/**
 * What the migrations make, as it was when they were released. After a new migration:
 * `npx vitest run test/cli/schema-manifest.test.ts -u`.
 */
export function readManifest(): SchemaLines {
  return readFileSync(FILE, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}

/** Describes our tables as they are: the two public ones and all of schema `ttfd`. */
export async function describeSchema(reader: Reader): Promise<SchemaLines> {
  const { rows } = await sql<{ line: string }>`
    with ours as (
      select c.oid, n.nspname || '.' || c.relname as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p')
        and (n.nspname = 'ttfd' or n.nspname = 'public' and c.relname in ('unified_users', 'cross_platform_events'))
    )
    select line from (
      select place || '.' || attname || ' ' || format_type(atttypid, atttypmod)
          || case when attnotnull then ' not null' else '' end as line
        from ours join pg_attribute on attrelid = oid where attnum > 0 and not attisdropped
      -- PostgreSQL 18 lists every NOT NULL as a constraint too; the columns say that already.
      union select place || ': ' || conname from ours join pg_constraint on conrelid = ours.oid where contype <> 'n'
      union select place || ': ' || i.relname from ours join pg_index x on x.indrelid = ours.oid
        join pg_class i on i.oid = x.indexrelid
      union select place || ': ' || tgname from ours join pg_trigger on tgrelid = ours.oid where not tgisinternal
    ) lines order by line collate "C"`.execute(reader)
  return rows.map(({ line }) => line)
}

/** Lines that a live schema lacks, with what stands there instead; more than was made is nobody's business. */
export function compareSchema(expected: SchemaLines, live: SchemaLines): string[] {
  const found = new Set(live)
  const columns = new Map(live.map((line) => [line.split(' ')[0] ?? '', line]))
  return expected
    .filter((line) => !found.has(line))
    .map((line) => {
      const name = line.split(' ')[0] ?? ''
      const other = name.endsWith(':') ? undefined : columns.get(name)
      return `${line} -> ${other ? other.slice(name.length + 1) : '-'}`
    })
}
