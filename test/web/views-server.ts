import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { identicon } from '../../src/app/pictures/identicon.js'

/** The policy of the real site. */
const POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const MODULES = 'node_modules'
const ASSETS: Record<string, [file: string, type: string]> = {
  'app.css': ['public/app.css', 'text/css'],
  'leaderboard.css': ['public/leaderboard.css', 'text/css'],
  'live.js': ['public/live.js', 'text/javascript'],
  'favicon.svg': ['public/favicon.svg', 'image/svg+xml'],
  'htmx.min.js': [`${MODULES}/htmx.org/dist/htmx.min.js`, 'text/javascript'],
  'sse.js': [`${MODULES}/htmx-ext-sse/dist/sse.min.js`, 'text/javascript'],
  'fonts/inter-cyrillic.woff2': ['public/fonts/inter-cyrillic.woff2', 'font/woff2'],
  'fonts/inter-latin.woff2': ['public/fonts/inter-latin.woff2', 'font/woff2'],
}

export type ViewServer = {
  url: string
  /** Bytes sent as bodies since the last call. */
  takeBytes(): number
  /** Sends one message to every open live connection. */
  push(event: string, data: string): void
  /** Resolves as soon as a live connection is open. */
  connected(): Promise<void>
  close(): Promise<void>
}

/** Serves rendered pages and the real assets on loopback, under the real policy, compressed. */
export async function serveViews(pages: ReadonlyMap<string, string>): Promise<ViewServer> {
  const streams = new Set<ServerResponse>()
  let waiting: (() => void)[] = []
  let bytes = 0
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (path.endsWith('/live')) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write(': open\n\n')
      streams.add(response)
      response.on('close', () => streams.delete(response))
      for (const resolve of waiting) resolve()
      waiting = []
      return
    }
    const asset = path.startsWith('/assets/') ? ASSETS[path.slice('/assets/'.length)] : undefined
    const face = /^\/u\/(\d+)\/avatar$/.exec(path)?.[1]
    if (face) {
      response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(identicon(Number(face)))
      return
    }
    const page = pages.get(path)
    const body = asset ? readFileSync(asset[0]) : page === undefined ? undefined : Buffer.from(page)
    if (body === undefined) {
      response.writeHead(404).end()
      return
    }
    const packed = path.endsWith('.woff2') ? body : gzipSync(body)
    bytes += packed.length
    response.writeHead(200, {
      'content-type': asset ? asset[1] : 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      ...(packed === body ? {} : { 'content-encoding': 'gzip' }),
    })
    response.end(packed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeBytes() {
      const sent = bytes
      bytes = 0
      return sent
    },
    push(event, data) {
      for (const stream of streams) stream.write(`event: ${event}\ndata: ${data}\n\n`)
    },
    connected: () =>
      streams.size > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(() => resolve())),
    close() {
      for (const stream of streams) stream.destroy()
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
