import type { User } from 'grammy/types'
import { isOutage } from '../../../core/availability/is-outage.js'
import { claimDaily, keepDaily } from '../../../core/economy/claim-daily.js'
import { pagesKeyboard } from '../keyboards.js'
import { factsOf, guessWords, identityOf, type Person } from '../person.js'
import { coinsText, durationText, lines } from '../render.js'
import type { View } from '../speak.js'
import type { Kit } from '../types.js'
import { rankUpText } from './rank-ups.js'
import { restrictionText } from './restricted.js'

/**
 * Claims the daily and says what came of it. `at` is when the person asked by Telegram's clock: a command that is
 * delivered again after midnight claims no second day.
 */
export async function dailyView(kit: Kit, person: Person, at: Date): Promise<View> {
  const { words, identity } = person
  const rules = kit.rules()
  const claim = await claimDaily(kit.db, kit.writer, identity, { rules, now: at })
  switch (claim.status) {
    case 'claimed':
      return {
        text: lines(
          claim.restricted
            ? await restrictionText(kit, person)
            : rules.pay
              ? words.html('daily.claimed', {
                  xp: words.number(claim.xp),
                  coins: coinsText(words, claim.coins),
                })
              : words.html('daily.rehearsal'),
          words.count('daily.streak', claim.streak),
          rankUpText(words, rules, claim.rankUps),
          words.html('games.now', { coins: coinsText(words, claim.newCoins) }),
        ),
        keyboard: pagesKeyboard(words, ['games', 'profile']),
      }
    case 'already_claimed':
      return {
        text: lines(
          words.html('daily.already'),
          words.html('daily.next', { time: durationText(words, claim.nextInSeconds) }),
        ),
        keyboard: pagesKeyboard(words, ['games', 'profile']),
      }
    case 'unknown_account':
      return { text: words.html('fallback.stale') }
    default:
      return claim satisfies never
  }
}

/**
 * What is said to a daily that an outage stopped: it is kept and paid as of `at`. Throws the outage again where it is
 * none, or where nothing can be kept.
 */
export async function keptDailyView(kit: Kit, user: User, at: Date, outage: unknown): Promise<View> {
  if (!isOutage(outage)) throw outage
  const kept = await keepDaily(kit.writer, identityOf(user), {
    facts: factsOf(user),
    rules: kit.rules(),
    now: at,
  })
  if (!kept) throw outage
  return { text: guessWords(user).html('daily.kept') }
}
