import { dailyWorth } from '../economy/daily-offer.js'
import type { EventType } from '../events/event-types.js'
import type { AccountState } from './account-state.js'
import type { Act, Award, ZeroReason } from './award.js'
import { addDays, communityDay } from './community-day.js'
import { freezeAt, spendable } from './freeze.js'
import {
  count,
  type DayCounters,
  dayCounters,
  isCoolingDown,
  isForgotten,
  isRepeat,
  type Limits,
  rememberPaid,
  rememberPrint,
} from './limits.js'
import type { Rules } from './rules.js'
import { refusal, type Verdict, verdict } from './verdict.js'

/** Judges one act of one locked account. Changes nothing before `commit`. */
export function judge(account: AccountState, award: Award, rules: Rules): Verdict {
  const { act } = award
  switch (act.type) {
    case 'welcome':
      if (account.limits.once?.includes('welcome')) return refusal('xp_change', 'already_claimed')
      return verdict('xp_change', { xp: rules.welcome_xp, data: { reason: 'welcome' } })
    case 'message':
      return judgeMessage(account, award, act, rules)
    case 'voice_minute':
      return judgeVoiceMinute(account, award, act, rules)
    case 'daily':
      return judgeDaily(account, award, rules)
    case 'stake':
      return judgeStake(account, award, act, rules)
    case 'return_stake':
      return verdict('coins_change', {
        coins: act.bet,
        paid: false,
        data: { reason: `stake_${act.reason}`, game_type: act.game, round: act.round },
        commit: () => count(account.limits, dayOf(award, rules), 'bets_net', act.bet),
      })
    case 'game':
      return judgeGame(account, award, act, rules)
    case 'hourly':
      return judgeHourly(account, award, act, rules)
    case 'grant':
      if (award.source.startsWith('api:')) return judgeApi(account, award, act, rules)
      return judgeGrant(account, award, act)
    default:
      return act satisfies never
  }
}

type Grant = Extract<Act, { type: 'grant' }>

function judgeGrant(account: AccountState, award: Award, act: Grant): Verdict {
  // A merge, its undo and a link carry coins over; everything else that takes coins is a debit.
  const isDebit = act.coins < 0 && (act.event === 'adjusted' || act.event === 'coins_change')
  // What an operator takes, he may take from a restricted account above all.
  if (isDebit && account.restriction && act.event === 'coins_change') return refusal(act.event, 'restricted')
  const short = isDebit ? judgeDebit(account, award, -act.coins, act.event) : null
  if (short?.refused === 'frozen') return short
  return verdict(act.event, {
    xp: act.xp,
    coins: act.coins,
    data: { ...act.data },
    silent: act.silent,
    paid: false,
  })
}

/** What another program gives: a payment by the rules, so that a rehearsal withholds it and a day has its cap. */
function judgeApi(account: AccountState, award: Award, act: Grant, rules: Rules): Verdict {
  const [day, { limits }] = [dayOf(award, rules), account]
  const late = !act.uncapped && isForgotten(limits, day)
  const cap = act.uncapped ? Number.POSITIVE_INFINITY : late ? 0 : rules.api.xp_per_day_max
  const { xp, capped } = capXp(limits, day, 'api_xp', act.xp, cap)
  const commit = (paid: { xp: number }) =>
    paid.xp > 0 && !act.uncapped && count(limits, day, 'api_xp', paid.xp)
  const reason = capped ? (late ? 'too_late' : 'cap') : null
  return { ...judgeGrant(account, award, act), xp, reason, paid: true, commit }
}

/** Why so many coins cannot be taken now; null when they can. What a fresh merge brought is there, but not to be spent. */
function judgeDebit(account: AccountState, award: Award, coins: number, event: EventType): Verdict | null {
  if (account.coins < coins) return refusal(event, 'insufficient_coins')
  if (spendable(account.limits, account.coins, award.occurredAt) >= coins) return null
  const until = freezeAt(account.limits, award.occurredAt)?.until
  return { ...refusal(event, 'frozen'), ...(until && { next: until }) }
}

function judgeMessage(
  account: AccountState,
  award: Award,
  act: Extract<Act, { type: 'message' }>,
  rules: Rules,
): Verdict {
  const { limits } = account
  const at = Math.floor(award.occurredAt.getTime() / 1000)
  const day = dayOf(award, rules)
  const base = messageXp(act.length, rules)
  let reason: ZeroReason | null = null
  if (act.multiplier === null) reason = 'place'
  else if (base === 0) reason = 'short'
  else if (isForgotten(limits, day)) reason = 'too_late'
  else if (isCoolingDown(limits, at, rules.messages.cooldown_seconds)) reason = 'cooldown'
  else if (act.fingerprint !== null && isRepeat(limits, at, act.fingerprint)) reason = 'repeat'

  const worth = reason === null ? Math.floor(base * (act.multiplier ?? 0)) : 0
  if (reason === null && worth === 0) reason = 'place'
  const { xp, capped } = capXp(limits, day, 'message_xp', worth, rules.messages.xp_per_day_max)
  return verdict('message_sent', {
    xp,
    reason: reason ?? (capped ? 'cap' : null),
    data:
      act.multiplier === null
        ? { length: act.length, place: act.place }
        : { length: act.length, place: act.place, multiplier: act.multiplier },
    commit: (paid) => {
      if (act.multiplier === null) return
      account.messages += 1
      if (paid.xp > 0) {
        rememberPaid(limits, at)
        count(limits, day, 'message_xp', paid.xp)
      }
      if (act.fingerprint !== null && base > 0) rememberPrint(limits, at, act.fingerprint)
    },
  })
}

/** What a message of so many characters is worth before its place multiplies it; null: its text is not known. */
export function messageXp(length: number | null, rules: Rules): number {
  if (length === null) return rules.messages.xp_without_text
  return rules.messages.steps.find((step) => length < step.below)?.xp ?? 0
}

function judgeVoiceMinute(
  account: AccountState,
  award: Award,
  act: Extract<Act, { type: 'voice_minute' }>,
  rules: Rules,
): Verdict {
  const day = dayOf(award, rules)
  const worth = Math.floor(rules.voice.xp_per_minute * act.multiplier)
  const forgotten = isForgotten(account.limits, day)
  const { xp, capped } = capXp(
    account.limits,
    day,
    'voice_xp',
    forgotten ? 0 : worth,
    rules.voice.xp_per_day_max,
  )
  return verdict('voice_time', {
    xp,
    reason: forgotten ? 'too_late' : worth === 0 ? 'place' : capped ? 'cap' : null,
    data: { duration: 60, xp_earned: xp, place: act.place, multiplier: act.multiplier },
    commit: (paid) => {
      account.voiceSeconds += 60
      if (paid.xp > 0) count(account.limits, day, 'voice_xp', paid.xp)
    },
  })
}

function judgeDaily(account: AccountState, award: Award, rules: Rules): Verdict {
  const day = dayOf(award, rules)
  const { daily } = account.limits
  // A day that was claimed never opens again, not even when a clock goes back.
  if (daily !== null && day <= daily) return refusal('daily_claimed', 'already_claimed')
  const streak = daily === addDays(day, -1) ? account.streak + 1 : 1
  const worth = dailyWorth(streak, rules.daily)
  return verdict('daily_claimed', {
    xp: worth,
    coins: worth,
    data: { day, streak },
    commit: () => {
      account.limits.daily = day
      account.streak = streak
      account.lastDaily = award.occurredAt
    },
  })
}

function judgeStake(
  account: AccountState,
  award: Award,
  act: Extract<Act, { type: 'stake' }>,
  rules: Rules,
): Verdict {
  if (account.restriction) return refusal('coins_change', 'restricted')
  const short = judgeDebit(account, award, act.bet, 'coins_change')
  if (short) return short
  return verdict('coins_change', {
    coins: -act.bet,
    paid: false,
    data: { reason: 'stake', game_type: act.game, round: act.round },
    commit: () => count(account.limits, dayOf(award, rules), 'bets_net', -act.bet),
  })
}

function judgeGame(
  account: AccountState,
  award: Award,
  act: Extract<Act, { type: 'game' }>,
  rules: Rules,
): Verdict {
  const { limits } = account
  const day = dayOf(award, rules)
  // Rounds without a stake are ten a day; one that slipped past the offer pays nothing.
  const free = dayCounters(limits, day).free_rounds ?? 0
  const worth = act.free && free >= rules.games.free_rounds_per_day ? 0 : act.xp
  const { xp, capped } = capXp(limits, day, 'game_xp', worth, rules.games.xp_per_day_max)
  const room = rules.games.bet_coins_net_per_day_max - (dayCounters(limits, day).bets_net ?? 0)
  const coins = Math.min(act.payout, Math.max(room, 0))
  return verdict('game_played', {
    xp,
    coins,
    reason: capped || worth < act.xp || coins < act.payout ? 'cap' : null,
    data: { game_type: act.game, won: act.won, xp_earned: xp, bet: act.bet, round: act.round, ...act.detail },
    commit: (paid) => {
      account.gamesPlayed += 1
      if (act.won) account.gamesWon += 1
      if (act.free) count(limits, day, 'free_rounds', 1)
      if (paid.xp > 0) count(limits, day, 'game_xp', paid.xp)
      if (paid.coins > 0) count(limits, day, 'bets_net', paid.coins)
    },
  })
}

function judgeHourly(
  account: AccountState,
  award: Award,
  act: Extract<Act, { type: 'hourly' }>,
  rules: Rules,
): Verdict {
  const { limits } = account
  const at = Math.floor(award.occurredAt.getTime() / 1000)
  const open = (limits.played[act.game] ?? Number.NEGATIVE_INFINITY) + rules.hourly.cooldown_seconds
  const isJob = act.won === null
  // One that comes late is held against the last one played, so an older press never pays beside a newer one.
  if (at < open) {
    return { ...refusal(isJob ? 'coins_change' : 'game_played', 'cooldown'), next: new Date(open * 1000) }
  }
  const day = dayOf(award, rules)
  const { xp, capped } = isJob
    ? { xp: act.xp, capped: false }
    : capXp(limits, day, 'game_xp', act.xp, rules.games.xp_per_day_max)
  return verdict(isJob ? 'coins_change' : 'game_played', {
    xp,
    coins: act.coins,
    reason: capped ? 'cap' : null,
    data: isJob
      ? { job: act.game, ...act.detail }
      : { game_type: act.game, won: act.won, xp_earned: xp, ...act.detail },
    commit: (paid) => {
      limits.played[act.game] = at
      if (isJob) return
      account.gamesPlayed += 1
      if (act.won) account.gamesWon += 1
      if (paid.xp > 0) count(limits, day, 'game_xp', paid.xp)
    },
  })
}

/** Cuts an amount to what a day's cap still allows. */
function capXp(limits: Limits, day: string, counter: keyof DayCounters, worth: number, cap: number) {
  const xp = Math.max(0, Math.min(worth, cap - (dayCounters(limits, day)[counter] ?? 0)))
  return { xp, capped: xp < worth }
}

function dayOf(award: Award, rules: Rules): string {
  return communityDay(award.occurredAt, rules.timeZone)
}
