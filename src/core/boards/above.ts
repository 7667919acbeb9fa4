import { type RawBuilder, sql } from 'kysely'

/** How many listed accounts had more than this XP when the board was counted last; null before the first count. */
export function aboveByXp(xp: RawBuilder<unknown>): RawBuilder<number | null> {
  return sql<number | null>`coalesce(
    (select s.above from ttfd.board_steps s where s.xp <= ${xp} order by s.xp desc limit 1),
    (select b.accounts from ttfd.board_state b))`
}
