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

/** Sets the headers that every answer carries. Under the sandbox the playground may frame the site. */
export function securityHeaders({ sandbox, https }: { sandbox: boolean; https: boolean }): MiddlewareHandler {
  const policy = contentPolicy(sandbox ? "'self'" : "'none'")
  return async (c, next) => {
    await next()
    const { headers } = c.res
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', policy)
    headers.set('x-content-type-options', 'nosniff')
    headers.set('referrer-policy', 'same-origin')
    headers.set('cross-origin-opener-policy', 'same-origin')
    headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=()')
    if (!sandbox) headers.set('x-frame-options', 'DENY')
    if (https) headers.set('strict-transport-security', 'max-age=31536000')
  }
}
