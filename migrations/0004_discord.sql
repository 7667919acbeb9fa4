-- 0004_discord.sql: what Discord needs beside the ledger: voice sessions, roles as desired state, guild and channel
-- choices, where notices go, and short boards that are counted by the duty instead of by each reader.
begin;

create table ttfd.discord_guilds (
  guild_id text primary key,
  -- The newest message of the guild that is surely recorded: after a gap reading goes on behind it.
  seen_message_id text,
  -- Where rank-ups are told unless the person chose otherwise: the channel of the last message, a set channel, a
  -- direct message, nowhere.
  notice_place text not null default 'last',
  notice_channel_id text,
  server_mute_counts boolean not null default true,
  -- The slow sweep over all roles: when it was last asked for and when it last ended.
  sweep_asked_at timestamptz,
  swept_at timestamptz,
  constraint discord_guilds_notice_place_is_known check (notice_place in ('last', 'channel', 'dm', 'none')),
  constraint discord_guilds_set_channel_is_named check (notice_place <> 'channel' or notice_channel_id is not null)
);

-- Channels that differ from their guild. A thread follows its parent unless it stands here itself.
create table ttfd.discord_channels (
  channel_id text primary key,
  guild_id text not null,
  pays boolean not null default true,
  multiplier numeric(4, 2) not null default 1,
  constraint discord_channels_multiplier_in_range check (multiplier between 0 and 3)
);
create index discord_channels_of_guild on ttfd.discord_channels (guild_id);

-- One open session per person, over all guilds and processes: that is what the key says.
create table ttfd.voice_sessions (
  discord_id text primary key,
  guild_id text not null,
  channel_id text not null,
  eligible boolean not null,
  -- Eligible time that makes no full minute yet.
  accrued_ms int not null,
  -- Time after this was watched by nobody.
  watched_until timestamptz not null,
  started_at timestamptz not null,
  constraint voice_sessions_accrued_is_less_than_a_minute check (accrued_ms between 0 and 59999)
) with (fillfactor = 50);
create index voice_sessions_of_guild on ttfd.voice_sessions (guild_id);

create table ttfd.guild_roles (
  guild_id text not null,
  tier text not null,
  role_id text not null,
  primary key (guild_id, tier),
  constraint guild_roles_stand_for_one_tier unique (guild_id, role_id)
);

-- The rank role a member should have, the one he is known to have, and what stands between.
create table ttfd.role_states (
  guild_id text not null,
  discord_id text not null,
  wanted_tier text,
  applied_tier text,
  state text not null default 'queued',
  reason text,
  -- Rises with each request to look, so that one that comes during a look makes one more.
  asked int not null default 0,
  attempts int not null default 0,
  available_at timestamptz not null default now(),
  leased_until timestamptz,
  lease_token uuid,
  checked_at timestamptz,
  changed_at timestamptz,
  primary key (guild_id, discord_id),
  constraint role_states_state_is_known check (state in ('applied', 'queued', 'blocked')),
  constraint role_states_only_blocked_has_a_reason check ((state = 'blocked') = (reason is not null)),
  constraint role_states_lease_is_whole check ((lease_token is null) = (leased_until is null))
);
create index role_states_queued on ttfd.role_states (available_at) where state = 'queued';
create index role_states_of_person on ttfd.role_states (discord_id);

-- A person's own choice of the place wins over the guild's; null: as the guild has it.
alter table ttfd.account_settings
  add column notice_place text,
  add column notice_pings boolean not null default false,
  add constraint account_settings_notice_place_is_known check (notice_place in ('last', 'dm', 'none'));

-- The best of each board and period, as of the last count.
create table ttfd.board_tops (
  board text not null,
  period text not null,
  account_id bigint not null references ttfd.accounts,
  value bigint not null,
  primary key (board, period, account_id)
);
create index board_tops_of_account on ttfd.board_tops (account_id);

commit;
