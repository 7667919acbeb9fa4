// @ts-check
import { messageXp, RULES, rankOf } from './rules.js'

/** @typedef {{ xp: number, coins: number, reason: string | null }} Worth what an act pays, and why less than usual */

/** One account as the rules see it; all of a run happens on one day. */
export class Account {
  /** Where it began. */
  platform = ''
  xp = 0
  coins = 0
  /** The highest rank that was ever paid or skipped silently. */
  paidRank = 1
  /** Moments of paid messages, in seconds. @type {number[]} */
  paidAt = []
  /** Texts that were looked at, oldest first. @type {{ at: number, text: string }[]} */
  texts = []
  used = { message: 0, voice: 0, game: 0, bets: 0, free: 0, api: 0 }
  hasDaily = false
  hasWelcome = false
  /** Hourly games that were played. @type {Set<string>} */
  played = new Set()
  /** Coins that a merge keeps from being spent. */
  frozen = 0

  /** @param {number} id */
  constructor(id) {
    this.id = id
  }

  /** @param {import('../record.js').Message} message @returns {Worth} */
  message({ text, at }) {
    const worth = messageXp(text)
    if (worth === 0) return nothing('short')
    const reason = this.#isCooling(at)
      ? 'cooldown'
      : this.texts.some((one) => one.text === text)
        ? 'repeat'
        : null
    this.texts = newest([...this.texts, { at, text }])
    if (reason) return nothing(reason)
    const paid = this.#capped('message', worth, RULES.messageXpADay)
    if (paid.xp > 0) this.paidAt.push(at)
    return paid
  }

  /** @returns {Worth} */
  voiceMinute() {
    return this.#capped('voice', RULES.voiceXpAMinute, RULES.voiceXpADay)
  }

  /** @param {number} bet whether it may be taken */
  canStake(bet) {
    return RULES.bets.includes(bet) && this.coins - this.frozen >= bet
  }

  /** @param {number} bet */
  stake(bet) {
    this.used.bets -= bet
    return { xp: 0, coins: -bet, reason: 'stake' }
  }

  /** @param {number} bet */
  returned(bet) {
    this.used.bets += bet
    return { xp: 0, coins: bet }
  }

  /** @param {number} bet @param {boolean} won @returns {Worth} */
  guess(bet, won) {
    const { winFactor, wonXp, lostXp, freeWonXp } = RULES.guess
    const isFree = bet === 0
    const worth = won ? (isFree ? freeWonXp : wonXp) : lostXp
    const isOver = isFree && this.used.free >= RULES.freeRoundsADay
    const { xp } = this.#capped('game', isOver ? 0 : worth, RULES.gameXpADay)
    const win = won ? bet * winFactor : 0
    const coins = Math.min(win, Math.max(0, RULES.betCoinsADay - this.used.bets))
    this.used.bets += coins
    if (isFree) this.used.free += 1
    return { xp, coins, reason: xp < worth || coins < win ? 'cap' : null }
  }

  /** @param {number} worth @returns {Worth} */
  game(worth) {
    return this.#capped('game', worth, RULES.gameXpADay)
  }

  /** @param {{ xp: number, coins: number, capped: boolean }} award @returns {Worth} */
  api({ xp, coins, capped }) {
    return { ...(capped ? this.#capped('api', xp, RULES.apiXpADay) : { xp, reason: null }), coins }
  }

  /** The ranks that this much XP pays now, lowest first. @param {number} before */
  ranksReached(before) {
    const reached = rankOf(this.xp)
    const paid = []
    for (let id = this.paidRank + 1; id <= reached.id; id++) paid.push(id)
    this.paidRank = Math.max(this.paidRank, reached.id)
    return paid.filter((id) => id > rankOf(before).id)
  }

  /** Takes in what another account has used up, as it becomes one with this. @param {Account} other */
  unite(other) {
    this.paidRank = Math.max(this.paidRank, other.paidRank)
    this.paidAt = [...new Set([...this.paidAt, ...other.paidAt])]
    this.texts = newest([...this.texts, ...other.texts])
    for (const key of /** @type {(keyof Account['used'])[]} */ (Object.keys(this.used))) {
      const [mine, its] = [this.used[key], other.used[key]]
      // What both lost at games frees no more room than either's own loss did.
      this.used[key] = mine === 0 || its === 0 ? mine + its : Math.max(mine, its, mine + its)
    }
    this.hasDaily ||= other.hasDaily
    this.hasWelcome ||= other.hasWelcome
    this.played = new Set([...this.played, ...other.played])
    this.frozen += other.frozen
  }

  /** Everything used up, for the side that leaves again. */
  marks() {
    const { paidAt, texts, used, hasDaily, hasWelcome, played } = this
    return structuredClone({ paidAt, texts, used, hasDaily, hasWelcome, played })
  }

  /** @param {number} at */
  #isCooling(at) {
    return this.paidAt.some((paid) => Math.abs(paid - at) < RULES.messageCooldownSeconds)
  }

  /** @param {keyof Account['used']} counter @param {number} worth @param {number} cap @returns {Worth} */
  #capped(counter, worth, cap) {
    const xp = Math.max(0, Math.min(worth, cap - this.used[counter]))
    this.used[counter] += xp
    return { xp, coins: 0, reason: xp < worth ? 'cap' : null }
  }
}

/** @param {string} reason @returns {Worth} */
function nothing(reason) {
  return { xp: 0, coins: 0, reason }
}

/** @param {{ at: number, text: string }[]} texts */
function newest(texts) {
  return texts.sort((a, b) => a.at - b.at).slice(-RULES.repeatsRemembered)
}
