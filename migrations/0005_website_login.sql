-- 0005_website_login.sql: logins, sessions and one-use sign-in links of the website.
begin;

-- The login library's tables under our names. Its columns are its own; the constraints below them are ours.
create table ttfd.website_users (
  id text primary key,
  name text not null,
  -- Lower case. A person without an address of his own has one that cannot exist (`<discord id>@discord.invalid`).
  email text not null,
  -- A mail to the address was answered.
  email_verified boolean not null,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint website_users_email_is_unique unique (email),
  constraint website_users_email_is_lower_case check (email = lower(email))
);

-- The only bridge between logins and accounts: many to one, read through tombstones (ttfd.living_account). A login
-- that nothing has proven yet has none.
create table ttfd.website_accounts (
  website_user_id text primary key references ttfd.website_users on delete cascade,
  account_id bigint not null references ttfd.accounts,
  linked_at timestamptz not null default now()
);
create index website_accounts_of_account on ttfd.website_accounts (account_id);

create table ttfd.website_sessions (
  id text primary key,
  token text not null,
  user_id text not null references ttfd.website_users on delete cascade,
  -- The identity that signed in: `discord:<id>`, `telegram:<id>`, `website:<address>`, or `operator:` for a link that an
  -- operator gave. The session is void as soon as that identity is no longer the account's.
  made_by text not null,
  ip_address text,
  user_agent text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint website_sessions_token_is_unique unique (token),
  constraint website_sessions_know_who_made_them check (made_by ~ '^(discord|telegram|website|operator):')
);
create index website_sessions_of_user on ttfd.website_sessions (user_id);
create index website_sessions_expiry on ttfd.website_sessions (expires_at);

create table ttfd.website_logins (
  id text primary key,
  user_id text not null references ttfd.website_users on delete cascade,
  -- discord, telegram, or credential (a password; account_id is then the user's id).
  provider_id text not null,
  account_id text not null,
  password text,
  -- Never filled: whatever the provider gave is thrown away after the sign-in.
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint website_logins_open_one_user unique (provider_id, account_id),
  constraint website_logins_provider_is_known check (provider_id in ('discord', 'telegram', 'credential')),
  constraint website_logins_keep_no_tokens check (access_token is null and refresh_token is null and id_token is null)
);
create index website_logins_of_user on ttfd.website_logins (user_id);

-- OAuth states and password resets on their way.
create table ttfd.website_verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index website_verifications_by_identifier on ttfd.website_verifications (identifier);
create index website_verifications_expiry on ttfd.website_verifications (expires_at);

create table ttfd.website_rate_limits (
  id text primary key,
  key text not null,
  count int not null,
  -- Unix milliseconds.
  last_request bigint not null,
  constraint website_rate_limits_key_is_unique unique (key)
);

-- Failed passwords and letters sent, per keyed hash of an address (and of the browser that is known to it).
create table ttfd.sign_in_tries (
  subject text primary key,
  tried_at timestamptz[] not null default '{}',
  updated_at timestamptz not null
);

-- One-use links that sign somebody in. Only a keyed hash of the token is kept.
create table ttfd.sign_in_links (
  id uuid primary key,
  -- telegram: asked for in the bot, entered only after the right answer in its chat; operator: given by an operator.
  kind text not null,
  token_hash bytea not null,
  telegram_id text,
  account_id bigint not null references ttfd.accounts,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- The one browser that took the link up, what it calls itself, and the number that it shows.
  browser_hash bytea,
  device jsonb,
  number int,
  choices int[],
  bound_at timestamptz,
  approved_at timestamptz,
  ended_at timestamptz,
  outcome text,
  constraint sign_in_links_token_is_unique unique (token_hash),
  constraint sign_in_links_token_is_sha256 check (octet_length(token_hash) = 32),
  constraint sign_in_links_kind_is_known check (kind in ('telegram', 'operator')),
  constraint sign_in_links_of_telegram_name_the_person check ((kind = 'telegram') = (telegram_id is not null)),
  constraint sign_in_links_bound_is_whole check (
    (bound_at is null) = (browser_hash is null) and (bound_at is null) = (number is null)
    and (bound_at is null) = (choices is null)),
  constraint sign_in_links_approved_was_bound check (approved_at is null or bound_at is not null),
  constraint sign_in_links_ended_has_outcome check ((ended_at is null) = (outcome is null)),
  constraint sign_in_links_outcome_is_known check (
    outcome in ('entered', 'refused', 'wrong_number', 'replaced', 'expired')),
  constraint sign_in_links_entered_was_approved check (
    outcome is distinct from 'entered' or kind = 'operator' or approved_at is not null)
);
create index sign_in_links_open on ttfd.sign_in_links (telegram_id) where ended_at is null;
create index sign_in_links_expiry on ttfd.sign_in_links (expires_at);

commit;
