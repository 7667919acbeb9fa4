import type { RoundGame } from './rounds.js'

/** Guess the number 1 to 10: one pick; a win pays three times the stake. A free round pays XP only. */
export const guessNumber: RoundGame = {
  name: 'guess',
  draw: (rules, random) => ({ number: 1 + random(rules.games.guess.highest) }),
  judge(rules, secret, bet, pick) {
    const { highest, win_factor, won_xp, free_won_xp, lost_xp } = rules.games.guess
    if (!Number.isInteger(pick) || pick < 1 || pick > highest) return null
    const won = secret.number === pick
    return {
      won,
      xp: won ? (bet === 0 ? free_won_xp : won_xp) : lost_xp,
      payout: won ? bet * win_factor : 0,
      detail: { number: secret.number, pick },
    }
  },
}
