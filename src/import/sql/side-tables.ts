import type pg from 'pg'
import type { Source } from '../records.js'
import { type MembersTable, readColumns } from './old-tables.js'
import { quoteName } from './quote-name.js'

/** What the old programs kept of a member outside of his row: the field that it becomes, and how it is gathered. */
const SIDES: Record<'telegram' | 'discord', readonly { table: string; gather: Gather }[]> = {
  telegram: [
    { table: 'user_achievements', gather: achievements },
    { table: 'game_history', gather: games },
    { table: 'inventory', gather: listed('inventory') },
    { table: 'season_progress', gather: listed('season_progress') },
  ],
  discord: [{ table: 'inventory', gather: listed('inventory') }],
}

type Columns = ReadonlyMap<string, string>
/** SQL of one jsonb object over the rows of one member; null: the table has not the columns for it. */
type Gather = (columns: Columns, owner: string, members: Columns) => string | null

/** A lateral join that finds what lies in another table: one jsonb object of fields to add to a member's record. */
export type Side = { sql: string; alias: string }

/** Looks which of the tables beside the members' are there and surely about these members. */
export async function findSides(client: pg.Client, source: Source, members: MembersTable): Promise<Side[]> {
  if (source !== 'telegram' && source !== 'discord') return []
  const sides = SIDES[source]
  const found = await readColumns(
    client,
    sides.map(({ table }) => table),
  )
  const keys = await readForeignKeys(client, members.table)
  return sides.flatMap(({ table, gather }, index) => {
    const columns: Columns = found.get(table) ?? new Map()
    const owner = ownerOf(source, table, columns, members, keys)
    const object = owner === null ? null : gather(columns, owner.column, members.columns)
    if (owner === null || object === null) return []
    const alias = `side_${index}`
    const column = quoteName(owner.column)
    const sql = `left join (
        select s.${column}::text as owner, ${object} as fields from public.${quoteName(table)} s
        where s.${column} is not null group by 1
      ) ${alias} on ${alias}.owner = t.${quoteName(owner.names)}::text`
    return [{ sql, alias }]
  })
}

/**
 * The column that says whose a row is, and the members' column that it names. A whole number without a foreign key could
 * be the running number of anybody in any of the old programs, so it is believed only where a key says what it is.
 */
function ownerOf(
  source: 'telegram' | 'discord',
  table: string,
  columns: Columns,
  members: MembersTable,
  keys: ReadonlyMap<string, { column: string; names: string }>,
): { column: string; names: string } | null {
  const key = keys.get(table)
  if (key !== undefined) return key
  const own = `${source}_id`
  if (columns.has(own)) return { column: own, names: members.idColumn }
  const type = columns.get('user_id')
  if (type === undefined || type === 'integer' || type === 'smallint') return null
  return { column: 'user_id', names: members.idColumn }
}

async function readForeignKeys(client: pg.Client, table: string) {
  const { rows } = await client.query<{ table: string; column: string; names: string }>(
    `select c.relname as table, a.attname as column, f.attname as names
    from pg_catalog.pg_constraint k
    join pg_catalog.pg_class c on c.oid = k.conrelid
    join pg_catalog.pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
    join pg_catalog.pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.confkey[1]
    where k.contype = 'f' and k.confrelid = to_regclass($1) and cardinality(k.conkey) = 1`,
    [`public.${table}`],
  )
  return new Map(rows.map(({ table: name, column, names }) => [name, { column, names }]))
}

function achievements(columns: Columns): string | null {
  const column = ['achievement_id', 'achievement', 'achievement_key'].find((name) => columns.has(name))
  if (column === undefined) return null
  const id = `s.${quoteName(column)}::text`
  return `jsonb_build_object('achievements', jsonb_agg(distinct ${id}) filter (where ${id} is not null))`
}

/** Games were counted in no column of the Telegram table, only written down one by one. */
function games(columns: Columns, _owner: string, members: Columns): string | null {
  if (members.has('games_played')) return null
  const isWon = columns.get('won') === 'boolean' ? `, 'games_won', count(*) filter (where s.won)` : ''
  return `jsonb_build_object('games_played', count(*)${isWon})`
}

function listed(field: string): Gather {
  return (_columns, owner, members) =>
    members.has(field)
      ? null
      : `jsonb_build_object('${field}', jsonb_agg(to_jsonb(s) - '${owner.replaceAll("'", "''")}' order by to_jsonb(s)::text))`
}
