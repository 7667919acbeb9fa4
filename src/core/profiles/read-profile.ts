import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { withFamily } from '../accounts/family.js'
import { aboveByXp } from '../boards/above.js'
import { isListed } from '../boards/listed.js'
import { EARNED } from '../boards/tops.js'
import { freezeAt } from '../progression/freeze.js'
import { readLimits } from '../progression/limits.js'
import { type RankProgress, rankProgress } from '../progression/ranks.js'
import type { Rules } from '../progression/rules.js'

/** What anyone may see of a member. Ids on other platforms and addresses are not among it. */
export type Profile = {
  accountId: number
  displayName: string
  named: boolean
  xp: number
  coins: number
  /** Coins of these that a fresh merge keeps from being spent, and until when; null: all are free. For the member alone. */
  frozen: { coins: number; until: Date } | null
  progress: RankProgress
  place: number
  gamesPlayed: number
  gamesWon: number
  /** Seconds. */
  voiceSeconds: number
  messages: number
  streak: number
  /** The last community day whose daily was claimed. */
  lastDailyDay: string | null
  platforms: PlatformName[]
  /** Nobody but the member may see it: by his own choice, or since he is banned. */
  private: boolean
  memberSince: Date
  lastActive: Date
  locale: string | null
}

export type PublicFacts = Omit<Profile, 'frozen' | 'lastDailyDay' | 'lastActive' | 'locale'>

/** An account as profiles read it: its row, and what other tables say of it. */
export type FactsRow = {
  id: number
  display_name: string
  claimed: boolean
  listed: boolean
  above: number | null
  xp: number
  coins: number
  games_played: number
  games_won: number
  total_voice_time: number
  messages_sent: number
  daily_streak: number
  platforms: PlatformName[]
  created_at: Date
}

export function publicFacts(row: FactsRow, rules: Rules): PublicFacts {
  return {
    accountId: row.id,
    displayName: row.display_name,
    named: row.claimed,
    xp: row.xp,
    coins: row.coins,
    progress: rankProgress(row.xp, rules.ranks),
    place: (row.above ?? 0) + 1,
    gamesPlayed: row.games_played,
    gamesWon: row.games_won,
    voiceSeconds: row.total_voice_time,
    messages: row.messages_sent,
    streak: row.daily_streak,
    platforms: row.platforms,
    private: !row.listed,
    memberSince: row.created_at,
  }
}

/**
 * Reads a living account's profile; null for an id that nobody has. The caller hides private ones from strangers.
 * Which coins are frozen is told only of a given moment.
 */
export async function readProfile(
  reader: Reader,
  accountId: number,
  rules: Rules,
  now: Date | null = null,
): Promise<Profile | null> {
  const row = await reader
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.accounts as a', 'a.id', 'u.id')
    .selectAll('u')
    .leftJoin('ttfd.account_limits as l', 'l.account_id', 'u.id')
    .select(['a.claimed_at', 'l.state'])
    .select([isListed(sql.ref('u.id')).as('listed'), aboveByXp(sql.ref('u.xp')).as('above')])
    .where('u.id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  const limits = readLimits(row.state)
  return {
    ...publicFacts({ ...row, claimed: row.claimed_at !== null }, rules),
    frozen: now && freezeAt(limits, now),
    lastDailyDay: limits.daily,
    lastActive: row.last_active,
    locale: row.locale,
  }
}

/** The living account that an id stands for now: itself, or whoever it was merged into; null when there is none. */
export async function resolveAccount(reader: Reader, accountId: number): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    with recursive chain as (
      select id, merged_into from ttfd.accounts where id = ${accountId}
      union select a.id, a.merged_into from chain c join ttfd.accounts a on a.id = c.merged_into
    )
    select u.id from chain c join unified_users u on u.id = c.id where c.merged_into is null`.execute(reader)
  return rows[0]?.id ?? null
}

/** The account and all that were merged into it: its history lies under all of these ids. */
export async function familyOf(reader: Reader, accountId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    ${withFamily(accountId)} select id from family order by id`.execute(reader)
  return rows.map((row) => row.id)
}

export type DayXp = { day: string; xp: number }

/** XP per community day, oldest first, days without any filled with 0. `from` and `to` are `YYYY-MM-DD`, both included. */
export async function readXpPerDay(
  reader: Reader,
  accountId: number,
  from: string,
  to: string,
): Promise<DayXp[]> {
  const family = await familyOf(reader, accountId)
  const { rows } = await sql<{ day: string; xp: number }>`
    select d.day::date as day, coalesce(sum(r.xp), 0)::bigint as xp
    from generate_series(${from}::date, ${to}::date, interval '1 day') as d (day)
      left join (
        select s.day, s.xp from unnest(${family}::bigint[]) as f (id) cross join lateral ttfd.day_sums(f.id) s
        where ${EARNED}
      ) r on r.day = d.day::date
    group by d.day order by d.day`.execute(reader)
  return rows
}
