-- 0019_plain_limits.sql: limits are kept as the text that they are written as.
begin;

-- Every award reads and writes its member's whole document, and nothing of it is searched by the database: taking it
-- apart and putting it together again was a tenth of an award. A million of them are carried over in seconds.
alter table ttfd.account_limits alter column state drop default;
alter table ttfd.account_limits alter column state type json using state::json;
alter table ttfd.account_limits alter column state set default '{}';

commit;
