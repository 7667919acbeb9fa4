// @ts-check
import { Account } from './account.js'
import { Merges } from './merges.js'
import { RANKS, RULES } from './rules.js'

/** @typedef {import('../ledger.js').LedgerEvent} LedgerEvent */

/**
 * Holds the ledger against what people did. The ledger's order per account is the order in which acts were decided, so
 * every amount is known exactly, whatever overtook what on its way: each event must come from one act, and must pay
 * what the rules give at its place.
 */
export class Replay {
  /** @type {Map<number, Account>} */
  accounts = new Map()
  /** @type {Set<string>} */
  seen = new Set()
  /** What cannot be. @type {string[]} */
  wrong = []
  /** Ranks whose events must come next, by account. @type {Map<number, number[]>} */
  #due = new Map()
  /** Open stakes by round. @type {Map<string, number>} */
  #stakes = new Map()
  /** @type {Set<string>} */
  #endedRounds = new Set()
  #deeds
  #rounds
  #merges = new Merges()

  /**
   * @param {import('../record.js').Deeds} deeds
   * @param {import('../ledger.js').Ledger} ledger
   */
  constructor(deeds, ledger) {
    this.#deeds = deeds
    this.#rounds = new Map(ledger.rounds.map((round) => [round.id, round]))
    for (const event of ledger.events) this.#take(event)
    for (const [account, due] of this.#due)
      if (due.length > 0) this.wrong.push(`account ${account}: no event for ranks ${due.join(', ')}`)
    for (const [round, bet] of this.#stakes)
      this.wrong.push(`round ${round}: its stake of ${bet} was taken for good`)
  }

  /** @param {number} id */
  account(id) {
    const known = this.accounts.get(id) ?? new Account(id)
    this.accounts.set(id, known)
    return known
  }

  /** @param {LedgerEvent} event */
  #take(event) {
    if (this.seen.has(event.key)) this.wrong.push(`${event.key}: twice`)
    this.seen.add(event.key)
    const account = this.account(event.account)
    const due = this.#due.get(account.id)?.[0]
    if (due !== undefined && event.key !== `rank:${account.id}:${due}`)
      this.wrong.push(`${event.key}: came before the reward of rank ${due} of account ${account.id}`)
    const before = account.xp
    const expected = this.#expect(event, account)
    if (expected === null) {
      this.wrong.push(`${event.key} (${event.type}): nobody did this`)
      account.xp += event.xp
      account.coins += event.coins
      return
    }
    const { xp, coins, isSilent = false, reason } = expected
    if (event.xp !== xp || event.coins !== coins)
      this.wrong.push(
        `${event.key} on account ${account.id}: paid ${event.xp} XP and ${event.coins} coins, not ${xp} and ${coins}`,
      )
    if (reason !== undefined && (event.data.reason ?? null) !== reason)
      this.wrong.push(`${event.key}: its reason is ${event.data.reason}, not ${reason}`)
    account.xp += xp
    account.coins += coins
    if (!isTransfer(event)) this.#merges.earn(account.id, event.source, { xp, coins, rank: rankIn(event) })
    if (account.coins < 0 || account.xp < 0)
      this.wrong.push(`${event.key}: account ${account.id} fell below 0`)
    if (event.type === 'rank_up') return
    const ranks = account.ranksReached(before)
    if (!isSilent && ranks.length > 0) this.#due.set(account.id, ranks)
  }

  /**
   * What this event must pay; null when nobody did what it tells of.
   * @param {LedgerEvent} event @param {Account} account
   * @returns {{ xp: number, coins: number, reason?: string | null, isSilent?: boolean } | null}
   */
  #expect(event, account) {
    const { key } = event
    const [kind = '', ...parts] = key.split(':')
    switch (kind) {
      case 'created':
        account.platform = event.source
        return NOTHING
      case 'sign_in_asked':
      case 'signed_in':
        return NOTHING
      case 'welcome': {
        const isHis = this.#deeds.starts.has(parts[1] ?? '') && !account.hasWelcome
        account.hasWelcome = true
        return isHis ? { xp: RULES.welcomeXp, coins: 0, reason: 'welcome' } : null
      }
      case 'telegram':
      case 'discord':
        return this.#act(event, account)
      case 'voice':
        return this.#deeds.voices.has(parts[0] ?? '') ? account.voiceMinute() : null
      case 'daily':
        return this.#daily(account)
      case 'game':
        return this.#game(event, account, parts[0] ?? '', parts[1])
      case 'api': {
        const award = this.#deeds.awards.get(key)
        return award && award.source === event.source ? account.api(award) : null
      }
      case 'rank':
        return this.#rank(account, Number(parts[1]))
      case 'link':
        return event.type === 'xp_change' ? this.#merges.carry(event, account) : NOTHING
      case 'merge':
        return isTransfer(event) ? this.#merges.move(event, account) : NOTHING
      default:
        return null
    }
  }

  /** A message, or a game of one press. @param {LedgerEvent} event @param {Account} account */
  #act(event, account) {
    const message = this.#deeds.messages.get(event.key)
    if (message) return account.message(message)
    const deed = this.#deeds.hourly.get(event.key)
    if (!deed || account.played.has(deed.game)) return null
    account.played.add(deed.game)
    return hourlyWorth(deed, event, account)
  }

  /** @param {Account} account */
  #daily(account) {
    if (account.hasDaily) return null
    account.hasDaily = true
    return { xp: RULES.dailyFirstDay, coins: RULES.dailyFirstDay }
  }

  /** @param {Account} account @param {number} id */
  #rank(account, id) {
    const due = this.#due.get(account.id) ?? []
    if (due[0] !== id) return null
    due.shift()
    return { xp: 0, coins: RANKS[id - 1]?.reward ?? 0 }
  }

  /** @param {LedgerEvent} event @param {Account} account @param {string} id @param {string | undefined} step */
  #game(event, account, id, step) {
    const round = this.#rounds.get(id)
    const asked = round && this.#deeds.rounds.get(round.requestKey)
    if (!round || !asked || asked.who.id !== round.telegramId || asked.bet !== round.bet) return null
    if (step === 'stake') {
      if (!account.canStake(round.bet)) return null
      this.#stakes.set(id, round.bet)
      return account.stake(round.bet)
    }
    if (this.#endedRounds.has(id)) return null
    this.#endedRounds.add(id)
    const isPaidFor = this.#stakes.delete(id) || round.bet === 0
    if (!isPaidFor) return null
    if (step === 'returned') return account.returned(round.bet)
    const { number, pick } = event.data
    const picks = this.#deeds.picks.get(id)
    if (!picks?.picks.has(Number(pick)) || number !== round.number) return null
    const won = number === pick
    return event.data.won === won ? account.guess(round.bet, won) : null
  }
}

const NOTHING = { xp: 0, coins: 0 }

/**
 * @param {import('../record.js').Hourly} deed @param {LedgerEvent} event @param {Account} account
 * @returns {{ xp: number, coins: number, reason?: string | null } | null}
 */
function hourlyWorth({ game, side }, { data, xp, coins }, account) {
  const { dice, coinFlip, work } = RULES
  if (game === 'dice') {
    const face = Number(data.face)
    const isDie = face >= 1 && face <= 6 && data.won === face >= dice.wonFrom
    return isDie ? account.game(face * dice.xpPerPip) : null
  }
  if (game === 'coinflip') {
    const won = data.side === side
    return data.won === won && data.called === side
      ? account.game(won ? coinFlip.wonXp : coinFlip.lostXp)
      : null
  }
  const isWage = isBetween(xp, work.xp) && isBetween(coins, work.coins)
  return isWage ? { xp, coins } : null
}

/** @param {number} value @param {readonly number[]} range */
function isBetween(value, [least = 0, most = 0]) {
  return value >= least && value <= most
}

/** @param {LedgerEvent} event */
function isTransfer({ type }) {
  return type === 'accounts_merged' || type === 'merge_undone'
}

/** @param {LedgerEvent} event */
function rankIn({ type, data }) {
  return type === 'rank_up' ? Number(data.new_rank) : 0
}
