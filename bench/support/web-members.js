// @ts-check
import { sql } from 'kysely'
import { rebuildBoard } from '../../dist/core/boards/board.js'
import { rebuildTops } from '../../dist/core/boards/count-tops.js'
import { benchDatabase } from './bench-database.js'

const TIME_ZONE = 'Europe/Moscow'
/** Every so manieth member has days behind him; these are the ones whose pages are read. */
export const ACTIVE_EVERY = 10

/**
 * A database of members with names, figures and, for the active ones, twenty days of sums; boards counted.
 * @param {string} serverUrl @param {number} accounts @param {string} [name]
 */
export async function webMembers(serverUrl, accounts, name = `bench_web_${accounts}`) {
  const { db, url } = await benchDatabase(serverUrl, accounts, name)
  const { kysely } = db
  await sql`
    update unified_users set
      display_name = chr(1040 + (id * 31 % 32)::int) || chr(1072 + (id * 17 % 32)::int) || chr(1072 + (id * 7 % 32)::int) || ' ' || id,
      xp = (id * 7919) % 60000, coins = (id * 104729) % 90000, messages_sent = id % 9000, games_played = id % 700,
      games_won = id % 300, total_voice_time = id % 500000`.execute(kysely)
  await sql`
    insert into ttfd.daily_rollups (account_id, day, source_platform, event_type, xp, coins, events)
    select id, (now() at time zone ${TIME_ZONE})::date - n, 'discord', 'message_sent', 10 + (id * n) % 190, 0, 3
    from ttfd.accounts, generate_series(0, 19) n where id % ${ACTIVE_EVERY} = 0`.execute(kysely)
  await sql`vacuum analyze`.execute(kysely)
  await rebuildBoard(db, () => performance.now(), TIME_ZONE)
  const { ms } = await rebuildTops(db, {
    now: new Date(),
    timeZone: TIME_ZONE,
    clock: () => performance.now(),
  })
  await sql`analyze`.execute(kysely)
  await sql`checkpoint`.execute(kysely)
  return { db, url, accounts, countMs: ms }
}
