import { uniteClosed } from '../deletion/closed.js'
import { addDays } from '../progression/community-day.js'
import { uniteFreezes } from '../progression/freeze.js'
import { type DayCounters, keepNewest, type Limits } from '../progression/limits.js'
import { uniteRestricted } from '../restrictions/restriction.js'

/**
 * The limits of two accounts that become one: everything that either has used up is used up, and the later claim,
 * cooldown and play hold. Never more is free than either had.
 */
export function uniteLimits(a: Limits, b: Limits): Limits {
  const days: Limits['days'] = { ...a.days }
  for (const [day, counters] of Object.entries(b.days)) days[day] = uniteCounters(days[day] ?? {}, counters)
  const played = { ...a.played }
  for (const [game, at] of Object.entries(b.played)) played[game] = Math.max(played[game] ?? 0, at)
  const paid = [...new Set([...a.paid, ...b.paid])].sort((x, y) => x - y)
  const prints = [...a.prints, ...b.prints].sort((x, y) => x[0] - y[0] || (x[1] < y[1] ? -1 : 1))
  const daily =
    [a.daily, b.daily]
      .filter((day) => day !== null)
      .sort()
      .at(-1) ?? null
  const frozen = uniteFreezes(a.frozen, b.frozen)
  const restricted = uniteRestricted(a.restricted, b.restricted)
  const closed = uniteClosed(a.closed, b.closed)
  const once = [...new Set([...(a.once ?? []), ...(b.once ?? [])])].sort()
  return keepNewest({
    paid,
    prints,
    days,
    daily,
    played,
    ...(frozen && { frozen }),
    ...(restricted && { restricted }),
    ...(closed && { closed }),
    ...(once.length > 0 && { once }),
  })
}

/** The sum of both, and at least either: coins that both lost at games (a negative count) free no more room than one's own. */
function uniteCounters(a: DayCounters, b: DayCounters): DayCounters {
  const one: DayCounters = { ...a }
  for (const [key, y] of Object.entries(b) as [keyof DayCounters, number][]) {
    const x = a[key]
    one[key] = x === undefined ? y : Math.max(x, y, x + y)
  }
  return one
}

export type Streak = { days: number; lastDaily: Date | null; lastDay: string | null }

/** The longer of two streaks that are still alive on `today`; one that broke is not revived by the other's claim. */
export function uniteStreaks(a: Streak, b: Streak, today: string): { days: number; lastDaily: Date | null } {
  const alive = (streak: Streak) =>
    streak.lastDay !== null && streak.lastDay >= addDays(today, -1) ? streak.days : 0
  const times = [a.lastDaily, b.lastDaily].filter((at) => at !== null)
  const lastDaily = times.length === 0 ? null : new Date(Math.max(...times.map((at) => at.getTime())))
  return { days: Math.max(alive(a), alive(b)), lastDaily }
}
