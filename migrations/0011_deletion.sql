-- 0011_deletion.sql: accounts on their way out, what is kept of erased ones, addresses on trial, finer choices of notices.
begin;

-- An account that its owner asked to delete: hidden, closed and silent until `due_at`, then erased. Keeping it ends the row.
create table ttfd.deletions (
  account_id bigint primary key references ttfd.accounts,
  -- Both by the database's clock.
  asked_at timestamptz not null,
  due_at timestamptz not null,
  -- `website`, or `operator` for one by the command line.
  asked_by text not null,
  -- What the member had chosen before everything of his was hidden and silenced; comes back when he keeps it.
  was_private boolean not null,
  wanted_notices boolean not null,
  constraint deletions_leave_a_week check (due_at >= asked_at + interval '168 hours'),
  constraint deletions_asked_by_is_known check (asked_by in ('website', 'operator'))
);
create index deletions_due on ttfd.deletions (due_at);

-- What an identity keeps beyond the erasure of its account, so that nobody is reborn clean: paid marks and restrictions
-- (the shape of `ttfd.identities.marks`) under a hash that only ID_HASH_KEY can make.
create table ttfd.erased_identities (
  identity_hash bytea primary key,
  marks jsonb not null,
  erased_at timestamptz not null,
  constraint erased_identities_hash_is_sha256 check (octet_length(identity_hash) = 32)
);

-- A new address that a letter was sent to. One at a time per account; only a keyed hash of the letter's token is kept.
create table ttfd.email_changes (
  account_id bigint primary key references ttfd.accounts,
  email text not null,
  token_hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  constraint email_changes_token_is_unique unique (token_hash),
  constraint email_changes_token_is_sha256 check (octet_length(token_hash) = 32),
  constraint email_changes_email_is_lower_case check (email = lower(email)),
  constraint email_changes_expire_after_they_are_made check (expires_at > created_at)
);

alter table ttfd.account_settings
  -- A name of the member's own choice: what platforms say does not replace it.
  add column display_name text,
  -- Beside `notices`, which silences both.
  add column notices_telegram boolean not null default true,
  add column notices_discord boolean not null default true,
  -- Hours of the community day between which no notice makes a sound; null: from 23 to 9; equal: never quiet.
  add column quiet_from int,
  add column quiet_to int,
  add constraint account_settings_quiet_hours_are_hours check (
    quiet_from between 0 and 23 and quiet_to between 0 and 23),
  add constraint account_settings_quiet_hours_are_whole check ((quiet_from is null) = (quiet_to is null));

commit;
