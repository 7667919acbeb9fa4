import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import type { Site } from './create-site.js'

export type Listening = { port: number; close(): Promise<void> }

const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const DRAIN_MS = 2_000

/** Opens the site's port. Rejects with EADDRINUSE or EACCES when it cannot be had. */
export async function serveSite(
  site: Site,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const longWay = getRequestListener(site.fetch as Parameters<typeof getRequestListener>[0])
  const server = createServer((incoming, outgoing) => site.handle(incoming, outgoing, longWay))
  server.headersTimeout = HEADERS_TIMEOUT_MS
  server.requestTimeout = REQUEST_TIMEOUT_MS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const bound = server.address()
  return {
    port: bound && typeof bound === 'object' ? bound.port : port,
    async close() {
      site.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      // A reader that never ends must not hold the program up.
      const force = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
      await closed
      clearTimeout(force)
    },
  }
}
