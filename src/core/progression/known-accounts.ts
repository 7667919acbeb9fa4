import type { Identity } from '../accounts/identity.js'

// 200 KB hold whoever talks in an evening; a map of as many strings would weigh ten times that.
const PLACES = 16_384

/**
 * Whose account an identity is, as one writer last met it, so that it locks by number. Only a hint: the locked row says
 * whether the identity is there. Kept under a hash, in one of two places each; who finds both taken takes one over.
 */
export class KnownAccounts {
  readonly #marks = new Uint32Array(PLACES)
  readonly #ids = new Float64Array(PLACES)

  idOf(identity: Identity): number | undefined {
    const at = this.#placeOf(identity)
    return at < 0 ? undefined : this.#ids[at]
  }

  remember(identity: Identity, accountId: number): void {
    const known = this.#placeOf(identity)
    if (known >= 0) {
      this.#ids[known] = accountId
      return
    }
    const { first, mark } = hashOf(identity)
    const second = first ^ 1
    const isSecond = this.#marks[first] !== 0 && (this.#marks[second] === 0 || (mark & 2) === 0)
    const at = isSecond ? second : first
    this.#marks[at] = mark
    this.#ids[at] = accountId
  }

  forget(identity: Identity): void {
    const at = this.#placeOf(identity)
    if (at >= 0) this.#marks[at] = 0
  }

  /** Where an identity is kept, -1 when nowhere. */
  #placeOf(identity: Identity): number {
    const { first, mark } = hashOf(identity)
    if (this.#marks[first] === mark) return first
    return this.#marks[first ^ 1] === mark ? first ^ 1 : -1
  }
}

/** Two hashes of an identity: its first place, and a mark (never 0) that tells it from others in the same place. */
function hashOf({ platform, id }: Identity): { first: number; mark: number } {
  let a = platform.length
  let b = platform.charCodeAt(0)
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b + code, 0x9e3779b1) ^ (b >>> 15)
  }
  return { first: (a ^ (a >>> 15)) & (PLACES - 1), mark: b >>> 0 || 1 }
}
