import { type RawBuilder, sql } from 'kysely'

/**
 * Begins a statement that names `family (id)`: the account and all that were merged into it, since its history lies
 * under all of these ids. `offset 0` keeps each step one look into the index: joined in the plain way, the planner may
 * read every account there is.
 */
export function withFamily(accountId: number): RawBuilder<unknown> {
  return sql`with recursive family (id) as (
    select ${accountId}::bigint
    union select a.id from family f
      cross join lateral (select id from ttfd.accounts where merged_into = f.id offset 0) a
  )`
}
