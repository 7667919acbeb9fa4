-- 0002_progress.sql: what stands around the ledger: identities, limits, rollups, deliveries, games, boards, duties.
begin;

-- One human's presence on one platform. Marks (caps, cooldowns, one-time rewards) travel here when it leaves an account.
create table ttfd.identities (
  platform text not null,
  platform_id text not null,
  account_id bigint references ttfd.accounts,
  username text,
  avatar text,
  marks jsonb not null default '{}',
  -- Telegram: the person started the bot and has not blocked it, so that notices can arrive.
  reachable boolean not null default false,
  notices_day date,
  notices_today int not null default 0,
  known_since timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (platform, platform_id),
  constraint identities_platform_is_known check (platform in ('telegram', 'discord', 'website'))
);
create index identities_of_account on ttfd.identities (account_id);
insert into ttfd.identities (platform, platform_id, account_id, username, reachable, known_since, last_seen_at)
select 'telegram', telegram_id, id, nullif(username, 'Unknown'), true, created_at, last_active
  from public.unified_users where telegram_id is not null
union all
select 'discord', discord_id, id, nullif(username, 'Unknown'), false, created_at, last_active
  from public.unified_users where discord_id is not null
union all
select 'website', website_email, id, null, false, created_at, last_active
  from public.unified_users where website_email is not null;

-- Counters that awards are judged by, decided by pure code under the account's lock (src/core/progression/limits.ts).
create table ttfd.account_limits (
  account_id bigint primary key references ttfd.accounts,
  state jsonb not null default '{}',
  updated_at timestamptz not null default now()
) with (fillfactor = 70);
-- A daily that the old programs paid is claimed here too: the day stays claimed and its streak goes on.
insert into ttfd.account_limits (account_id, state)
select id, case when last_daily is null then '{}' else jsonb_build_object('daily', to_char(
  least(last_daily, now()) at time zone coalesce(nullif(current_setting('ttfd.time_zone', true), ''), 'Europe/Moscow'),
  'YYYY-MM-DD')) end
from public.unified_users;

create table ttfd.account_settings (
  account_id bigint primary key references ttfd.accounts,
  private boolean not null default false,
  notices boolean not null default true,
  updated_at timestamptz not null default now()
);

-- What each account earned per community day, place of origin and kind: charts and periods without scanning events.
create table ttfd.daily_rollups (
  account_id bigint not null references ttfd.accounts,
  day date not null,
  source_platform text not null,
  event_type text not null,
  xp bigint not null,
  coins bigint not null,
  events bigint not null,
  primary key (account_id, day, source_platform, event_type)
) with (fillfactor = 70);
create index daily_rollups_of_day on ttfd.daily_rollups (day);

-- Carrying one event's effect to one place. `processed` of the event turns true when all of its deliveries have ended.
create table ttfd.deliveries (
  id bigint generated always as identity primary key,
  event_id uuid not null references public.cross_platform_events,
  account_id bigint not null references ttfd.accounts,
  destination text not null,
  state text not null default 'open',
  attempts int not null default 0,
  available_at timestamptz not null default now(),
  leased_until timestamptz,
  lease_token uuid,
  outcome text,
  last_error text,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  constraint deliveries_one_per_event_and_destination unique (event_id, destination),
  constraint deliveries_state_is_known check (state in ('open', 'delivered', 'skipped', 'failed')),
  constraint deliveries_ended_has_a_time check ((state = 'open') = (ended_at is null)),
  constraint deliveries_lease_is_whole check ((lease_token is null) = (leased_until is null))
);
create index deliveries_open on ttfd.deliveries (available_at) where state = 'open';
create index deliveries_open_of_account on ttfd.deliveries (account_id, destination, id) where state = 'open';
create index deliveries_failed on ttfd.deliveries (id) where state = 'failed';

-- A game in progress: bet, secret and state live here, never in a button.
create table ttfd.game_rounds (
  id uuid primary key,
  -- The press that asked for it: the same press delivered again finds its round.
  request_key text not null unique,
  account_id bigint not null references ttfd.accounts,
  platform text not null,
  platform_id text not null,
  game text not null,
  bet int not null,
  secret jsonb not null,
  state text not null default 'open',
  result jsonb,
  started_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint game_rounds_bet_is_not_negative check (bet >= 0),
  constraint game_rounds_state_is_known check (state in ('open', 'finished', 'cancelled', 'expired')),
  constraint game_rounds_ended_has_a_time check ((state = 'open') = (ended_at is null))
);
create unique index game_rounds_one_open_per_game on ttfd.game_rounds (account_id, game) where state = 'open';
create index game_rounds_open on ttfd.game_rounds (expires_at) where state = 'open';

-- Guilds and groups where acts pay. A group that is not here, nor in the environment's list, pays nothing.
create table ttfd.places (
  platform text not null,
  place_id text not null,
  title text not null default '',
  pays boolean not null default true,
  multiplier numeric(4, 2) not null default 1,
  added_by text not null,
  created_at timestamptz not null default now(),
  primary key (platform, place_id),
  constraint places_multiplier_in_range check (multiplier between 0 and 3)
);

-- How many living accounts stand above an XP value; rebuilt by one worker (src/core/boards/).
create table ttfd.board_steps (
  xp bigint primary key,
  above bigint not null
);
create table ttfd.board_leaders (
  account_id bigint primary key references ttfd.accounts
);
create table ttfd.board_state (
  id int primary key default 1 check (id = 1),
  accounts bigint not null,
  floor_xp bigint not null,
  -- The pulse of the community day on which it was built.
  day date not null,
  xp_today bigint not null,
  active_today bigint not null,
  built_at timestamptz not null,
  build_ms int not null
);

-- One holder at a time for a duty (poll of a bot token, sweeps). Times are the database's.
create table ttfd.leases (
  name text primary key,
  holder text not null,
  token uuid not null,
  expires_at timestamptz not null
);
-- Which parts run where, for `ttfd doctor` and /readyz.
create table ttfd.heartbeats (
  part text not null,
  holder text not null,
  detail jsonb not null default '{}',
  started_at timestamptz not null,
  beat_at timestamptz not null,
  primary key (part, holder)
);

-- Facts about this database itself (sandbox mark, database id) and rules an operator changed.
create table ttfd.settings (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);
insert into ttfd.settings (key, value) values ('database_id', to_jsonb(gen_random_uuid()::text));

create table ttfd.audit_log (
  id bigint generated always as identity primary key,
  actor text not null,
  act text not null,
  account_id bigint references ttfd.accounts,
  detail jsonb not null default '{}',
  created_at timestamptz not null default now()
);

commit;
