// The rules as the community wrote them down (docs and the tables below): what the program does is held against this,
// so nothing here may come from its own code.
// @ts-check

/** Rank: XP that it needs, coins that it pays, tier. */
export const RANKS = [
  [0, 0, 'F', 'I'],
  [500, 50, 'F', 'II'],
  [1_250, 100, 'F', 'III'],
  [2_250, 150, 'E', 'I'],
  [3_500, 200, 'E', 'II'],
  [5_000, 300, 'E', 'III'],
  [6_750, 400, 'D', 'I'],
  [8_750, 500, 'D', 'II'],
  [11_000, 700, 'D', 'III'],
  [13_500, 900, 'C', 'I'],
  [16_250, 1_200, 'C', 'II'],
  [19_250, 1_500, 'C', 'III'],
  [22_500, 2_000, 'B', 'I'],
  [26_000, 2_500, 'B', 'II'],
  [29_750, 3_000, 'B', 'III'],
  [33_750, 4_000, 'A', 'I'],
  [38_000, 5_000, 'A', 'II'],
  [42_500, 7_000, 'A', 'III'],
  [47_250, 10_000, 'S', 'I'],
  [52_250, 15_000, 'S', 'II'],
].map(([needs, reward, tier, star], index) => ({
  id: index + 1,
  needs: Number(needs),
  reward: Number(reward),
  tier: String(tier),
  name: `${tier} ${star}`,
}))

/** @param {number} xp */
export function rankOf(xp) {
  const rank = RANKS.findLast(({ needs }) => needs <= xp)
  if (!rank) throw new RangeError(`no rank for ${xp} XP`)
  return rank
}

/** @param {string} text */
export function messageXp(text) {
  const { length } = [...text.trim()]
  if (length < 4) return 0
  if (length < 50) return 5
  if (length < 100) return 10
  return length < 200 ? 15 : 20
}

export const RULES = {
  welcomeXp: 10,
  messageCooldownSeconds: 60,
  messageXpADay: 1_000,
  /** So many of the last messages are compared with a new one. */
  repeatsRemembered: 5,
  voiceXpAMinute: 2,
  voiceXpADay: 480,
  dailyFirstDay: 100,
  gameXpADay: 500,
  betCoinsADay: 1_000,
  bets: [10, 25, 50, 100],
  freeRoundsADay: 10,
  guess: { winFactor: 3, wonXp: 50, lostXp: 5, freeWonXp: 20 },
  dice: { xpPerPip: 5, wonFrom: 5 },
  coinFlip: { wonXp: 20, lostXp: 5 },
  work: { coins: [50, 150], xp: [10, 30] },
  apiXpADay: 1_000,
}
