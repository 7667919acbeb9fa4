export type RanksTable = {
  id: number
  tier: string
  star: string
  xp_needed: number
  reward_coins: number
  colour: string
}
