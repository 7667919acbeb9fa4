import type { HourlyGame } from './hourly.js'

/** How many different jobs there are to tell of; the words are the platforms'. */
export const JOBS = 6

/** An hour's job: coins and a little XP. No game: it is neither won nor counted against the games' cap. */
export const work: HourlyGame<Record<string, never>> = {
  name: 'work',
  play({ hourly }, random) {
    const { coins_min, coins_max, xp_min, xp_max } = hourly.work
    return {
      won: null,
      xp: xp_min + random(xp_max - xp_min + 1),
      coins: coins_min + random(coins_max - coins_min + 1),
      detail: { task: 1 + random(JOBS) },
    }
  },
}
