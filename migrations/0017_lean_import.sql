-- 0017_lean_import.sql: rows written together with their account are not looked up there one by one; old links are questions.
begin;

-- Rows of ttfd.accounts are never deleted (accounts_stay_for_ever), so none of these can lose its account. They are
-- written in the transaction that makes the account or has it locked, and a check of each was an eighth of a large
-- import. `ttfd doctor` looks at all of them at once.
alter table public.unified_users drop constraint unified_users_id_is_an_account;
alter table ttfd.identities drop constraint identities_account_id_fkey;
alter table ttfd.account_limits drop constraint account_limits_account_id_fkey;
alter table ttfd.unproven_emails drop constraint unproven_emails_account_id_fkey;
alter table ttfd.website_accounts drop constraint website_accounts_account_id_fkey;

-- joined: an account of the old unified tables holds several identities, and nothing proves that they are one person.
alter table ttfd.import_reviews drop constraint import_reviews_kind_is_known;
alter table ttfd.import_reviews add constraint import_reviews_kind_is_known check (
  kind in ('claim', 'contested', 'accounts', 'address', 'growth', 'joined'));

commit;
