import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { withFamily } from '../accounts/family.js'
import { EARNED } from '../boards/tops.js'
import { addDays } from '../progression/community-day.js'
import type { DayXp } from './read-profile.js'

/** XP of one kind of act from one place, over all time. */
export type XpOrigin = { source: string; type: string; xp: number }

export type XpHistory = {
  /** One entry a community day, oldest first, days without XP included. */
  days: DayXp[]
  origins: XpOrigin[]
}

/**
 * XP per day of a span and where all XP came from, in one look at the daily sums of the account and those merged into
 * it. Balances that were carried over are no day's work; within the account they add up to nothing.
 */
export async function readXpHistory(
  reader: Reader,
  accountId: number,
  { from, to }: { from: string; to: string },
): Promise<XpHistory> {
  const { rows } = await sql<
    | { day: string; source: null; type: null; xp: number }
    | { day: null; source: string; type: string; xp: number }
  >`
    ${withFamily(accountId)}, sums as materialized (
      select r.* from family f cross join lateral (
        select day, source_platform, event_type, xp from ttfd.day_sums(f.id) where xp <> 0 offset 0
      ) r
    )
    select day, null as source, null as type, sum(xp)::bigint as xp from sums
    where day between ${from}::date and ${to}::date
      and ${EARNED}
    group by day
    union all
    select null, source_platform, event_type, sum(xp)::bigint from sums
    group by source_platform, event_type having sum(xp) <> 0`.execute(reader)
  const byDay = new Map(rows.flatMap((row) => (row.day === null ? [] : [[row.day, row.xp] as const])))
  const days: DayXp[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push({ day, xp: byDay.get(day) ?? 0 })
  return {
    days,
    origins: rows.flatMap((row) =>
      row.day === null ? [{ source: row.source, type: row.type, xp: row.xp }] : [],
    ),
  }
}
