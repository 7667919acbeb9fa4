import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { EXAMPLES_MAX, type Finding, fail, ok } from './finding.js'

type Wrong = { id: number; xp: string; coins: string; xp_sum: string; coins_sum: string; total: number }

/** Balance = sum of the deltas over the account and all that were merged into it. Sums are exact (numeric). */
export async function checkLedger(reader: Reader): Promise<Finding[]> {
  const { rows } = await sql<Wrong>`
    with recursive roots as (
      select id, id as root from ttfd.accounts where merged_into is null
      union all
      select a.id, r.root from roots r join ttfd.accounts a on a.merged_into = r.id
    ), sums as (
      select r.root, sum(e.xp_delta) as xp, sum(e.coins_delta) as coins
      from cross_platform_events e join roots r on r.id = e.user_id group by r.root
    )
    select u.id, u.xp::text as xp, u.coins::text as coins, coalesce(s.xp, 0)::text as xp_sum,
      coalesce(s.coins, 0)::text as coins_sum, count(*) over ()::int as total
    from unified_users u left join sums s on s.root = u.id
    where u.xp <> coalesce(s.xp, 0) or u.coins <> coalesce(s.coins, 0)
    order by u.id limit ${EXAMPLES_MAX}`.execute(reader)
  const first = rows[0]
  if (first) {
    const examples = rows.map(
      (row) => `${row.id}: xp ${row.xp} / ${row.xp_sum}, coins ${row.coins} / ${row.coins_sum}`,
    )
    return [fail('ledger_wrong', { count: first.total, examples: examples.join('; '), first: first.id })]
  }
  const counted = await sql<{ accounts: number; events: number }>`
    select (select count(*) from unified_users)::int as accounts,
      (select count(*) from cross_platform_events)::int as events`.execute(reader)
  return [ok('ledger_ok', counted.rows[0] ?? {})]
}
