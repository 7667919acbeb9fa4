import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../../src/db/connect.js'
import type { Schema } from '../../src/db/schema.js'

/** Larger tables are truncated: their old rows would slow the next test down. */
const DELETE_BYTES_MAX = 65_536

const OURS = sql`(select oid from pg_namespace where nspname in ('public', 'ttfd'))`

const rowsOf = (catalog: string, condition: RawBuilder<unknown>) =>
  sql`(select count(*) || ':' || coalesce(sum(c.xmin::text::bigint), 0) from ${sql.table(catalog)} c where ${condition})`

/**
 * What a test may not change if another is to use its database: a change of the schema leaves new rows in the
 * catalogs, and the rows that the migrations put there are compared as they are.
 */
const FINGERPRINT = sql`concat_ws(' ',
  ${rowsOf('pg_attribute', sql`attrelid in (select oid from pg_class where relnamespace in ${OURS})`)},
  ${rowsOf('pg_constraint', sql`connamespace in ${OURS}`)},
  ${rowsOf('pg_index', sql`indrelid in (select oid from pg_class where relnamespace in ${OURS})`)},
  ${rowsOf('pg_proc', sql`pronamespace in ${OURS}`)},
  ${rowsOf('pg_trigger', sql`true`)},
  ${rowsOf('pg_namespace', sql`true`)},
  (select md5(string_agg(m::text, '|' order by m.number)) from ttfd.migrations m),
  (select md5(string_agg(r::text, '|' order by r.id)) from ttfd.ranks r),
  (select value from ttfd.settings where key = 'database_id'))`

export async function fingerprint(kysely: Kysely<Schema>): Promise<string> {
  const { rows } = await sql<{ mark: string }>`select ${FINGERPRINT} as mark`.execute(kysely)
  return rows[0]?.mark ?? ''
}

/** Makes a database as new, so that another test can use it. False: that cannot be, because the test changed more than rows. */
export async function empty(db: Database, mark: string): Promise<boolean> {
  try {
    if (db.kind === 'postgres') await endWhoStillWorks(db)
    const { rows } = await sql<{
      mark: string
      tables: string | null
      filled: string[] | null
      large: boolean
    }>`
      select ${FINGERPRINT} as mark, string_agg(name, ', ') as tables,
        array_agg(name) filter (where bytes > 0) as filled, max(bytes) > ${DELETE_BYTES_MAX} as large
      from (
        select format('%I.%I', n.nspname, c.relname) as name, pg_relation_size(c.oid) as bytes
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'ttfd') and c.relkind = 'r'
          and c.relname not in ('migrations', 'ranks', 'settings')
      ) as each`.execute(db.kysely)
    const [found] = rows
    if (!found || found.mark !== mark) return false
    const steps = [
      'begin',
      // The rows go in any order: no reference is looked at, no trigger runs.
      'set local session_replication_role = replica',
      ...(found.large
        ? [`truncate ${found.tables}`]
        : (found.filled ?? []).map((table) => `delete from ${table}`)),
      `delete from ttfd.settings where key <> 'database_id'`,
      `do $$ begin perform setval(seqrelid, seqstart, false) from pg_sequence
         where pg_sequence_last_value(seqrelid) is not null; end $$`,
      'commit',
    ]
    // All in one message: a test that follows waits for this.
    await sql.raw(steps.join(';\n')).execute(db.kysely)
    return true
  } catch {
    return false
  }
}

/** What a test left running must not write into the database of the next. Idle connections of its pool stay. */
async function endWhoStillWorks(db: Database): Promise<void> {
  await sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`.execute(db.kysely)
}
