-- 0013_api_keys.sql: keys with which other programs read and award through the HTTP API, and what each spent a day.
begin;

create table ttfd.api_keys (
  id bigint primary key generated always as identity,
  -- Stands in the ledger as `api:<name>`, so it names one key for ever, also after that was revoked.
  name text not null,
  -- SHA-256 of the whole key. The key itself is 256 random bits and is kept nowhere.
  key_hash bytea not null,
  scopes text[] not null,
  -- The most that all awards of a community day may come to, in XP and in coins each.
  daily_max bigint not null,
  award_max bigint not null,
  -- Its XP does not count against the members' own caps.
  uncapped boolean not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  constraint api_keys_name_is_unique unique (name),
  constraint api_keys_name_is_plain check (name ~ '^[a-z0-9][a-z0-9_-]{0,31}$'),
  constraint api_keys_hash_is_unique unique (key_hash),
  constraint api_keys_hash_is_sha256 check (octet_length(key_hash) = 32),
  constraint api_keys_scopes_are_known check (
    cardinality(scopes) > 0 and scopes <@ array['awards', 'read', 'identities', 'accounts:create']),
  constraint api_keys_maxima_in_range check (
    daily_max between 1 and 1000000000 and award_max between 1 and 1000000)
);

-- What a key has awarded on a community day. Taken before an award is written, given back when it pays nothing new.
create table ttfd.api_key_days (
  key_id bigint not null references ttfd.api_keys,
  day date not null,
  xp bigint not null,
  coins bigint not null,
  primary key (key_id, day),
  constraint api_key_days_are_not_negative check (xp >= 0 and coins >= 0)
);

commit;
