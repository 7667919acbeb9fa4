-- 0018_front_of_the_board.sql: the first page of the live board looks at those who may stand there, not at a thousand.
begin;

-- Whoever may be among the first few hundred: of the last count, and all who have reached its floor since. Set once, so
-- that acts of the best members write nothing here.
alter table ttfd.board_leaders add column front boolean not null default true;
alter table ttfd.board_state add column front_floor_xp bigint not null default 0;

commit;
