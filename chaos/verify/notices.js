// @ts-check
import { RANKS } from '../model/rules.js'
import { MUTED } from '../world.js'

const NOTICES_A_DAY = 5
/** A fault this long before a second copy may be its reason: a lease must run out before somebody tries again. */
const EXCUSE_MS = 9_000

/**
 * Of a new rank everybody hears who wants to, at least of the highest, and twice only where a call, a process or the
 * database was lost in between; who wants none hears nothing.
 * @param {import('../world.js').World} world
 * @param {import('../record.js').Deeds} deeds
 * @param {import('../ledger.js').Ledger} ledger
 */
export function wrongNotices(world, deeds, ledger) {
  /** @type {string[]} */
  const wrong = []
  for (const { n, telegram } of world.people) {
    const told = noticesTo(world, telegram.id)
    if (MUTED.includes(n)) {
      if (told.length > 0)
        wrong.push(`telegram:${telegram.id} turned notices off and was told of ${told[0]?.rank}`)
      continue
    }
    for (const [rank, moments] of byRank(told)) {
      if (moments.length > 2)
        wrong.push(`telegram:${telegram.id} was told ${moments.length} times of ${rank}`)
      const [first = 0, second] = moments
      if (second !== undefined && !isExcused(world, deeds, telegram.id, first, second))
        wrong.push(`telegram:${telegram.id} was told twice of ${rank}, and nothing was lost in between`)
    }
    const missed = missedRank(ledger, telegram.id, told)
    if (missed) wrong.push(missed)
  }
  return [...wrong, ...wrongDeliveries(ledger)]
}

/** @param {import('../world.js').World} world @param {number} id */
function noticesTo({ telegram }, id) {
  return telegram.control
    .messagesIn(id)
    .filter(({ from }) => from?.id === telegram.bot.id)
    .flatMap(({ text, message_id }) => {
      const rank = /у тебя новый ранг: (?:Ранг )?([A-Z] I{1,3})!/.exec(text ?? '')?.[1]
      return rank === undefined ? [] : [{ rank, at: momentOf(telegram, id, message_id) }]
    })
}

/** @param {import('../world.js').World['telegram']} telegram @param {number} chat @param {number} message */
function momentOf({ world }, chat, message) {
  const entry = world.journal
    .since()
    .find((one) => one.kind === 'message' && one.chatId === chat && one.message.message_id === message)
  return entry?.at ?? 0
}

/** @param {{ rank: string, at: number }[]} told */
function byRank(told) {
  /** @type {Map<string, number[]>} */
  const ranks = new Map()
  for (const { rank, at } of told) ranks.set(rank, [...(ranks.get(rank) ?? []), at])
  return ranks
}

/**
 * @param {import('../world.js').World} world
 * @param {import('../record.js').Deeds} deeds
 * @param {number} chat @param {number} first @param {number} second
 */
function isExcused({ telegram }, deeds, chat, first, second) {
  if (deeds.faults.some(({ at }) => at > first - EXCUSE_MS && at <= second)) return true
  return telegram.world.journal
    .since()
    .some(
      (one) =>
        one.kind === 'request' &&
        one.request.method === 'sendMessage' &&
        one.request.status === 0 &&
        String(one.request.params.chat_id) === String(chat) &&
        one.at > first - EXCUSE_MS &&
        one.at <= second,
    )
}

/**
 * The highest rank of those that were paid while the person was there to be told.
 * @param {import('../ledger.js').Ledger} ledger @param {number} telegramId @param {{ rank: string }[]} told
 */
function missedRank({ members, deliveries }, telegramId, told) {
  const member = members.find(({ telegram }) => telegram === String(telegramId))
  const due = deliveries.filter(
    ({ account, destination, type, rank, state }) =>
      account === member?.id &&
      destination === 'telegram' &&
      type === 'rank_up' &&
      rank !== null &&
      state !== 'failed',
  )
  if (due.length === 0 || told.length >= NOTICES_A_DAY) return null
  const highest = Math.max(...due.map(({ rank }) => rank ?? 0))
  const name = RANKS[highest - 1]?.name
  if (told.some(({ rank }) => rank === name)) return null
  const heard = told.map(({ rank }) => rank).join(', ') || 'nothing'
  return `telegram:${telegramId} was never told of ${name}, but of: ${heard}`
}

/** @param {import('../ledger.js').Ledger} ledger */
function wrongDeliveries({ deliveries, unprocessed }) {
  const open = deliveries.filter(({ state }) => state === 'open' || state === 'failed')
  return [
    // Two lost answers end a notice by the rules: a third message would be one too many.
    ...open
      .filter(({ error }) => !/could repeat it|no answer in time/.test(error ?? ''))
      .map(
        ({ destination, state, type, error }) =>
          `a delivery of ${type} to ${destination} is ${state}: ${error}`,
      ),
    ...unprocessed.map(({ request }) => `${request} is not processed`),
  ]
}
