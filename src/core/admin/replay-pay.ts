import { dailyWorth } from '../economy/daily-offer.js'
import { communityDay } from '../progression/community-day.js'
import { messageXp } from '../progression/judge-act.js'
import type { Rules } from '../progression/rules.js'

/** An event as the ledger holds it, as far as pay is concerned. */
export type PaidEvent = {
  accountId: number
  type: string
  source: string
  xp: number
  coins: number
  at: Date
  data: Record<string, unknown>
}

type Pay = { xp: number; coins: number }
type Memory = { paidAt: number; day: string; counters: Record<string, number> }

/** Reasons that other figures would not change. */
const FIXED: ReadonlySet<unknown> = new Set(['place', 'repeat', 'too_late', 'restricted', 'rehearsal'])

/**
 * What each of these events (of many members, oldest first) would pay under some rules. The ledger does not hold all that
 * a judgement knows (the order of arrival, what came before the first of them), so its answer is good for comparing
 * two sets of rules with each other, not for auditing one.
 */
export function replayPay(events: readonly PaidEvent[], rules: Rules): Pay[] {
  const memories = new Map<number, Memory>()
  return events.map((event) => {
    const day = communityDay(event.at, rules.timeZone)
    let memory = memories.get(event.accountId)
    if (memory?.day !== day) {
      memory = { paidAt: memory?.paidAt ?? Number.NEGATIVE_INFINITY, day, counters: {} }
      memories.set(event.accountId, memory)
    }
    return payOf(event, memory, rules)
  })
}

function payOf(event: PaidEvent, memory: Memory, rules: Rules): Pay {
  const { type, data } = event
  if (FIXED.has(data.reason)) return { xp: event.xp, coins: event.coins }
  const capped = (counter: string, worth: number, cap: number) => {
    const xp = Math.max(0, Math.min(worth, cap - (memory.counters[counter] ?? 0)))
    memory.counters[counter] = (memory.counters[counter] ?? 0) + xp
    return xp
  }
  if (type === 'message_sent') {
    const at = event.at.getTime() / 1000
    const worth = Math.floor(
      messageXp(typeof data.length === 'number' ? data.length : null, rules) * numberIn(data.multiplier, 1),
    )
    if (worth === 0 || at - memory.paidAt < rules.messages.cooldown_seconds) return { xp: 0, coins: 0 }
    const xp = capped('message', worth, rules.messages.xp_per_day_max)
    if (xp > 0) memory.paidAt = at
    return { xp, coins: 0 }
  }
  if (type === 'voice_time') {
    const worth = Math.floor(rules.voice.xp_per_minute * numberIn(data.multiplier, 1))
    return { xp: capped('voice', worth, rules.voice.xp_per_day_max), coins: 0 }
  }
  if (type === 'daily_claimed') {
    const worth = dailyWorth(numberIn(data.streak, 1), rules.daily)
    return { xp: worth, coins: worth }
  }
  if (type === 'game_played') {
    const worth = gameXp(data, rules)
    if (worth === null) return { xp: event.xp, coins: event.coins }
    return { xp: capped('game', worth, rules.games.xp_per_day_max), coins: event.coins }
  }
  if (type === 'xp_change' && data.reason === 'welcome') return { xp: rules.welcome_xp, coins: event.coins }
  if (type === 'xp_change' && event.source.startsWith('api:'))
    return { xp: capped('api', event.xp, rules.api.xp_per_day_max), coins: event.coins }
  return { xp: event.xp, coins: event.coins }
}

function gameXp(data: Record<string, unknown>, { games, hourly }: Rules): number | null {
  const won = data.won === true
  switch (data.game_type) {
    case 'guess':
      if (!won) return games.guess.lost_xp
      return numberIn(data.bet, 0) === 0 ? games.guess.free_won_xp : games.guess.won_xp
    case 'dice':
      return numberIn(data.face, 0) * hourly.dice.xp_per_pip
    case 'coinflip':
      return won ? hourly.coinflip.won_xp : hourly.coinflip.lost_xp
    default:
      return null
  }
}

function numberIn(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise
}
