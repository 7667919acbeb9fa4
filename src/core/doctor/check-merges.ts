import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { EXAMPLES_MAX, type Finding, fail, ok } from './finding.js'

type Wrong = { id: number; total: number }

/**
 * Every merge and every undo is a pair of events that move one balance: what the merge's row says, its events say, and
 * both sides together change nothing. A standing merge's loser is a tombstone of its survivor; an undone one's is not.
 */
export async function checkMerges(reader: Reader): Promise<Finding[]> {
  const { rows } = await sql<Wrong>`
    with pairs (merge, key, account, xp, coins) as (
      select id, 'merge:' || id || ':out', loser_id, loser_xp_delta, loser_coins_delta from ttfd.merges
      union all select id, 'merge:' || id || ':in', survivor_id, survivor_xp_delta, survivor_coins_delta from ttfd.merges
      union all select id, 'merge:' || id || ':undo:out', survivor_id, undo_survivor_xp_delta, undo_survivor_coins_delta
        from ttfd.merges where undone_at is not null
      union all select id, 'merge:' || id || ':undo:in', loser_id, undo_loser_xp_delta, undo_loser_coins_delta
        from ttfd.merges where undone_at is not null
    ), wrong as (
      select p.merge as id from pairs p left join cross_platform_events e
        on e.dedupe_key = p.key and e.user_id = p.account and e.xp_delta = p.xp and e.coins_delta = p.coins
      where e.id is null
      union select m.id from ttfd.merges m join ttfd.accounts a on a.id = m.loser_id
      where m.undone_at is null and a.merged_into is distinct from m.survivor_id and a.deleted_at is null
    )
    select id, count(*) over ()::int as total from wrong order by id limit ${EXAMPLES_MAX}`.execute(reader)
  const first = rows[0]
  if (first)
    return [fail('merges_wrong', { count: first.total, examples: rows.map((row) => row.id).join(', ') })]
  const counted = await sql<{ count: number }>`select count(*)::int as count from ttfd.merges`.execute(reader)
  return [ok('merges_ok', { count: counted.rows[0]?.count ?? 0 })]
}
