import type pg from 'pg'

/**
 * Ended by a restore anyway, and better not carried around in a file: sessions, codes, requests that wait for an answer,
 * leases, signs of life, voice sessions that nobody watches.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'ttfd.migrations',
  'ttfd.website_sessions',
  'ttfd.website_verifications',
  'ttfd.website_rate_limits',
  'ttfd.sign_in_links',
  'ttfd.link_codes',
  'ttfd.deep_links',
  'ttfd.discord_link_requests',
  'ttfd.email_changes',
  'ttfd.voice_sessions',
  'ttfd.leases',
  'ttfd.heartbeats',
])

/** In a query over `pg_class c` and `pg_namespace n`: whether a table is this program's. */
export const IS_OURS = `(n.nspname = 'ttfd' or n.nspname = 'public' and c.relname in ('unified_users', 'cross_platform_events'))`

type Column = { name: string; type: string }

export type Table = {
  /** `schema.table`, as it stands in a backup. */
  name: string
  /** The same, quoted for SQL. */
  quoted: string
  columns: Column[]
  /** Columns that count by themselves, with the sequence behind each. */
  counting: { column: string; sequence: string }[]
  /** About so many, by the database's statistics. */
  rowsAbout: number
}

/** The tables that a backup holds, as this database has them: both public ones and all of schema `ttfd` that lasts. */
export async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<{
    name: string
    quoted: string
    columns: Column[]
    counting: Table['counting']
    rows_about: number
  }>(`
    select n.nspname || '.' || c.relname as name, format('%I.%I', n.nspname, c.relname) as quoted,
      greatest(c.reltuples, 0)::float8 as rows_about,
      (select json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod)) order by attnum)
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      (select coalesce(json_agg(json_build_object('column', attname,
          'sequence', pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), attname)) order by attnum), '[]')
        from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attidentity <> '') as counting
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition
      and ${IS_OURS}
    -- Accounts first: a trigger looks at them when events come in.
    order by (n.nspname, c.relname) <> ('ttfd', 'accounts'), (n.nspname || '.' || c.relname) collate "C"`)
  return rows
    .filter(({ name }) => !LEFT_OUT.has(name))
    .map(({ rows_about, ...table }) => ({ ...table, rowsAbout: rows_about }))
}

/** Whether the database has a table (`schema.table`). */
export async function hasTable(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query(`select to_regclass($1) is not null as yes`, [name])
  return rows[0].yes
}

/** A column's name, quoted for SQL. */
export function quoteColumn(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
