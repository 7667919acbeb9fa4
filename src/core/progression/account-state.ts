import type { PlatformName } from '../../db/schema.js'
import type { Identity } from '../accounts/identity.js'
import type { RestrictionKind } from '../restrictions/restriction.js'
import type { Limits } from './limits.js'

/** An account as it stands under its lock while a batch is decided. Pure code changes it, one statement writes it back. */
export type AccountState = {
  id: number
  identities: Record<PlatformName, string | null>
  xp: number
  coins: number
  rankId: number
  highestRankPaid: number
  streak: number
  /** Of this batch: the last daily that was claimed, null without any, and the latest act. */
  lastDaily: Date | null
  lastActive: Date
  limits: Limits
  /** The strictest restriction in force as of the lock, by the database's clock: for replayed acts too. */
  restriction: RestrictionKind | null
  /** Additions since the lock. */
  gamesPlayed: number
  gamesWon: number
  voiceSeconds: number
  messages: number
  seasonXp: number
  /** True when a row must be written. */
  changed: boolean
  /** True when this batch made the account. */
  created: boolean
}

/** Finds accounts by id or by any of their identities. */
export class AccountsByIdentity {
  readonly #byId = new Map<number, AccountState>()
  readonly #byIdentity: Record<PlatformName, Map<string, AccountState>> = {
    telegram: new Map(),
    discord: new Map(),
    website: new Map(),
  }

  constructor(accounts: readonly AccountState[]) {
    for (const account of accounts) this.add(account)
  }

  add(account: AccountState): void {
    const { telegram, discord, website } = account.identities
    this.#byId.set(account.id, account)
    if (telegram !== null) this.#byIdentity.telegram.set(telegram, account)
    if (discord !== null) this.#byIdentity.discord.set(discord, account)
    if (website !== null) this.#byIdentity.website.set(website, account)
  }

  find(who: Identity | { accountId: number }): AccountState | undefined {
    return 'accountId' in who ? this.#byId.get(who.accountId) : this.#byIdentity[who.platform].get(who.id)
  }

  /** Lets an old name of an account (an id that was joined to it) find it too. */
  alias(who: Identity | { accountId: number }, account: AccountState): void {
    this.add(account)
    if ('accountId' in who) this.#byId.set(who.accountId, account)
    else this.#byIdentity[who.platform].set(who.id, account)
  }

  /** Those whose rows must be written, each once. */
  changed(): AccountState[] {
    const found = new Set<AccountState>()
    for (const account of this.#byId.values()) if (account.changed) found.add(account)
    return [...found]
  }
}
