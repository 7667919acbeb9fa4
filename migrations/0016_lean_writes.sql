-- 0016_lean_writes.sql: the award path writes less: keys compared as bytes, one check of accounts a statement, daily sums folded later.
begin;

-- Keys are compared for equality and by prefix only; a language's order made each comparison ten times as dear.
alter table public.cross_platform_events alter column dedupe_key type text collate "C";

-- Every event belongs to an account that there ever was. A foreign key looks each row up by itself and locks its
-- account once more; accounts are never deleted, so looking at all rows of a statement together proves the same.
create function ttfd.refuse_events_of_nobody() returns trigger language plpgsql as $$
begin
  -- A subquery, so that it stays a look-up by id whatever the planner believes of the number of rows.
  if exists (select from fresh e where (select true from ttfd.accounts a where a.id = e.user_id) is null) then
    raise foreign_key_violation using
      message = 'an event of an account that never was', constraint = 'cross_platform_events_user_id_is_an_account';
  end if;
  return null;
end $$;
create function ttfd.refuse_event_for_nobody() returns trigger language plpgsql as $$
begin
  if not exists (select from ttfd.accounts a where a.id = new.user_id) then
    raise foreign_key_violation using
      message = 'an event of an account that never was', constraint = 'cross_platform_events_user_id_is_an_account';
  end if;
  return null;
end $$;
create function ttfd.refuse_loss_of_accounts() returns trigger language plpgsql as $$
begin
  raise foreign_key_violation using
    message = 'rows of ttfd.accounts stay for ever: events refer to them', constraint = 'accounts_stay_for_ever';
end $$;

alter table public.cross_platform_events drop constraint cross_platform_events_user_id_is_an_account;
create trigger cross_platform_events_user_id_is_an_account
  after insert on public.cross_platform_events referencing new table as fresh
  for each statement execute function ttfd.refuse_events_of_nobody();
create trigger cross_platform_events_user_id_stays_an_account
  after update of user_id on public.cross_platform_events
  for each row when (new.user_id <> old.user_id) execute function ttfd.refuse_event_for_nobody();
create trigger accounts_stay_for_ever
  before delete or update of id on ttfd.accounts for each row execute function ttfd.refuse_loss_of_accounts();

-- A document of limits grows with its member's first acts: room for that on its own page spares the index.
alter table ttfd.account_limits set (fillfactor = 50);

-- What awards add to the daily sums, one row per batch, day, place of origin and kind, with one element per account.
-- Folded into ttfd.daily_rollups within seconds; whoever wants today's sums to the last act reads ttfd.day_sums.
create table ttfd.rollup_deltas (
  id bigint generated always as identity primary key,
  day date not null,
  source_platform text not null,
  event_type text not null,
  account_ids bigint[] not null,
  xp bigint[] not null,
  coins bigint[] not null,
  events bigint[] not null,
  constraint rollup_deltas_lists_are_equally_long check (
    cardinality(account_ids) = cardinality(xp) and cardinality(xp) = cardinality(coins)
    and cardinality(coins) = cardinality(events))
);

-- The daily sums of an account as of now: what is folded and what is not yet.
create function ttfd.day_sums(account bigint)
returns table (day date, source_platform text, event_type text, xp bigint, coins bigint, events bigint)
language sql stable as $$
  select r.day, r.source_platform, r.event_type, r.xp, r.coins, r.events
  from ttfd.daily_rollups r where r.account_id = account
  union all
  select d.day, d.source_platform, d.event_type, v.xp, v.coins, v.events
  from ttfd.rollup_deltas d cross join lateral unnest(d.account_ids, d.xp, d.coins, d.events) as v (account_id, xp, coins, events)
  where account = any(d.account_ids) and v.account_id = account
$$;

commit;
