import { sql } from 'kysely'
import type { Reader } from '../../src/db/connect.js'

/** Columns, constraints, indexes and sequences of some schemas, as sorted lines that two databases can be compared by. */
export async function describeSchema(reader: Reader, schemas: readonly string[], only?: readonly string[]) {
  const isWanted = (table: string) => only === undefined || only.includes(table)
  const columns = await sql<{ t: string; line: string }>`
    select table_name as t, format('column %s.%s.%s %s null:%s default:%s identity:%s generated:%s length:%s', table_schema, table_name,
      column_name, udt_name, is_nullable, column_default, identity_generation, generation_expression, character_maximum_length) as line
    from information_schema.columns where table_schema = any(${schemas as string[]}::text[])`.execute(reader)
  const constraints = await sql<{ t: string; line: string }>`
    select c.relname as t, format('constraint %s.%s %s %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) as line
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(${schemas as string[]}::text[]) and k.contype <> 'n'`.execute(reader)
  const indexes = await sql<{ t: string; line: string }>`
    select tablename as t, 'index ' || indexdef as line from pg_indexes where schemaname = any(${schemas as string[]}::text[])`.execute(
    reader,
  )
  const options = await sql<{ t: string; line: string }>`
    select c.relname as t, format('%s %s.%s %s', c.relkind, n.nspname, c.relname, c.reloptions) as line
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = any(${schemas as string[]}::text[]) and c.relkind in ('r', 'S', 'v')`.execute(reader)
  return [columns, constraints, indexes, options]
    .flatMap(({ rows }) => rows)
    .filter(({ t }) => isWanted(t))
    .map(({ line }) => line)
    .sort()
}

/** One checksum a table over every row's text. */
export async function checksums(reader: Reader, tables: readonly string[]): Promise<Record<string, string>> {
  const sums: Record<string, string> = {}
  for (const table of tables) {
    const { rows } = await sql<{ sum: string }>`
      select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${sql.table(table)} t`.execute(
      reader,
    )
    sums[table] = rows[0]?.sum ?? ''
  }
  return sums
}
