-- 0007_restrictions.sql: what an operator took away from an account, why, and until when.
begin;

create table ttfd.restrictions (
  id bigint generated always as identity primary key,
  -- Whom it was given to. It stays there when accounts merge, so that the undo gives it back.
  account_id bigint not null references ttfd.accounts,
  -- Whom it restricts now: the same account, or the one that it was merged into.
  holder_id bigint not null references ttfd.accounts,
  -- unpaid: everything is recorded, nothing is paid, nothing can be spent; banned: hidden as well.
  kind text not null,
  reason text not null,
  given_by text not null,
  given_at timestamptz not null,
  -- Null: until somebody lifts it.
  until timestamptz,
  lifted_at timestamptz,
  lifted_by text,
  -- Given again under the same key it is the same restriction (imports).
  key text unique,
  constraint restrictions_kind_is_known check (kind in ('unpaid', 'banned')),
  constraint restrictions_have_a_reason check (btrim(reason) <> ''),
  constraint restrictions_end_after_they_began check (until > given_at),
  constraint restrictions_lifted_are_whole check (num_nonnulls(lifted_at, lifted_by) in (0, 2))
);
create index restrictions_of_account on ttfd.restrictions (account_id);
create index restrictions_of_holder on ttfd.restrictions (holder_id) where lifted_at is null;

-- What was done to one account, newest first.
create index audit_log_of_account on ttfd.audit_log (account_id, id);

commit;
