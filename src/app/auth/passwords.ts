import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { LEGACY_PREFIX } from '../../core/website/legacy-password.js'

/** More people are signing in than hashes can be made in good time. */
export class TooBusyError extends Error {
  override name = 'TooBusyError'
}

/** What one hash costs: 32 MB and a core for 50 ms. */
const COST = { N: 16_384, r: 16, p: 1 }
const MEMORY_MAX = 64 * 1024 * 1024
const KEY_BYTES = 64
const SALT_BYTES = 16
const HASHES_AT_ONCE = 4
const WAITING_MAX = 64

export type Passwords = {
  hash(password: string): Promise<string>
  /** Takes as long for an old hash as for one of ours. */
  verify(given: { hash: string; password: string }): Promise<boolean>
}

/**
 * Hashes passwords by scrypt, four at once (each takes 32 MB and a core for 50 ms); who comes when sixty-four wait
 * gets a TooBusyError. Another cost is for tests: it makes other hashes, and none that last.
 */
export function createPasswords(cost: typeof COST = COST): Passwords {
  const turn = turnstile()
  const derive = (password: string, salt: Buffer) =>
    turn(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          scrypt(
            password.normalize('NFKC'),
            salt,
            KEY_BYTES,
            { ...cost, maxmem: MEMORY_MAX },
            (error, key) => (error ? reject(error) : resolve(key)),
          )
        }),
    )
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES)
      const key = await derive(password, salt)
      return `scrypt:${salt.toString('base64url')}:${key.toString('base64url')}`
    },
    async verify({ hash, password }) {
      const [kind, salt = '', kept = ''] = hash.split(':')
      if (kind === 'scrypt') {
        const key = await derive(password, Buffer.from(salt, 'base64url'))
        return same(key, Buffer.from(kept, 'base64url'))
      }
      // An old hash is quick to check: the same work beside it tells nobody that it is one.
      await derive(password, Buffer.alloc(SALT_BYTES))
      if (!hash.startsWith(LEGACY_PREFIX)) return false
      return same(
        createHash('sha256').update(password).digest(),
        Buffer.from(hash.slice(LEGACY_PREFIX.length), 'hex'),
      )
    },
  }
}

function same(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

function turnstile() {
  let running = 0
  const waiting: (() => void)[] = []
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= HASHES_AT_ONCE) {
      if (waiting.length >= WAITING_MAX) throw new TooBusyError('too many passwords at once')
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}
