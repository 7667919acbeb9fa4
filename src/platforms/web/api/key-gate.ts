import type { Context } from 'hono'
import type { ApiKey, ApiScope } from '../../../core/api-keys/api-key.js'
import { hashOf, verifyKey } from '../../../core/api-keys/manage-keys.js'
import { isUnavailable } from '../../../db/unavailable.js'
import type { WebDeps } from '../deps.js'
import { ApiError } from './api-error.js'

const PER_MINUTE = 120
const MINUTE_MS = 60_000

/** Lets requests in by their key. */
export type KeyGate = {
  /** The key of a request that has the scope. Throws ApiError: 401, 403 or 429. */
  keyOf(c: Context, scope: ApiScope): Promise<ApiKey>
}

/**
 * Asks the database for the key at each request, so that a revoked one ends at once. While the database is away, the last
 * it said of a key stands: nobody can revoke one then, and awards go on being kept.
 */
export function createKeyGate({ db, now }: Pick<WebDeps, 'db' | 'now'>): KeyGate {
  const known = new Map<string, ApiKey>()
  const windows = new Map<number, { startedAt: number; requests: number }>()

  async function find(text: string): Promise<ApiKey | null> {
    const digest = hashOf(text).toString('base64')
    try {
      const key = await verifyKey(db.kysely, text, now())
      if (key) known.set(digest, key)
      else known.delete(digest)
      return key
    } catch (error) {
      const last = known.get(digest)
      if (!last || !isUnavailable(error)) throw error
      return last
    }
  }

  function count({ id }: ApiKey): void {
    const at = now().getTime()
    const window = windows.get(id)
    if (!window || at - window.startedAt >= MINUTE_MS || at < window.startedAt) {
      windows.set(id, { startedAt: at, requests: 1 })
      return
    }
    window.requests += 1
    if (window.requests <= PER_MINUTE) return
    const wait = Math.ceil((window.startedAt + MINUTE_MS - at) / 1000)
    throw new ApiError('rate_limited', `A key may make ${PER_MINUTE} requests a minute.`, Math.max(wait, 1))
  }

  return {
    async keyOf(c, scope) {
      const text = /^Bearer +(\S{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1]
      if (text === undefined)
        throw new ApiError('unauthorized', 'Send the key as "Authorization: Bearer <key>".')
      const key = await find(text)
      if (!key) throw new ApiError('unauthorized', 'This key is unknown or was revoked.')
      count(key)
      requireScope(key, scope)
      return key
    },
  }
}

/** Throws ApiError 403 for a key without the scope. */
export function requireScope(key: ApiKey, scope: ApiScope): void {
  if (!key.scopes.includes(scope)) throw new ApiError('forbidden', `The key lacks the scope "${scope}".`)
}
