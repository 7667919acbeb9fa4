import { createHash, createHmac } from 'node:crypto'

const BLOCK_BYTES = 64

/**
 * HMAC-SHA256 under one key, here and in SQL: who has the database alone can make none of these hashes, so that a hash
 * of a platform's id gives the id away to nobody.
 */
export type KeyedHash = {
  hash(text: string): Buffer
  /** For SQL: `sha256(outer || sha256(inner || text))` is the same hash (RFC 2104). */
  pads(): KeyPads
}

/** What the key is when hashes are made without it: as secret as the key itself. */
export type KeyPads = { inner: Uint8Array; outer: Uint8Array }

/** Makes hashes for one purpose out of a secret, which is asked for at the first use only. */
export function createKeyedHash(secret: () => string, purpose: string): KeyedHash {
  let known: Buffer | null = null
  const key = () => {
    known ??= createHmac('sha256', secret()).update(purpose).digest()
    return known
  }
  return {
    hash: (text) => createHmac('sha256', key()).update(text).digest(),
    pads() {
      const pad = (byte: number) => {
        const block = Buffer.alloc(BLOCK_BYTES, byte)
        for (const [at, value] of key().entries()) block[at] = byte ^ value
        return block
      }
      return { inner: pad(0x36), outer: pad(0x5c) }
    },
  }
}

/** The same hashes by somebody who was given the pads alone: another thread. */
export function keyedHashOf(pads: KeyPads): Pick<KeyedHash, 'hash'> {
  const sha256 = (pad: Uint8Array, rest: Uint8Array | string) =>
    createHash('sha256').update(pad).update(rest).digest()
  return { hash: (text) => sha256(pads.outer, sha256(pads.inner, text)) }
}
