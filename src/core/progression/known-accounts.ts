import type { PlatformName } from '../../db/schema.js'
import type { Identity } from '../accounts/identity.js'

const KEPT_MAX = 25_000

type Ids = Record<PlatformName, Map<string, number>>

/**
 * Whose account an identity was when it was met last, so that the hot path locks by id: one look-up by number instead
 * of three by text. Only a hint: an identity may have moved since, so whoever uses it compares the locked row and
 * forgets what was wrong. Holds the last 25,000 to 50,000 identities (about 5 MB).
 */
export class KnownAccounts {
  #fresh: Ids = empty()
  #old: Ids = empty()
  #size = 0

  idOf({ platform, id }: Identity): number | undefined {
    return this.#fresh[platform].get(id) ?? this.#old[platform].get(id)
  }

  remember({ platform, id }: Identity, accountId: number): void {
    if (this.#fresh[platform].get(id) === accountId) return
    this.#fresh[platform].set(id, accountId)
    this.#size += 1
    if (this.#size < KEPT_MAX) return
    this.#old = this.#fresh
    this.#fresh = empty()
    this.#size = 0
  }

  forget({ platform, id }: Identity): void {
    this.#fresh[platform].delete(id)
    this.#old[platform].delete(id)
  }
}

function empty(): Ids {
  return { telegram: new Map(), discord: new Map(), website: new Map() }
}
