import type { PlatformName } from '../../db/schema.js'
import type { Identity } from '../accounts/identity.js'

/** Whoever is talking now: enough for a busy evening, too little to weigh on a small server. */
const IDENTITIES_KEPT = 500

type Ids = Record<PlatformName, Map<string, number>>

/**
 * Whose account an identity is, as one writer last met it, so that it locks by number. Only a hint: the locked row says
 * whether the identity has moved. The newest are kept, at least as many as above and at most twice as many.
 */
export class KnownAccounts {
  #ids: Ids = noIds()
  #oldIds: Ids = noIds()
  #idsKept = 0

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
}

function noIds(): Ids {
  return { telegram: new Map(), discord: new Map(), website: new Map() }
}
