import type { Rank } from '../../src/core/progression/ranks.js'
import { DEFAULT_RULES, type Rules } from '../../src/core/progression/rules.js'

const THRESHOLDS = [
  0, 500, 1250, 2250, 3500, 5000, 6750, 8750, 11000, 13500, 16250, 19250, 22500, 26000, 29750, 33750, 38000,
  42500, 47250, 52250,
]
const REWARDS = [
  0, 50, 100, 150, 200, 300, 400, 500, 700, 900, 1200, 1500, 2000, 2500, 3000, 4000, 5000, 7000, 10000, 15000,
]

/** The ladder of domain.md section 2, written down a second time so that a slip in the migration shows. */
export const RANKS: Rank[] = THRESHOLDS.map((xp_needed, index) => ({
  id: index + 1,
  tier: 'FFFEEEDDDCCCBBBAAASS'[index] ?? '?',
  star: ['I', 'II', 'III'][index % 3] ?? '?',
  xp_needed,
  reward_coins: REWARDS[index] ?? 0,
  colour: '#000000',
}))

export const RULES: Rules = { ...DEFAULT_RULES, ranks: RANKS, timeZone: 'Europe/Moscow' }
