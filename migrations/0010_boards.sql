-- 0010_boards.sql: boards of every metric and period with everybody's place in them, and members found by name.
begin;

-- A name as searches compare it: small letters, ё as е. Letters are told one by one, since what lower() makes of
-- Cyrillic depends on the locale that the database was created with.
create function ttfd.name_key(name text) returns text language sql immutable parallel safe as $$
  select translate(lower(name collate "C"),
    'ЁАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЎӘҒҚҢӨҰҮҺÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŠŽё',
    'еабвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўәғқңөұүһàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþšžе')
$$;

-- By bytes, so that a prefix is a range whatever the database's own order is. Who has no name yet is never found.
create index unified_users_by_name on public.unified_users ((ttfd.name_key(display_name) collate "C"), id)
  where display_name <> 'Unknown';

-- The few who hid themselves, as every board leaves them out.
create index account_settings_private on ttfd.account_settings (account_id) where private;

-- Derived data, counted anew within seconds.
truncate ttfd.board_tops;
alter table ttfd.board_tops add column place bigint not null;
create index board_tops_in_order on ttfd.board_tops (board, period, value desc, account_id);

-- How many listed members stand above a value, thinned beyond the first thousand values (as board_steps for all XP).
create table ttfd.board_top_steps (
  board text not null,
  period text not null,
  value bigint not null,
  above bigint not null,
  primary key (board, period, value)
);

-- When a board was counted, from which community day on (null: all time), and how many members it has.
create table ttfd.board_counts (
  board text not null,
  period text not null,
  from_day date,
  members bigint not null,
  counted_at timestamptz not null,
  primary key (board, period)
);

commit;
