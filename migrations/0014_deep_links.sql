-- 0014_deep_links.sql: links between the website and the Telegram bot that end in an ordinary question about linking.
begin;

-- One use, ten minutes. Only a keyed hash of the token is kept.
create table ttfd.deep_links (
  id uuid primary key,
  -- site: made by a page of a session, pressed in the bot; telegram: made by the bot, opened on the website.
  kind text not null,
  token_hash bytea not null,
  -- Who made it, and the account that he stood for then.
  platform text not null,
  platform_id text not null,
  account_id bigint not null references ttfd.accounts,
  -- The session whose page waits, and what its browser calls itself. It ends with the session.
  session_id text references ttfd.website_sessions on delete cascade,
  device jsonb,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Who pressed it in the bot, the number that the page shows since then, and what the chat offers.
  telegram_id text,
  number int,
  choices int[],
  -- The coins that the preview of a merge showed; null: nothing but a welcome moves.
  owner_coins_seen bigint,
  typist_coins_seen bigint,
  -- The question that came of it.
  request_id uuid references ttfd.link_requests on delete cascade,
  ended_at timestamptz,
  outcome text,
  constraint deep_links_token_is_unique unique (token_hash),
  constraint deep_links_token_is_sha256 check (octet_length(token_hash) = 32),
  constraint deep_links_kind_is_known check (kind in ('site', 'telegram')),
  constraint deep_links_of_the_site_name_a_session check ((kind = 'site') = (session_id is not null)),
  constraint deep_links_expire_after_they_are_made check (expires_at > created_at),
  constraint deep_links_pressed_are_whole check (
    (telegram_id is null) = (number is null) and (telegram_id is null) = (choices is null)),
  constraint deep_links_saw_both_sides_or_none check (num_nonnulls(owner_coins_seen, typist_coins_seen) in (0, 2)),
  constraint deep_links_ended_have_an_outcome check ((ended_at is null) = (outcome is null)),
  constraint deep_links_outcome_is_known check (
    outcome in ('answered', 'wrong_number', 'cancelled', 'refused', 'replaced'))
);
create index deep_links_of_session on ttfd.deep_links (session_id);
create index deep_links_of_maker on ttfd.deep_links (platform, platform_id) where ended_at is null;
create index deep_links_of_request on ttfd.deep_links (request_id) where request_id is not null;
create index deep_links_expiry on ttfd.deep_links (expires_at);

-- The session that alone may give the last yes: the page whose number was read. Null: whoever is the owner.
alter table ttfd.link_requests add column session_id text;

commit;
