import { Hono } from 'hono'
import type { WebDeps } from '../deps.js'
import type { ClientAddress, WebEnv } from '../http/client-address.js'

/** What operators and their tools ask: is it alive, is it ready, how is it going. Details are for this machine only. */
export function healthRoutes(deps: WebDeps, address: ClientAddress): Hono<WebEnv> {
  const app = new Hono<WebEnv>()

  app.get('/healthz', (c) => c.text('ok'))

  app.get('/readyz', async (c) => {
    const { ready, parts } = await deps.readiness()
    const status = ready ? 200 : 503
    if (!address.isLoopback(c)) return c.json({ ready }, status)
    const warnings = address.unlistedProxy ? ['forwarding_header_without_trust_proxy'] : []
    return c.json({ ready, parts, warnings }, status)
  })

  app.get('/metrics', async (c) => {
    if (!address.isLoopback(c)) return c.notFound()
    const { contentType, text } = await deps.metrics()
    return c.body(text, 200, { 'content-type': contentType })
  })

  return app
}
