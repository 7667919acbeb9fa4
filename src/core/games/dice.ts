import type { HourlyGame } from './hourly.js'

/** One die: XP by its face, the two highest count as won. */
export const dice: HourlyGame<Record<string, never>> = {
  name: 'dice',
  play({ hourly }, random) {
    const face = 1 + random(6)
    const { xp_per_pip, won_from } = hourly.dice
    return { won: face >= won_from, xp: face * xp_per_pip, coins: 0, detail: { face } }
  },
}
