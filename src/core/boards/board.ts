import { sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import { prepared } from '../../db/prepared.js'
import { CHANGED_CHANNEL } from '../progression/award-statements.js'
import { daySumsOfAll } from '../progression/day-sums.js'
import { aboveByXp } from './above.js'
import { isListed } from './listed.js'
import { EARNED, parseCursor } from './tops.js'

/** How many leaders are kept at hand. Beyond them a member knows his place, not his neighbours. */
const LEADERS_KEPT = 1_000

/**
 * Leaders of the last count among whom the first page is looked for, beside all who have reached the last one's XP since:
 * a thousand look-ups take five times as long. More than a page holds, for those who hide or lose XP meanwhile.
 */
const FRONT_KEPT = 200

export type BoardEntry = {
  accountId: number
  place: number
  displayName: string
  /** Null for a person known from group messages alone: he is listed under no name until he acts himself. */
  named: boolean
  xp: number
  coins: number
  rankId: number
}

export type BoardPage = {
  entries: BoardEntry[]
  /** Pass it on as `after` to get the next page; null at the end. */
  next: string | null
}

/**
 * A page of the all-time XP board, best first; private and banned accounts are left out. Live for everyone among the first
 * thousand, at a cost that does not grow with the number of members.
 */
export async function readBoard(
  reader: Reader,
  { limit, after = null }: { limit: number; after?: string | null },
): Promise<BoardPage> {
  const start = parseCursor(after)
  const front = start === null ? await readLeaders(reader, { limit, start, among: 'front' }) : []
  // A full page; or there is nobody behind the front.
  const isWhole = front.length > limit || front[0]?.is_all
  const rows = isWhole ? front : await readLeaders(reader, { limit, start, among: 'all' })
  const entries = rows.slice(0, limit).map((row) => ({
    accountId: row.id,
    place: row.place,
    displayName: row.display_name,
    named: row.claimed,
    xp: row.xp,
    coins: row.coins,
    rankId: row.rank_id,
  }))
  const last = entries.at(-1)
  return { entries, next: rows.length > limit && last ? `${last.xp}-${last.accountId}` : null }
}

type LeaderRow = {
  id: number
  display_name: string
  claimed: boolean
  xp: number
  coins: number
  rank_id: number
  place: number
  /** Nobody but the front is kept. */
  is_all: boolean
}

/** One row more than `limit`, when there are as many. */
async function readLeaders(
  reader: Reader,
  { limit, start, among }: { limit: number; start: ReturnType<typeof parseCursor>; among: 'front' | 'all' },
): Promise<LeaderRow[]> {
  const { rows } = await sql<LeaderRow>`
    ${prepared()}select ranked.*, not exists (select from ttfd.board_leaders where not front) as is_all from (
      select u.*, listed.claimed, rank() over (order by u.xp desc) as place
      from (
        select m.* from ttfd.board_leaders l
          -- One look-up a leader (offset 0), never a scan of all members.
          cross join lateral (
            select id, display_name, xp, coins, rank_id from unified_users where id = l.account_id and xp > 0 offset 0
          ) m
        where ${among === 'front' ? sql`l.front` : sql`true`}
        order by m.xp desc, m.id offset 0
      ) u
        -- In the board's order, so that only as many are asked about as the page takes.
        cross join lateral (
          select a.claimed_at is not null as claimed from ttfd.accounts a where a.id = u.id and ${isListed(sql`a.id`)} offset 0
        ) listed
    ) ranked
    where ${start === null ? sql`true` : sql`(xp < ${start.value} or (xp = ${start.value} and id > ${start.id}))`}
    order by xp desc, id
    limit ${limit + 1}`.execute(reader)
  return rows
}

/** The place of an amount of XP among the accounts that boards list: 1 + how many have more. At most as old as the last rebuild. */
export async function placeOf(reader: Reader, xp: number): Promise<number> {
  const { rows } = await sql<{ above: number | null }>`
    ${prepared()}select ${aboveByXp(sql`${xp}::bigint`)} as above`.execute(reader)
  return (rows[0]?.above ?? 0) + 1
}

/**
 * Puts accounts that just changed among the leaders when they belong there, so that a newcomer shows at once.
 * Cheap: it touches only accounts above the last known floors, and each of them once between two counts.
 */
export async function admitLeaders(db: Database, accountIds: readonly number[]): Promise<void> {
  const { rows } = await sql`
    insert into ttfd.board_leaders as l (account_id, front)
    select u.id, u.xp >= coalesce((select front_floor_xp from ttfd.board_state), 0) from unified_users u
    where u.id = any(${accountIds as number[]}::bigint[])
      and u.xp >= coalesce((select floor_xp from ttfd.board_state), 0)
    on conflict (account_id) do update set front = true where excluded.front and not l.front
    returning account_id`.execute(db.kysely)
  if (rows.length > 0) await sql`select pg_notify(${CHANGED_CHANNEL}, '')`.execute(db.kysely)
}

/**
 * Counts the steps and the day's pulse anew and trims the leaders; returns how long it took. One scan of the members.
 * Listeners of boards are told by an announcement without ids.
 */
export async function rebuildBoard(
  db: Database,
  clock: () => number,
  timeZone: string,
): Promise<{ ms: number; accounts: number }> {
  const began = clock()
  const accounts = await db.transaction(async (tx) => {
    await sql`lock table ttfd.board_state in exclusive mode`.execute(tx)
    await rebuildSteps(tx)
    const count = await rebuildLeaders(tx, timeZone)
    await sql`select pg_notify(${CHANGED_CHANNEL}, '')`.execute(tx)
    return count
  })
  const ms = Math.round(clock() - began)
  await db.kysely.updateTable('ttfd.board_state').set({ build_ms: ms }).execute()
  return { ms, accounts }
}

export type Pulse = { members: number; xpToday: number; activeToday: number }

/** What the community does today, as of the last count. */
export async function readPulse(reader: Reader, today: string): Promise<Pulse> {
  const state = await reader.selectFrom('ttfd.board_state').selectAll().executeTakeFirst()
  if (!state) return { members: 0, xpToday: 0, activeToday: 0 }
  const isToday = state.day === today
  return {
    members: state.accounts,
    xpToday: isToday ? state.xp_today : 0,
    activeToday: isToday ? state.active_today : 0,
  }
}

async function rebuildSteps(tx: Tx): Promise<void> {
  await sql`delete from ttfd.board_steps`.execute(tx)
  // Who is hidden from the board is counted in no place either. There is always a step at 0, below everybody.
  // A step per XP value, thinned to at most ten thousand: beyond that, neighbours share a step and a place is
  // off by less than one in a thousand.
  await sql`
    insert into ttfd.board_steps (xp, above)
    select xp, above from (
      select xp, above, row_number() over (order by xp desc) as n, count(*) over () as steps from (
        select xp, (sum(sum(n)) over (order by xp desc) - sum(n))::bigint as above
        from (
          select u.xp, count(*) as n from unified_users u
          where ${isListed(sql`u.id`)}
          group by u.xp union all select 0, 0
        ) listed group by xp
      ) counted
    ) numbered
    where steps <= 10000 or n <= 1000 or n % (steps / 10000 + 1) = 0 or n = steps`.execute(tx)
}

async function rebuildLeaders(tx: Tx, timeZone: string): Promise<number> {
  await sql`delete from ttfd.board_leaders`.execute(tx)
  await sql`
    insert into ttfd.board_leaders (account_id, front)
    select id, row_number() over (order by xp desc, id) <= ${FRONT_KEPT}
    from unified_users order by xp desc, id limit ${LEADERS_KEPT}`.execute(tx)
  const { rows } = await sql<{ accounts: number }>`
    insert into ttfd.board_state
      (id, accounts, floor_xp, front_floor_xp, day, xp_today, active_today, built_at, build_ms)
    select 1, (select count(*) from unified_users), floors.all_kept, floors.front_kept, today.day, today.xp,
      today.active, now(), 0
    from (
      select case when count(*) >= ${LEADERS_KEPT} then min(u.xp) else 0 end as all_kept,
        case when count(*) filter (where l.front) >= ${FRONT_KEPT} then min(u.xp) filter (where l.front) else 0 end as front_kept
      from ttfd.board_leaders l join unified_users u on u.id = l.account_id
    ) floors, (
      select (now() at time zone ${timeZone})::date as day, coalesce(sum(r.xp), 0)::bigint as xp,
        count(distinct r.account_id) filter (where r.xp > 0) as active
      from ${daySumsOfAll(sql`(now() at time zone ${timeZone})::date`)} r
      where r.day = (now() at time zone ${timeZone})::date and ${EARNED}
    ) today
    on conflict (id) do update set accounts = excluded.accounts, floor_xp = excluded.floor_xp,
      front_floor_xp = excluded.front_floor_xp, day = excluded.day,
      xp_today = excluded.xp_today, active_today = excluded.active_today, built_at = excluded.built_at
    returning accounts`.execute(tx)
  return rows[0]?.accounts ?? 0
}
