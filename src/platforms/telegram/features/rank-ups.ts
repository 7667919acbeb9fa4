import type { RankUp } from '../../../core/progression/award.js'
import type { Rules } from '../../../core/progression/rules.js'
import { coinsText, lines, rankName, type Words } from '../render.js'

/** Words for the ranks that one act reached: the highest by name, the rewards as one sum. Null when there are none. */
export function rankUpText(words: Words, rules: Rules, rankUps: readonly RankUp[]): string | null {
  const highest = rankUps.at(-1)
  if (!highest) return null
  const reward = rankUps.reduce((sum, { reward_coins }) => sum + reward_coins, 0)
  return lines(
    words.html('rank_up.line', { rank: rankName(words, rules, highest.rank) }),
    reward > 0 && words.html('rank_up.reward', { coins: coinsText(words, reward) }),
  )
}
