import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { prepared } from '../../db/prepared.js'
import type { PlatformName } from '../../db/schema.js'
import { aboveByXp } from '../boards/above.js'
import { isListed } from '../boards/listed.js'
import { addDays } from '../progression/community-day.js'
import { type RankProgress, rankProgress } from '../progression/ranks.js'
import type { Rules } from '../progression/rules.js'
import type { DayXp, Profile } from './read-profile.js'

/** A profile as its page shows it to anybody, with the XP of each day of a span. */
export type PublicProfile = Omit<Profile, 'frozen' | 'lastDailyDay' | 'lastActive' | 'locale'> & {
  days: DayXp[]
}

type Row = {
  id: number
  display_name: string
  claimed: boolean
  listed: boolean
  xp: number
  coins: number
  games_played: number
  games_won: number
  total_voice_time: number
  messages_sent: number
  daily_streak: number
  platforms: PlatformName[]
  created_at: Date
  above: number | null
  earned: Record<string, number> | null
}

/**
 * Reads the pages of living accounts by one statement, each by a few look-ups; ids that nobody has are left out. `from`
 * and `to` are community days (`YYYY-MM-DD`), both included; days without XP stand with 0. The caller hides private
 * ones from strangers.
 */
export async function readPublicProfiles(
  reader: Reader,
  accountIds: readonly number[],
  { rules, from, to }: { rules: Rules; from: string; to: string },
): Promise<Map<number, PublicProfile>> {
  // `offset 0` keeps every step one look into an index, whatever the planner believes of the number of ids.
  const { rows } = await sql<Row>`
    ${prepared()}with recursive asked as (
      select id from unnest(${accountIds as number[]}::bigint[]) as t (id)
    ),
    family (root, id) as (
      select id, id from asked
      union select f.root, a.id from family f
        cross join lateral (select id from ttfd.accounts where merged_into = f.id offset 0) a
    ),
    earned as (
      select root, json_object_agg(day, xp) as days from (
        select f.root, r.day, sum(r.xp)::bigint as xp from family f
          cross join lateral (
            select day, xp from ttfd.day_sums(f.id)
            where day between ${from}::date and ${to}::date
              and event_type not in ('imported', 'accounts_merged', 'merge_undone')
            offset 0
          ) r
        group by f.root, r.day
      ) by_day group by root
    )
    select u.*, ${aboveByXp(sql`u.xp`)} as above, earned.days as earned
    from asked
      cross join lateral (
        select m.id, m.display_name, m.xp, m.coins, m.games_played, m.games_won, m.total_voice_time, m.messages_sent,
          m.daily_streak, m.platforms, m.created_at, ${isListed(sql`m.id`)} as listed,
          (select a.claimed_at is not null from ttfd.accounts a where a.id = m.id) as claimed
        from unified_users m where m.id = asked.id offset 0
      ) u
      left join earned on earned.root = u.id`.execute(reader)
  const span: string[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) span.push(day)
  return new Map(rows.map((row) => [row.id, profileOf(row, span, rankProgress(row.xp, rules.ranks))]))
}

function profileOf(row: Row, span: readonly string[], progress: RankProgress): PublicProfile {
  return {
    accountId: row.id,
    displayName: row.display_name,
    named: row.claimed,
    xp: row.xp,
    coins: row.coins,
    progress,
    place: (row.above ?? 0) + 1,
    gamesPlayed: row.games_played,
    gamesWon: row.games_won,
    voiceSeconds: row.total_voice_time,
    messages: row.messages_sent,
    streak: row.daily_streak,
    platforms: row.platforms,
    private: !row.listed,
    memberSince: row.created_at,
    days: span.map((day) => ({ day, xp: row.earned?.[day] ?? 0 })),
  }
}
