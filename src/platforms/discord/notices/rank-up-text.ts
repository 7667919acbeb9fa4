import type { DeliveredEvent } from '../../../core/deliveries/delivery.js'
import type { Rules } from '../../../core/progression/rules.js'
import type { Locale } from '../../../i18n/translate.js'
import { rankName, wordsOf } from '../render/words.js'

/** What is told of rank-ups: the highest rank, and all their coins together. `discordId` null: said to the person. */
export function rankUpText(
  locale: Locale,
  rules: Rules,
  discordId: string | null,
  rankUps: readonly DeliveredEvent[],
): string {
  const words = wordsOf(locale)
  const ranks = rankUps.map(({ data }) => Number(data.new_rank)).filter(Number.isInteger)
  const coins = rankUps.reduce((sum, { data }) => sum + (Number(data.reward_coins) || 0), 0)
  const values = {
    rank: rankName(words, rules, Math.max(...ranks)),
    coins: words.count('common:coins', coins),
  }
  return discordId === null
    ? words.say('notice.rank_up_own', values)
    : words.say('notice.rank_up', { ...values, who: words.raw(`<@${discordId}>`) })
}
