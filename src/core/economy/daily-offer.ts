import { addDays, communityDay } from '../progression/community-day.js'
import type { Rules } from '../progression/rules.js'

/** One daily: which day of the streak it is, and what it pays in XP and as much in coins. */
type DailyStep = { day: number; pays: number }

/** How the daily stands for one account. */
export type DailyOffer = {
  /** Today's is taken. */
  claimed: boolean
  /** Today's: taken or open. */
  today: DailyStep
  /** What the next community day pays if today's is taken. */
  tomorrow: DailyStep
  /** From this day of the streak on it pays no more than the day before. */
  fullFrom: number
  /** False in a rehearsal: nothing is paid. */
  pays: boolean
}

/** What day n of a streak pays in XP, and as much in coins. */
export function dailyWorth(day: number, { base, per_streak_day, streak_days_max }: Rules['daily']): number {
  return base + per_streak_day * Math.min(day - 1, streak_days_max)
}

/** Tells how the daily stands. `lastDay` is the last community day whose daily was claimed, with the `streak` that it made. */
export function dailyOffer(
  { lastDay, streak }: { lastDay: string | null; streak: number },
  rules: Rules,
  now: Date,
): DailyOffer {
  const today = communityDay(now, rules.timeZone)
  const claimed = lastDay !== null && lastDay >= today
  const day = claimed ? Math.max(streak, 1) : lastDay === addDays(today, -1) ? streak + 1 : 1
  const step = (n: number): DailyStep => ({ day: n, pays: dailyWorth(n, rules.daily) })
  return {
    claimed,
    today: step(day),
    tomorrow: step(day + 1),
    fullFrom: rules.daily.streak_days_max + 1,
    pays: rules.pay,
  }
}
