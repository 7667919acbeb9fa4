import type { HourlyGame } from './hourly.js'

export const COIN_SIDES = ['heads', 'tails'] as const
export type CoinSide = (typeof COIN_SIDES)[number]

/** A coin against a called side. */
export const coinFlip: HourlyGame<{ called: CoinSide }> = {
  name: 'coinflip',
  play({ hourly }, random, { called }) {
    const side = COIN_SIDES[random(2)] ?? 'heads'
    const won = side === called
    const { won_xp, lost_xp } = hourly.coinflip
    return { won, xp: won ? won_xp : lost_xp, coins: 0, detail: { side, called } }
  },
}
