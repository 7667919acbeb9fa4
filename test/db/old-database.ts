/**
 * A database as the old programs left it: their two unified tables with awkward rows, and their own tables beside
 * them, which nobody of ours may touch. Shapes: design.md section 3, domain.md section 6.
 */

export const OLD_USERS = `
create table unified_users (
  id serial primary key,
  telegram_id text unique,
  discord_id text unique,
  website_email text unique,
  username text not null default 'Unknown',
  display_name text not null default 'Unknown',
  xp integer not null default 0,
  coins integer not null default 0,
  rank_id integer not null default 1,
  games_played integer not null default 0,
  games_won integer not null default 0,
  total_voice_time integer not null default 0,
  messages_sent integer not null default 0,
  achievements jsonb default '[]',
  current_season_xp integer default 0,
  season_rank integer default 0,
  daily_streak integer default 0,
  created_at timestamp not null default current_timestamp,
  last_active timestamp not null default current_timestamp,
  last_daily timestamp,
  platforms jsonb default '[]',
  primary_platform text not null default 'telegram',
  constraint check_at_least_one_platform check (
    telegram_id is not null or discord_id is not null or website_email is not null)
);
create index idx_unified_telegram on unified_users (telegram_id);
create index idx_unified_discord on unified_users (discord_id);
create index idx_unified_email on unified_users (website_email);
create index idx_unified_xp on unified_users (xp desc);

insert into unified_users (telegram_id, discord_id, website_email, username, display_name, xp, coins, rank_id,
  games_played, daily_streak, achievements, created_at, last_active, last_daily, platforms, primary_platform) values
  ('101', null, null, 'anya', 'Аня', 0, 0, 1, 0, 0, '[]', '2025-06-01 12:00', '2025-06-02 13:30', null, '["telegram"]', 'telegram'),
  ('102', '900000000000000102', 'b@example.org', 'borya', 'Боря', 47250, 10, 3, 7, 4, '["first_win"]',
    '2025-01-15 00:30', '2025-07-01 23:59', '2025-07-01 01:10', '["telegram", "discord"]', 'discord'),
  (null, '900000000000000103', null, 'Unknown', 'Unknown', 2147483647, 2147483647, 20, 2147483647, 0, null,
    '2025-03-30 02:30', '2025-03-30 02:30', null, null, 'telegram'),
  (null, null, 'd@example.org', 'd', E'\\u202eдед\\u200b\\u0007', -40, -1, 1, -3, null, '{"odd": true}',
    '2025-10-26 02:30', '2025-10-26 02:30', null, '[]', 'website'),
  ('105', '900000000000000105', null, E'\\t \\n', E'z\\u0301\\u0302\\u0303\\u0304\\u0305algo   ' || repeat('ж', 200),
    499, 5, 1, 0, 0, '[]', '2025-06-01 12:00', '2025-06-01 12:00', null, '[]', 'myspace'),
  ('106', null, null, '<script>alert(1)</script>', '=HYPERLINK("x")', 500, 0, 1, 0, 0, '[]',
    '2025-06-01 12:00', '2025-06-01 12:00', '2099-01-01 00:00', '[]', 'telegram');
`

export const OLD_EVENTS = `
create table cross_platform_events (
  id uuid primary key default gen_random_uuid(),
  user_id integer not null references unified_users (id) on delete cascade,
  event_type text not null,
  source_platform text not null,
  data jsonb not null,
  processed boolean not null default false,
  processed_at timestamp,
  created_at timestamp default current_timestamp
);
create index idx_events_user on cross_platform_events (user_id);
create index idx_events_processed on cross_platform_events (processed);
create index idx_events_created on cross_platform_events (created_at);
insert into cross_platform_events (id, user_id, event_type, source_platform, data, processed, processed_at, created_at) values
  ('00000000-0000-4000-8000-000000000003', 2, 'xp_change', 'discord', '{"delta_xp": 50}', false, null, '2025-06-03 10:00'),
  ('00000000-0000-4000-8000-000000000002', 1, 'xp_change', 'telegram', '{"delta_xp": 5}', true, '2025-06-02 10:00', '2025-06-02 10:00'),
  ('00000000-0000-4000-8000-000000000001', 1, 'rank_up', 'telegram', 'null', true, null, '2025-06-02 10:00'),
  ('00000000-0000-4000-8000-000000000004', 3, 'mystery', 'myspace', '[1, 2]', false, null, null);
`

/** The old programs' own tables: names that collide with words of ours, in a schema that we share. */
export const OLD_NEIGHBOURS = `
create table users (id serial, telegram_id varchar(32) unique, username text, first_name text, xp integer, coins integer,
  rank_id integer, role text, discord_id text, created_at timestamp, last_active timestamp, last_daily timestamp,
  last_spin timestamp, is_banned boolean default false, ban_reason text, primary key (id));
create table accounts (id serial primary key, email text unique, username text unique, password text, display_name text,
  discord_id text, created_at timestamp default now(), profile jsonb);
create table sessions (token text primary key, account_id integer references accounts (id) on delete cascade, created_at timestamp);
create table link_codes (code text primary key, telegram_id text, expires_at timestamp, used boolean default false);
create table discord_links (telegram_id text, discord_id text, status text, created_at timestamp);
create table achievements (id text primary key, name text, xp integer);
create table user_achievements (user_id integer references users (id), achievement_id text references achievements (id));
create table seasons (id serial primary key, name text, starts_at timestamp, ends_at timestamp);
create table transactions (id serial primary key, user_id integer references users (id), amount integer, at timestamp);
create table inventory (user_id integer references users (id), item text, amount integer check (amount >= 0));
create table game_history (id serial primary key, user_id integer references users (id), game text, bet integer, won boolean);
create table tickets (id serial primary key, user_id integer, body text);
create table global_stats (key text primary key, value jsonb);
create index game_history_of_user on game_history (user_id);
insert into users (telegram_id, username, xp, coins, created_at) values
  ('101', 'anya', 10, 20, '2025-06-01 12:00'), ('102', 'Unknown', 3, 4, null);
insert into accounts (email, username, password, profile) values ('b@example.org', 'borya', repeat('a', 64), '{"theme": "dark"}');
insert into sessions values ('t0k3n', 1, '2025-06-01 12:00');
insert into link_codes values ('ABCD', '101', '2025-06-01 12:05');
insert into discord_links values ('102', '900000000000000102', 'active', '2025-06-01 12:00');
insert into achievements values ('first_win', 'Первая победа', 100);
insert into user_achievements values (1, 'first_win');
insert into seasons (name) values ('Лето');
insert into transactions (user_id, amount) values (1, -5);
insert into inventory values (1, 'boost', 2);
insert into game_history (user_id, game, bet, won) values (1, 'guess', 10, true);
insert into tickets (user_id, body) values (1, E'line\\nbreak');
insert into global_stats values ('total', '{"games": 1}');
`

export const NEIGHBOURS = [...OLD_NEIGHBOURS.matchAll(/create table (\w+)/g)].map((match) => match[1] ?? '')
