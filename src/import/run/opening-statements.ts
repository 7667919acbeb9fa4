import { CHUNK, newUuid } from './chunk-statements.js'

const OPENINGS = 'import_openings'

/** Opening balances of the old unified tables that nothing has reversed yet, of accounts that stores now speak for. */
export const FIND_OPENINGS = `
  create temporary table ${OPENINGS} on commit drop as
  select c.k, c.account_id, e.user_id, e.id as event, e.xp_delta, e.coins_delta
  from ${CHUNK} c
    cross join lateral (select c.account_id as id union all select a.id from ttfd.accounts a where a.merged_into = c.account_id) f
    join cross_platform_events e on e.dedupe_key = 'import:unified:' || f.id
  where not c.fresh and (e.xp_delta >= 0 and e.coins_delta >= 0)
    and not exists (select from cross_platform_events x where x.dedupe_key = 'import:unified:' || f.id || ':reversed')`

/** As much of it as the account still has, with what comes now: what was spent since stays spent. */
export const REVERSE_OPENINGS = [
  `update ${CHUNK} c set
    opening_xp = least(o.xp, u.xp + c.xp), opening_coins = least(o.coins, u.coins + c.coins)
  from (select k, sum(xp_delta)::bigint as xp, sum(coins_delta)::bigint as coins from ${OPENINGS} group by k) o, unified_users u
  where o.k = c.k and u.id = c.account_id`,
  // Statistics of the old row go with it: what remains was counted here.
  `update unified_users u set games_played = least(u.games_played, s.games), games_won = least(u.games_won, s.won),
    total_voice_time = least(u.total_voice_time, s.voice), messages_sent = least(u.messages_sent, s.messages)
  from (
    select o.account_id,
      count(e.id) filter (where e.event_type = 'game_played') as games,
      count(e.id) filter (where e.event_type = 'game_played' and e.data ->> 'won' = 'true') as won,
      count(e.id) filter (where e.event_type = 'voice_time') * 60 as voice,
      count(e.id) filter (where e.event_type = 'message_sent' and e.data ->> 'reason' is distinct from 'place') as messages
    from (select distinct account_id from ${OPENINGS}) o
      cross join lateral (select o.account_id as id union all select a.id from ttfd.accounts a where a.merged_into = o.account_id) f
      left join cross_platform_events e on e.user_id = f.id and e.dedupe_key not like 'legacy:%'
    group by o.account_id
  ) s where u.id = s.account_id`,
]

/** One counter-event per opening; when an account bears several, the first ones give as far as there is. */
export const COUNTER_EVENTS = `
  insert into cross_platform_events (id, user_id, event_type, source_platform, xp_delta, coins_delta, data, dedupe_key, processed, processed_at)
  select ${newUuid('$1')}, o.account_id, 'imported', 'system', -o.xp, -o.coins,
    jsonb_build_object('source', 'unified', 'reversed', o.event, 'delta_xp', -o.xp, 'delta_coins', -o.coins,
      'new_xp', u.xp - o.opening_xp_before - o.xp, 'new_coins', u.coins - o.opening_coins_before - o.coins),
    'import:unified:' || o.user_id || ':reversed', true, now()
  from (
    select o.*, greatest(0, least(o.xp_delta, c.opening_xp - o.before_xp)) as xp, greatest(0, least(o.coins_delta, c.opening_coins - o.before_coins)) as coins,
      least(o.before_xp, c.opening_xp) as opening_xp_before, least(o.before_coins, c.opening_coins) as opening_coins_before
    from (
      select *, coalesce(sum(xp_delta) over earlier, 0)::bigint as before_xp, coalesce(sum(coins_delta) over earlier, 0)::bigint as before_coins
      from ${OPENINGS} window earlier as (partition by k order by user_id rows between unbounded preceding and 1 preceding)
    ) o join ${CHUNK} c on c.k = o.k
  ) o join unified_users u on u.id = o.account_id`
