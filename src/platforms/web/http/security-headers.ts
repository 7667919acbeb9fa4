import type { MiddlewareHandler } from 'hono'

/** The policy of every page: nothing inline, nothing from elsewhere. `form-action` keeps forms on this site. */
export function contentPolicy(frameAncestors: "'none'" | "'self'"): string {
  return [
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ')
}

type HeaderOptions = { sandbox: boolean; https: boolean }

/** The headers that every answer carries, names and values. Under the sandbox the playground may frame the site. */
export function safeHeaders({ sandbox, https }: HeaderOptions): [name: string, value: string][] {
  return [
    ['content-security-policy', contentPolicy(sandbox ? "'self'" : "'none'")],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'same-origin'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['permissions-policy', 'camera=(), microphone=(), geolocation=()'],
    ...(sandbox ? [] : [['x-frame-options', 'DENY'] as [string, string]]),
    ...(https ? [['strict-transport-security', 'max-age=31536000'] as [string, string]] : []),
  ]
}

/** Sets them on every answer that goes through the layers; one with a policy of its own keeps it. */
export function securityHeaders(options: HeaderOptions): MiddlewareHandler {
  const [policy, ...rest] = safeHeaders(options)
  return async (c, next) => {
    await next()
    const { headers } = c.res
    if (policy && !headers.has(policy[0])) headers.set(...policy)
    for (const [name, value] of rest) headers.set(name, value)
  }
}
