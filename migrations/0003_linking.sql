-- 0003_linking.sql: one-time codes, requests that both sides confirm, and what limits linking and unlinking.
begin;

-- One code per identity: a new one replaces the old. Only a keyed hash is kept.
create table ttfd.link_codes (
  platform text not null,
  platform_id text not null,
  code_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  burnt_at timestamptz,
  primary key (platform, platform_id),
  foreign key (platform, platform_id) references ttfd.identities,
  constraint link_codes_hash_is_unique unique (code_hash),
  constraint link_codes_hash_is_sha256 check (octet_length(code_hash) = 32),
  constraint link_codes_expire_after_they_are_made check (expires_at > created_at)
);

-- Tries of the last day, per typing identity and per (hashed) address, never per code.
create table ttfd.link_attempts (
  subject text primary key,
  tried_at timestamptz[] not null default '{}',
  updated_at timestamptz not null
);

-- A typed code opens one of these. The typist answers first, the code's owner last; it is used by one UPDATE.
create table ttfd.link_requests (
  id uuid primary key,
  owner_platform text not null,
  owner_platform_id text not null,
  owner_account_id bigint not null references ttfd.accounts,
  typist_platform text not null,
  typist_platform_id text not null,
  typist_account_id bigint not null references ttfd.accounts,
  state text not null default 'waits_typist',
  created_at timestamptz not null,
  expires_at timestamptz not null,
  typist_confirmed_at timestamptz,
  owner_confirmed_at timestamptz,
  ended_at timestamptz,
  -- What the end was, so that a second press answers with the first result.
  result jsonb,
  foreign key (owner_platform, owner_platform_id) references ttfd.identities,
  foreign key (typist_platform, typist_platform_id) references ttfd.identities,
  constraint link_requests_join_two_identities check (
    (owner_platform, owner_platform_id) <> (typist_platform, typist_platform_id)),
  constraint link_requests_state_is_known check (
    state in ('waits_typist', 'waits_owner', 'done', 'cancelled', 'expired', 'refused')),
  constraint link_requests_ended_has_time_and_result check (
    (state in ('waits_typist', 'waits_owner')) = (ended_at is null) and (ended_at is null) = (result is null)),
  constraint link_requests_done_has_both_answers check (
    state <> 'done' or (typist_confirmed_at is not null and owner_confirmed_at is not null)),
  constraint link_requests_owner_answers_last check (owner_confirmed_at is null or typist_confirmed_at is not null)
);
create index link_requests_open on ttfd.link_requests (expires_at) where ended_at is null;
create index link_requests_of_owner on ttfd.link_requests (owner_platform, owner_platform_id) where ended_at is null;
create index link_requests_of_typist on ttfd.link_requests (typist_platform, typist_platform_id) where ended_at is null;

-- What each identity did that may be done only so often in 30 days.
create table ttfd.link_history (
  id bigint generated always as identity primary key,
  platform text not null,
  platform_id text not null,
  account_id bigint not null references ttfd.accounts,
  -- carried: progress (the welcome) moved in a link in which this identity took part; unlinked: it left the account.
  act text not null,
  happened_at timestamptz not null,
  constraint link_history_act_is_known check (act in ('carried', 'unlinked'))
);
create index link_history_of_identity on ttfd.link_history (platform, platform_id, act, happened_at);

-- Whose marks still hold message fingerprints, which must be forgotten after a day.
create index identities_with_marks on ttfd.identities (platform, platform_id) where marks <> '{}';

-- A delivery that is for one identity, also when that has left the account; null: the account's own there.
alter table ttfd.deliveries add column recipient_id text;

-- The living account that an id stands for: itself, or whoever it was merged into; null when there is none.
create function ttfd.living_account(asked bigint) returns bigint language sql stable as $$
  with recursive chain (id, merged_into) as (
    select a.id, a.merged_into from ttfd.accounts a where a.id = asked
    union
    select a.id, a.merged_into from chain c join ttfd.accounts a on a.id = c.merged_into
  )
  select u.id from chain c join public.unified_users u on u.id = c.id where c.merged_into is null
$$;

commit;
