import { type Api, GrammyError, HttpError } from 'grammy'
import { setReachable } from '../../core/accounts/settings.js'
import type { Deliverer, Delivery, DeliveryOutcome, Recipient } from '../../core/deliveries/delivery.js'
import { mayNotify } from '../../core/deliveries/notice-policy.js'
import { countNotice } from '../../core/deliveries/settle-deliveries.js'
import type { RankUp } from '../../core/progression/award.js'
import { describeError, isForbidden, isWrongToken, NotNowError, neverLeft, retryAfter } from './errors.js'
import { localeOf } from './person.js'
import { coinsText, lines, rankName, wordsOf } from './render.js'
import type { TelegramDeps } from './types.js'

const WRONG_TOKEN_SECONDS = 60

/** Carries notices to people: several events become one message, and only to whom wants to hear of them now. */
export function createDeliverer(api: Api, deps: TelegramDeps): Deliverer {
  const { db, settings, now, log } = deps
  return async (delivery, signal) => {
    const rankUps = rankUpsIn(delivery)
    if (rankUps.length === 0) return { status: 'skipped', why: 'nothing_to_tell' }
    const decision = mayNotify(delivery.recipient, now(), settings.timeZone)
    if (decision.send === 'later') {
      return { status: 'later', seconds: decision.seconds, why: 'quiet_hours' }
    }
    const { recipient } = delivery
    const telegramId = recipient?.telegramId
    if (!decision.send) return { status: 'skipped', why: decision.why }
    if (!recipient || !telegramId) return { status: 'skipped', why: 'nobody_to_tell' }
    try {
      const text = noticeText(deps, recipient, rankUps)
      await api.sendMessage(telegramId, text, {}, signal as unknown as Parameters<Api['sendMessage']>[3])
    } catch (error) {
      // Written here and not left to the next delivery: the person blocked the bot, whatever else happens.
      if (isForbidden(error)) await setReachable(db, telegramId, false)
      return outcomeOf(error)
    }
    try {
      await countNotice(db, telegramId, settings.timeZone)
    } catch (error) {
      log.warn({ accountId: delivery.accountId, reason: describeError(error) }, 'a notice was not counted')
    }
    return { status: 'delivered' }
  }
}

function rankUpsIn({ events }: Delivery): RankUp[] {
  return events
    .filter((event) => event.type === 'rank_up')
    .map(({ data }) => ({ rank: Number(data.new_rank), reward_coins: Number(data.reward_coins) }))
    .filter(({ rank, reward_coins }) => Number.isInteger(rank) && Number.isInteger(reward_coins))
    .sort((a, b) => a.rank - b.rank)
}

function noticeText({ rules }: TelegramDeps, recipient: Recipient, rankUps: readonly RankUp[]): string {
  const words = wordsOf(localeOf(recipient.locale))
  const reward = rankUps.reduce((sum, { reward_coins }) => sum + reward_coins, 0)
  return lines(
    words.html('rank_up.notice', {
      name: recipient.displayName,
      rank: rankName(words, rules(), rankUps.at(-1)?.rank ?? 1),
    }),
    reward > 0
      ? words.html('rank_up.reward', { coins: coinsText(words, reward) })
      : words.html('rank_up.keep_on'),
    '',
    words.html('rank_up.off'),
  )
}

/** What a failed call means for its delivery. */
export function outcomeOf(error: unknown): DeliveryOutcome {
  const reason = describeError(error)
  if (error instanceof NotNowError) return { status: 'later', seconds: error.seconds, why: 'many_at_once' }
  const seconds = retryAfter(error)
  if (seconds !== null) return { status: 'later', seconds, why: 'telegram_asks_to_wait' }
  if (isForbidden(error)) return { status: 'skipped', why: 'blocked' }
  if (isWrongToken(error)) return { status: 'later', seconds: WRONG_TOKEN_SECONDS, why: 'wrong_token' }
  if (neverLeft(error)) return { status: 'retry', error: reason }
  if (error instanceof HttpError) return { status: 'unknown', error: reason }
  if (!(error instanceof GrammyError)) throw error
  if (error.error_code >= 500) return { status: 'retry', error: reason }
  if (/chat not found/i.test(error.description)) {
    return { status: 'failed', error: 'Telegram knows no chat with this person: he has not started this bot' }
  }
  return { status: 'failed', error: reason }
}
