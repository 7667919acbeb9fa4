import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import { compactable, GAME, JOB } from './compactable.js'
import type { Month } from './plan-compaction.js'

/**
 * Puts one event in the place of all of an account, month, source and kind, with the sum of what they paid, in one
 * transaction: balances stay the sums that they are at every moment. The accounts are locked meanwhile, as an award
 * locks them. Sums of an earlier run are summed up with what came to them. At most `eventsMax` events at once; returns
 * how many went.
 */
export async function foldMonths(
  db: Database,
  { months, before, eventsMax }: { months: readonly Month[]; before: Date; eventsMax: number },
): Promise<{ gone: number; sums: number }> {
  const ids = months.map(({ accountId }) => accountId)
  return db.transaction(async (tx) => {
    // Merged accounts' events are locked through whoever they were merged into.
    await sql`
      select from unified_users
      where id in (select ttfd.living_account(a.id) from unnest(${ids}::bigint[]) as a (id))
      order by id for no key update`.execute(tx)
    const { rows } = await sql<{ gone: number; sums: number }>`
      with looked as materialized (
        select e.*, m.from_at, ${GAME} as game, ${JOB} as job
        from unnest(${ids}::bigint[], ${months.map(({ from }) => from)}::timestamptz[], ${months.map(({ to }) => to)}::timestamptz[])
            as m (account_id, from_at, to_at)
          join cross_platform_events e on e.user_id = m.account_id and e.created_at >= m.from_at and e.created_at < m.to_at
        where ${compactable(before)} order by e.user_id, e.seq limit ${eventsMax}
      ), facts as (
        select l.*,
          case when jsonb_typeof(data -> 'summed_up') = 'number' then (data ->> 'summed_up')::numeric else 1 end as acts,
          case when jsonb_typeof(data -> 'wins') = 'number' then (data ->> 'wins')::numeric
            when data ->> 'won' = 'true' then 1 else 0 end as wins,
          case when jsonb_typeof(data -> 'duration') = 'number' then (data ->> 'duration')::numeric else 0 end as duration,
          coalesce(data ->> 'summed_from', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as first_at
        from looked l
      ), groups as (
        select user_id, from_at, source_platform, event_type, game, job, array_agg(id) as ids, max(seq) as seq,
          max(created_at) as created_at, max(processed_at) as processed_at,
          sum(xp_delta)::bigint as xp, sum(coins_delta)::bigint as coins,
          jsonb_strip_nulls(jsonb_build_object(
            'summed_up', sum(acts), 'summed_from', min(first_at),
            'delta_xp', sum(xp_delta), 'delta_coins', sum(coins_delta),
            'new_xp', (array_agg(data -> 'new_xp' order by seq desc))[1],
            'new_coins', (array_agg(data -> 'new_coins' order by seq desc))[1],
            'place', (array_agg(data -> 'place' order by seq desc))[1],
            'game_type', nullif(game, ''), 'job', nullif(job, ''),
            'wins', case when event_type = 'game_played' then sum(wins) end,
            'duration', case when event_type = 'voice_time' then sum(duration) end)) as data
        from facts group by user_id, from_at, source_platform, event_type, game, job having count(*) > 1
      ), told as (
        delete from ttfd.deliveries where event_id in (select unnest(ids) from groups)
      ), gone as (
        delete from cross_platform_events where id in (select unnest(ids) from groups) returning 1
      ), made as (
        insert into cross_platform_events (id, seq, user_id, event_type, source_platform, xp_delta, coins_delta, data,
          dedupe_key, processed, processed_at, created_at)
        overriding system value
        select n.id, seq, user_id, event_type, source_platform, xp, coins, data, 'sum:' || n.id, true, processed_at, created_at
        from groups cross join lateral (select gen_random_uuid() as id, groups.seq as for_each) n returning 1
      )
      select (select count(*) from gone)::int as gone, (select count(*) from made)::int as sums`.execute(tx)
    return rows[0] ?? { gone: 0, sums: 0 }
  })
}
