import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { EXAMPLES_MAX, type Finding, fail, ok } from './finding.js'

type Wrong = { id: number; total: number }

/** What the write path judges by (an account's limits) says the same of restrictions as their rows. */
export async function checkRestrictions(reader: Reader): Promise<Finding[]> {
  const { rows } = await sql<Wrong>`
    with wanted as (
      select r.holder_id as id, r.kind,
        case when bool_or(r.until is null) then null else ceil(extract(epoch from max(r.until))) end as until
      from ttfd.restrictions r join unified_users u on u.id = r.holder_id
      where r.lifted_at is null and (r.until is null or r.until > now()) group by r.holder_id, r.kind
    ), kept as (
      select l.account_id as id, k.kind, (k.until #>> '{}')::numeric as until
      from ttfd.account_limits l cross join lateral json_each(l.state -> 'restricted') as k (kind, until)
      where l.state -> 'restricted' is not null and ((k.until #>> '{}') is null or (k.until #>> '{}')::numeric > extract(epoch from now()))
    ), wrong as (
      select coalesce(w.id, k.id) as id from wanted w full join kept k on k.id = w.id and k.kind = w.kind
      where w.id is null or k.id is null or w.until is distinct from k.until
    )
    select id, (select count(distinct id) from wrong)::int as total from wrong group by id order by id
    limit ${EXAMPLES_MAX}`.execute(reader)
  const first = rows[0]
  if (first) {
    const examples = rows.map((row) => row.id).join(', ')
    return [fail('restrictions_wrong', { count: first.total, examples })]
  }
  const counted = await sql<{ count: number }>`
    select count(distinct holder_id)::int as count from ttfd.restrictions
    where lifted_at is null and (until is null or until > now())`.execute(reader)
  return [ok('restrictions_ok', { count: counted.rows[0]?.count ?? 0 })]
}
