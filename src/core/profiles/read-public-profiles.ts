import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { plannedOnce, prepared } from '../../db/prepared.js'
import { aboveByXp } from '../boards/above.js'
import { isListed } from '../boards/listed.js'
import { EARNED } from '../boards/tops.js'
import { addDays } from '../progression/community-day.js'
import type { Rules } from '../progression/rules.js'
import { type DayXp, type FactsRow, type PublicFacts, publicFacts } from './read-profile.js'

/** A profile as its page shows it to anybody, with the XP of each day of a span. */
export type PublicProfile = PublicFacts & { days: DayXp[] }

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
  const { rows } = await sql<FactsRow & { earned: Record<string, number> | null }>`
    ${prepared()}with recursive asked as (
      select id from unnest(${plannedOnce(accountIds)}::bigint[]) as t (id) where id is not null
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
              and ${EARNED}
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
  return new Map(
    rows.map((row) => [
      row.id,
      { ...publicFacts(row, rules), days: span.map((day) => ({ day, xp: row.earned?.[day] ?? 0 })) },
    ]),
  )
}
