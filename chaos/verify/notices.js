// @ts-check
import { HARMLESS } from '../faults.js'
import { RANKS } from '../model/rules.js'
import { MUTED } from '../world.js'

const NOTICES_A_DAY = 5
/** A call takes so long at most before and after it reaches Telegram. */
const EXCUSE_MS = { before: 500, after: 2_500 }
const NOTICE = /у тебя новый ранг: (?:Ранг )?([A-Z] I{1,3})!/

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
      if (second !== undefined && !isExcused(world, deeds, telegram.id, first))
        wrong.push(`telegram:${telegram.id} was told twice of ${rank}, and nothing was lost in between`)
    }
    const missed = missedRank(ledger, telegram.id, told)
    if (missed) wrong.push(missed)
  }
  return [...wrong, ...wrongDeliveries(ledger)]
}

/**
 * As they were sent: a press may have changed them since.
 * @param {import('../world.js').World} world @param {number} id
 */
function noticesTo({ telegram }, id) {
  return telegram.world.journal.since().flatMap((entry) => {
    if (entry.kind !== 'message' || entry.chatId !== id || entry.message.from?.id !== telegram.bot.id)
      return []
    const rank = NOTICE.exec(entry.message.text ?? '')?.[1]
    return rank === undefined ? [] : [{ rank, at: entry.at }]
  })
}

/** @param {{ rank: string, at: number }[]} told */
function byRank(told) {
  /** @type {Map<string, number[]>} */
  const ranks = new Map()
  for (const { rank, at } of told) ranks.set(rank, [...(ranks.get(rank) ?? []), at])
  return ranks
}

/**
 * Whether the answer to the first copy was lost, or what came of it could not be written down.
 * @param {import('../world.js').World} world
 * @param {import('../record.js').Deeds} deeds
 * @param {number} chat @param {number} first
 */
function isExcused({ telegram }, { faults }, chat, first) {
  const from = first - EXCUSE_MS.before
  const to = first + EXCUSE_MS.after
  if (faults.some((fault) => !HARMLESS.has(fault.why) && fault.from <= to && fault.to >= from)) return true
  return telegram.world.journal
    .since()
    .some(
      (one) =>
        one.kind === 'request' &&
        one.request.method === 'sendMessage' &&
        one.request.status === 0 &&
        String(one.request.params.chat_id) === String(chat) &&
        one.at >= from &&
        one.at <= to,
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
      .filter(({ error }) => !/answer was lost|no answer in time/.test(error ?? ''))
      .map(
        ({ destination, state, type, error }) =>
          `a delivery of ${type} to ${destination} is ${state}: ${error}`,
      ),
    ...unprocessed.map(({ key }) => `${key} is not processed`),
  ]
}
