import type { MiddlewareHandler } from 'hono'

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]']

/**
 * Lets in only requests that name this machine by a loopback name, with the port when it is known. A foreign page
 * that points its own name at 127.0.0.1 keeps its name in the Host header and gets 403.
 */
export function loopbackOnly(port: (() => number) | undefined): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header('host') ?? ''
    const match = /^(.+?)(?::(\d{1,5}))?$/.exec(host.toLowerCase())
    const named = LOOPBACK_NAMES.includes(match?.[1] ?? '')
    const rightPort = port === undefined || Number(match?.[2] ?? 80) === port()
    if (!named || !rightPort) return c.text('403', 403)
    return next()
  }
}

/**
 * Lets in only POSTs that carry JSON and come from this page itself. A foreign form cannot send that content type, and
 * browsers name the origin of every POST.
 */
export function sameOriginJson(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
    const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/json') return c.json({ ok: false, error: 'content-type' }, 415)
    const origin = c.req.header('origin')
    if (origin !== undefined && origin !== `http://${c.req.header('host')}`) {
      return c.json({ ok: false, error: 'origin' }, 403)
    }
    return next()
  }
}

/**
 * The page's own policy: nothing inline, nothing from elsewhere, framed by itself only. Its frame shows the site and
 * the pages of `frameOrigins`.
 */
export function pageHeaders(frameOrigins: readonly string[]): MiddlewareHandler {
  const frames = ["'self'", ...frameOrigins].join(' ')
  return async (c, next) => {
    await next()
    c.header(
      'content-security-policy',
      `default-src 'self'; img-src 'self' data:; frame-src ${frames}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'`,
    )
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'same-origin')
    c.header('cache-control', 'no-store')
  }
}
