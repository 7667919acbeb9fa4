import type { PlatformName } from '../../db/schema.js'
import type { Identity } from '../accounts/identity.js'
import type { AccountState } from './account-state.js'
import type { Limits } from './limits.js'

/** Whoever is talking now: enough for a busy evening, too little to weigh on a small server. */
const IDENTITIES_KEPT = 500
const LIMITS_KEPT = 100

type Ids = Record<PlatformName, Map<string, number>>
type KeptLimits = { version: number; limits: Limits }

/**
 * What one writer remembers of the accounts it met, to spare the hot path look-ups and reading: whose account an
 * identity is, so that it locks by number, and the limits that it wrote itself, with the transaction that wrote them.
 * Only hints: the locked row says whether an identity has moved, and the stored limits are read whenever another
 * transaction wrote them last. Of each kind the newest are kept, at least as many as above and at most twice as many
 * (well below 1 MB).
 */
export class KnownAccounts {
  #ids: Ids = noIds()
  #oldIds: Ids = noIds()
  #idsKept = 0
  #limits = new Map<number, KeptLimits>()
  #oldLimits = new Map<number, KeptLimits>()

  idOf({ platform, id }: Identity): number | undefined {
    return this.#ids[platform].get(id) ?? this.#oldIds[platform].get(id)
  }

  remember({ platform, id }: Identity, accountId: number): void {
    if (this.#ids[platform].get(id) === accountId) return
    this.#ids[platform].set(id, accountId)
    this.#idsKept += 1
    if (this.#idsKept < IDENTITIES_KEPT) return
    this.#oldIds = this.#ids
    this.#ids = noIds()
    this.#idsKept = 0
  }

  forget({ platform, id }: Identity): void {
    this.#ids[platform].delete(id)
    this.#oldIds[platform].delete(id)
  }

  limitsOf(accountId: number): KeptLimits | undefined {
    return this.#limits.get(accountId) ?? this.#oldLimits.get(accountId)
  }

  /** After a commit: `version` is the transaction's number as rows carry it (`xmin`). */
  keepLimits(accounts: readonly AccountState[], version: number): void {
    for (const { id, limits } of accounts) {
      // Restrictions end by the database's clock: who has any is read each time.
      if (limits.restricted) this.#limits.delete(id)
      else this.#limits.set(id, { version, limits })
      this.#oldLimits.delete(id)
    }
    if (this.#limits.size < LIMITS_KEPT) return
    this.#oldLimits = this.#limits
    this.#limits = new Map()
  }

  /** After anything else than a commit: deciding has changed what is kept here. */
  forgetLimits(): void {
    this.#limits.clear()
    this.#oldLimits.clear()
  }
}

function noIds(): Ids {
  return { telegram: new Map(), discord: new Map(), website: new Map() }
}
