import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { Hono } from 'hono'

const PUBLIC = new URL('../../../../public/', import.meta.url)
const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
}

type Asset = {
  type: string
  plain: Uint8Array<ArrayBuffer>
  br?: Uint8Array<ArrayBuffer>
  gzip?: Uint8Array<ArrayBuffer>
}

/** The site's static files, read and compressed once at start. */
export type Assets = {
  app: Hono
  /** Changes with any file, so that addresses that carry it may be cached for ever. */
  version: string
}

export function createAssets(): Assets {
  const require = createRequire(import.meta.url)
  const files = new Map<string, Asset>()
  const add = (name: string, bytes: Buffer) => files.set(name, asset(name, bytes))
  for (const name of readdirSync(PUBLIC)) {
    if ((name.split('.').at(-1) ?? '') in TYPES) add(name, readFileSync(new URL(name, PUBLIC)))
  }
  add('htmx.min.js', readFileSync(require.resolve('htmx.org/dist/htmx.min.js')))
  add('sse.js', readFileSync(require.resolve('htmx-ext-sse/dist/sse.min.js')))
  for (const script of ['latin', 'cyrillic']) {
    const font = require.resolve(`@fontsource-variable/inter/files/inter-${script}-wght-normal.woff2`)
    add(`fonts/inter-${script}.woff2`, readFileSync(font))
  }
  const hash = createHash('sha256')
  for (const [name, { plain }] of [...files].sort(([a], [b]) => a.localeCompare(b)))
    hash.update(name).update(plain)

  const app = new Hono()
  app.get('/:name{.+}', (c) => {
    const found = files.get(c.req.param('name'))
    if (!found) return c.notFound()
    const accepted = c.req.header('accept-encoding') ?? ''
    const encoding =
      /\bbr\b/.test(accepted) && found.br ? 'br' : /\bgzip\b/.test(accepted) && found.gzip ? 'gzip' : null
    const forEver = c.req.query('v') !== undefined || c.req.path.includes('/fonts/')
    const body = (encoding === null ? undefined : found[encoding]) ?? found.plain
    return c.body(body, 200, {
      'content-type': found.type,
      'cache-control': forEver ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(encoding === null ? {} : { 'content-encoding': encoding }),
    })
  })
  return { app, version: hash.digest('hex').slice(0, 10) }
}

function asset(name: string, bytes: Buffer): Asset {
  const type = TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
  const plain = new Uint8Array(bytes)
  if (!/^(text|image\/svg)/.test(type)) return { type, plain }
  return {
    type,
    plain,
    br: new Uint8Array(brotliCompressSync(bytes)),
    gzip: new Uint8Array(gzipSync(bytes, { level: 9 })),
  }
}
