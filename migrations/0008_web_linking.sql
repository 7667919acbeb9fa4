-- 0008_web_linking.sql: what the website asks before it links a Discord login, and unlinkings that can be put back.
begin;

-- Somebody came back from Discord to link what he is there. Nothing else is written until he has seen both sides and
-- said yes. It belongs to the session in which he went there: a newer one replaces it, and it ends with the session.
create table ttfd.discord_link_requests (
  id uuid primary key,
  session_id text not null references ttfd.website_sessions on delete cascade,
  discord_id text not null,
  -- What Discord calls him: claims, for showing only.
  username text,
  display_name text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- The coins that the preview of a merge showed; null: nothing but a welcome moves.
  own_coins_seen bigint,
  discord_coins_seen bigint,
  ended_at timestamptz,
  -- What the end was, so that a second press answers with the first result.
  result jsonb,
  constraint discord_link_requests_one_per_session unique (session_id),
  constraint discord_link_requests_expire_after_they_are_made check (expires_at > created_at),
  constraint discord_link_requests_saw_both_sides_or_none check (num_nonnulls(own_coins_seen, discord_coins_seen) in (0, 2)),
  constraint discord_link_requests_ended_have_a_result check ((ended_at is null) = (result is null))
);
create index discord_link_requests_open on ttfd.discord_link_requests (expires_at) where ended_at is null;

-- Every unlinking of the last weeks. Whoever did not do it may put the identity back within 7 days, once.
create table ttfd.unlinks (
  id uuid primary key,
  account_id bigint not null references ttfd.accounts,
  -- What left.
  platform text not null,
  platform_id text not null,
  -- Who did it; null: an operator, and then nobody puts it back.
  by_platform text,
  by_platform_id text,
  happened_at timestamptz not null,
  put_back_at timestamptz,
  -- The platform of whoever put it back.
  put_back_by text,
  foreign key (platform, platform_id) references ttfd.identities on delete cascade,
  foreign key (by_platform, by_platform_id) references ttfd.identities on delete set null,
  constraint unlinks_platforms_are_known check (
    platform in ('telegram', 'discord', 'website') and by_platform in ('telegram', 'discord', 'website')
    and put_back_by in ('telegram', 'discord', 'website')),
  constraint unlinks_name_who_did_it check (num_nonnulls(by_platform, by_platform_id) in (0, 2)),
  constraint unlinks_put_back_are_whole check (num_nonnulls(put_back_at, put_back_by) in (0, 2))
);
create index unlinks_of_identity on ttfd.unlinks (platform, platform_id);
create index unlinks_of_account on ttfd.unlinks (account_id);

-- put_back: an unlinking of this identity was taken back.
alter table ttfd.link_history
  drop constraint link_history_act_is_known,
  add constraint link_history_act_is_known check (act in ('carried', 'unlinked', 'merged', 'undone', 'put_back'));

commit;
