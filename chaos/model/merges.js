// @ts-check

/** @typedef {import('../ledger.js').LedgerEvent} LedgerEvent */
/** @typedef {import('./account.js').Account} Account */
/** @typedef {{ xp: number, coins: number, rank: number }} Earned */

/**
 * What a merge remembers for the case that it is undone.
 * @typedef {object} Merge
 * @property {number} survivor
 * @property {number} loser
 * @property {string} platform of the loser
 * @property {{ survivor: number, loser: number }} coins that either brought
 * @property {{ survivor: number, loser: number }} paidRank
 * @property {number} xp of the loser
 * @property {number} frozenBefore
 * @property {Map<string, Earned>} earned since, by source
 */

/** Accounts that become one, and two again. Sums are conserved, and both sides get what the rules promise them. */
export class Merges {
  /** @type {Map<string, Merge>} */
  #merges = new Map()
  /** First events of pairs whose second must follow. @type {Map<string, { xp: number, coins: number, from: Account }>} */
  #halves = new Map()

  /** Notes what an account earned, for merges that may be undone. @param {number} account @param {string} source @param {Earned} earned */
  earn(account, source, { xp, coins, rank }) {
    for (const merge of this.#merges.values()) {
      if (merge.survivor !== account) continue
      const known = merge.earned.get(source) ?? { xp: 0, coins: 0, rank: 0 }
      merge.earned.set(source, {
        xp: known.xp + xp,
        coins: known.coins + coins,
        rank: Math.max(known.rank, rank),
      })
    }
  }

  /**
   * A link: of an account without progress the welcome goes over.
   * @param {LedgerEvent} event @param {Account} account
   */
  carry({ key }, account) {
    const [, request = '', way] = key.split(':')
    if (way === 'out') return this.#give(request, account, account.xp, account.coins)
    return way === 'in' ? this.#get(request, account, false) : null
  }

  /**
   * A merge or its undo: one account gives, the other gets as much.
   * @param {LedgerEvent} event @param {Account} account
   */
  move(event, account) {
    const [, id = '', ...rest] = event.key.split(':')
    const way = rest.at(-1)
    const isUndo = event.type === 'merge_undone'
    if (way === 'in') return isUndo ? this.#putBack(id, account) : this.#join(id, account)
    if (way !== 'out') return null
    if (!isUndo) return this.#give(id, account, account.xp, account.coins)
    const merge = this.#merges.get(id)
    if (!merge || merge.survivor !== account.id) return null
    const own = ownShare(merge)
    const brought = merge.coins.survivor + merge.coins.loser
    // Frozen coins cannot be spent, so both get back what they brought; losses are paid from what was earned since.
    const free = Math.max(0, account.coins - brought)
    const coins = merge.coins.loser + Math.max(0, Math.min(own.coins, free))
    return this.#give(id, account, merge.xp + own.xp, coins)
  }

  /** @param {string} id @param {Account} account */
  #join(id, account) {
    const half = this.#halves.get(id)
    if (!half) return null
    const { from } = half
    const total = account.coins + half.coins
    const merge = {
      survivor: account.id,
      loser: from.id,
      platform: from.platform,
      coins: { survivor: account.coins, loser: half.coins },
      paidRank: { survivor: account.paidRank, loser: from.paidRank },
      xp: half.xp,
      frozenBefore: account.frozen,
      earned: new Map(),
    }
    const got = this.#get(id, account, true)
    account.frozen = total
    this.#merges.set(id, merge)
    return got
  }

  /** @param {string} id @param {Account} account */
  #putBack(id, account) {
    const merge = this.#merges.get(id)
    const half = this.#halves.get(id)
    if (!merge || !half || merge.loser !== account.id) return null
    const survivor = half.from
    this.#merges.delete(id)
    Object.assign(account, survivor.marks())
    const since = Math.max(0, ...[...merge.earned.values()].map(({ rank }) => rank))
    account.paidRank = Math.max(merge.paidRank.loser, since)
    survivor.paidRank = Math.max(merge.paidRank.survivor, since)
    survivor.frozen = merge.frozenBefore
    account.frozen = 0
    this.#halves.delete(id)
    return { xp: half.xp, coins: half.coins, isSilent: true }
  }

  /** @param {string} id @param {Account} from @param {number} xp @param {number} coins */
  #give(id, from, xp, coins) {
    this.#halves.set(id, { xp, coins, from })
    return { xp: -xp || 0, coins: -coins || 0, isSilent: true }
  }

  /** @param {string} id @param {Account} into @param {boolean} isSilent */
  #get(id, into, isSilent) {
    const half = this.#halves.get(id)
    if (!half) return null
    this.#halves.delete(id)
    into.unite(half.from)
    return { xp: half.xp, coins: half.coins, isSilent }
  }
}

/** What the loser's platform earned since. @param {Merge} merge */
function ownShare({ earned, platform }) {
  return earned.get(platform) ?? { xp: 0, coins: 0 }
}
