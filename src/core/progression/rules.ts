import type { Rank } from './ranks.js'

/** Everything that decides what an act pays. Figures: domain.md section 3, column *ours*. */
export type Rules = {
  /** Off: everything is recorded, nothing is paid (a rehearsal beside the old programs). */
  pay: boolean
  timeZone: string
  ranks: readonly Rank[]
  messages: {
    /** XP by trimmed length in characters: the first step whose `below` exceeds the length. */
    steps: readonly { below: number; xp: number }[]
    cooldown_seconds: number
    xp_per_day_max: number
    /** A message that Discord shows without its text (no MessageContent intent). */
    xp_without_text: number
  }
  voice: { xp_per_minute: number; xp_per_day_max: number }
  daily: { base: number; per_streak_day: number; streak_days_max: number }
  welcome_xp: number
  /** Games and the job that are offered once in `cooldown_seconds` each. */
  hourly: {
    cooldown_seconds: number
    dice: { xp_per_pip: number; won_from: number }
    coinflip: { won_xp: number; lost_xp: number }
    work: { coins_min: number; coins_max: number; xp_min: number; xp_max: number }
  }
  /** What an account may get a day from all API keys together that obey caps. */
  api: { xp_per_day_max: number }
  games: {
    bets: readonly number[]
    xp_per_day_max: number
    bet_coins_net_per_day_max: number
    free_rounds_per_day: number
    round_seconds: number
    guess: { highest: number; win_factor: number; won_xp: number; lost_xp: number; free_won_xp: number }
  }
}

export const DEFAULT_RULES: Omit<Rules, 'ranks' | 'timeZone'> = {
  pay: true,
  messages: {
    steps: [
      { below: 4, xp: 0 },
      { below: 50, xp: 5 },
      { below: 100, xp: 10 },
      { below: 200, xp: 15 },
      { below: Number.MAX_SAFE_INTEGER, xp: 20 },
    ],
    cooldown_seconds: 60,
    xp_per_day_max: 1_000,
    xp_without_text: 5,
  },
  voice: { xp_per_minute: 2, xp_per_day_max: 480 },
  daily: { base: 100, per_streak_day: 10, streak_days_max: 10 },
  welcome_xp: 10,
  hourly: {
    cooldown_seconds: 3_600,
    dice: { xp_per_pip: 5, won_from: 5 },
    coinflip: { won_xp: 20, lost_xp: 5 },
    work: { coins_min: 50, coins_max: 150, xp_min: 10, xp_max: 30 },
  },
  api: { xp_per_day_max: 1_000 },
  games: {
    bets: [10, 25, 50, 100],
    xp_per_day_max: 500,
    bet_coins_net_per_day_max: 1_000,
    free_rounds_per_day: 10,
    round_seconds: 300,
    guess: { highest: 10, win_factor: 3, won_xp: 50, lost_xp: 5, free_won_xp: 20 },
  },
}
