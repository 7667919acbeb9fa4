import { createHash } from 'node:crypto'
import type { RateLimitOptions } from '../options.js'

interface Bucket {
  used: number
  resetAt: number
}

export interface Verdict {
  readonly headers: Record<string, string>
  /** Set when the request is refused. */
  readonly refused?: { readonly retryAfterSeconds: number; readonly global: boolean }
}

const TYPICAL: Readonly<Record<string, { limit: number; windowMs: number }>> = {
  'POST /channels/:channel/messages': { limit: 5, windowMs: 5_000 },
  'PATCH /channels/:channel/messages/:message': { limit: 5, windowMs: 5_000 },
  'DELETE /channels/:channel/messages/:message': { limit: 5, windowMs: 1_000 },
  'GET /channels/:channel/messages': { limit: 5, windowMs: 1_000 },
  'PATCH /guilds/:guild/members/:user': { limit: 10, windowMs: 10_000 },
  'PUT /guilds/:guild/members/:user/roles/:role': { limit: 10, windowMs: 10_000 },
  'DELETE /guilds/:guild/members/:user/roles/:role': { limit: 10, windowMs: 10_000 },
  'GET /guilds/:guild/members': { limit: 10, windowMs: 10_000 },
  'POST /users/@me/channels': { limit: 10, windowMs: 10_000 },
  'POST /webhooks/:webhook/:token': { limit: 5, windowMs: 2_000 },
  'PATCH /webhooks/:webhook/:token/messages/:message': { limit: 5, windowMs: 2_000 },
}
const USUAL = { limit: 30, windowMs: 1_000 }
const GLOBAL_PER_SECOND = 50
/** From here on buckets that have run out are swept away. */
const BUCKETS_MAX = 2_000
/** The first ids of these kinds have a bucket each. */
const MAJOR = ['guild', 'channel', 'webhook', 'token']

/** Counts requests by route and major parameter, and all of them by the second, and says when it is too much. */
export class RateLimits {
  readonly #now: () => number
  readonly #enforced: boolean
  readonly #options: RateLimitOptions
  readonly #buckets = new Map<string, Bucket>()
  readonly #global: Bucket = { used: 0, resetAt: 0 }

  constructor(options: 'on' | 'off' | RateLimitOptions, now: () => number) {
    this.#now = now
    this.#enforced = options !== 'off'
    this.#options = typeof options === 'object' ? options : {}
  }

  /** Counts one request. Interactions and their webhooks do not count against the global limit. */
  take(route: string, params: Readonly<Record<string, string>>): Verdict {
    const rule = this.#options.routes?.[route] ?? TYPICAL[route] ?? USUAL
    const major = MAJOR.map((key) => params[key] ?? '').join(':')
    const bucketId = createHash('md5').update(route).digest('hex')
    if (!this.#enforced)
      return { headers: this.#headers(rule.limit, rule.limit - 1, rule.windowMs, bucketId) }
    const refusedGlobally = this.#takeGlobal(route)
    if (refusedGlobally) return refusedGlobally
    const bucket = this.#bucket(`${bucketId}:${major}`, rule.windowMs)
    const waitMs = bucket.resetAt - this.#now()
    if (bucket.used >= rule.limit) {
      const headers = this.#headers(rule.limit, 0, waitMs, bucketId)
      headers['x-ratelimit-scope'] = 'user'
      headers['retry-after'] = String(Math.ceil(waitMs / 1_000))
      return { headers, refused: { retryAfterSeconds: waitMs / 1_000, global: false } }
    }
    bucket.used += 1
    return { headers: this.#headers(rule.limit, rule.limit - bucket.used, waitMs, bucketId) }
  }

  #takeGlobal(route: string): Verdict | null {
    if (/ \/(interactions|webhooks)\//.test(route)) return null
    const now = this.#now()
    if (now >= this.#global.resetAt) Object.assign(this.#global, { used: 0, resetAt: now + 1_000 })
    if (this.#global.used < (this.#options.global ?? GLOBAL_PER_SECOND)) {
      this.#global.used += 1
      return null
    }
    const seconds = (this.#global.resetAt - now) / 1_000
    const headers = {
      'x-ratelimit-global': 'true',
      'x-ratelimit-scope': 'global',
      'retry-after': String(Math.ceil(seconds)),
    }
    return { headers, refused: { retryAfterSeconds: seconds, global: true } }
  }

  #bucket(key: string, windowMs: number): Bucket {
    const now = this.#now()
    const found = this.#buckets.get(key)
    if (found && found.resetAt > now) return found
    if (this.#buckets.size >= BUCKETS_MAX) {
      for (const [old, bucket] of this.#buckets) if (bucket.resetAt <= now) this.#buckets.delete(old)
    }
    const fresh = { used: 0, resetAt: now + windowMs }
    this.#buckets.set(key, fresh)
    return fresh
  }

  #headers(limit: number, remaining: number, waitMs: number, bucket: string): Record<string, string> {
    return {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, remaining)),
      'x-ratelimit-reset': ((this.#now() + waitMs) / 1_000).toFixed(3),
      'x-ratelimit-reset-after': (waitMs / 1_000).toFixed(3),
      'x-ratelimit-bucket': bucket,
    }
  }
}
