// One web server in a process of its own, started by web.js: our site, or a bare Hono page of the same size with one
// keyed SELECT, or a bare SSE page. Speaks over IPC: { port } when it listens; { push } is written to all open pages;
// { memory } is answered by the MiB it holds.
// @ts-check
import { createServer } from 'node:http'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import { loadRules } from '../../dist/core/progression/load-rules.js'
import { openDatabase } from '../../dist/db/connect.js'
import { createSite } from '../../dist/platforms/web/create-site.js'
import { serveSite } from '../../dist/platforms/web/serve.js'
import { ChangeFeed } from '../../dist/sync/change-feed.js'

const TIME_ZONE = 'Europe/Moscow'
const HOST = '127.0.0.1'

/** @typedef {{ kind: 'site' | 'bare' | 'stream', databaseUrl: string, bytes: number, cached: boolean }} Start */

/** The site as the program runs it, without its bots. @param {Start} start */
async function site({ databaseUrl, cached }) {
  const db = await openDatabase({ url: databaseUrl })
  const rules = await loadRules(db.kysely, { pay: true, timeZone: TIME_ZONE })
  const feed = new ChangeFeed(db)
  await feed.start()
  const complain = (/** @type {object} */ facts, /** @type {string} */ message) =>
    void process.stderr.write(`${message} ${JSON.stringify(facts)}\n`)
  const made = createSite(
    /** @type {any} */ ({
      db,
      rules: () => rules,
      changes: feed,
      log: { info: complain, warn: complain, error: complain },
      now: () => new Date(),
      newId: () => 'bench',
      settings: {
        publicUrl: 'http://localhost:3000',
        timeZone: TIME_ZONE,
        sandbox: false,
        trustProxy: [],
        ssePerAddress: 0,
        ...(cached && { pageCacheMs: 5_000 }),
        links: () => ({ telegramUrl: null, discordUrl: null, websiteUrl: null }),
      },
      onAnswer: () => {},
      readiness: async () => ({ ready: true, parts: [] }),
      metrics: async () => ({ contentType: 'text/plain', text: '' }),
    }),
  )
  return (await serveSite(made, { host: HOST, port: 0 })).port
}

/** The least that a page from a database can be. @param {Start} start @returns {Promise<number>} */
async function bare({ databaseUrl, bytes }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 8 })
  const filler = 'x'.repeat(Math.max(0, bytes - 100))
  const app = new Hono()
  app.get('/u/:id', async (c) => {
    const { rows } = await pool.query('select display_name, xp from unified_users where id = $1', [
      c.req.param('id'),
    ])
    return c.html(`<!doctype html><h1>${rows[0]?.display_name}</h1><p>${rows[0]?.xp}</p><p>${filler}</p>`)
  })
  return new Promise((resolve) =>
    serve({ fetch: app.fetch, hostname: HOST, port: 0 }, ({ port }) => resolve(port)),
  )
}

/** @type {Set<import('node:http').ServerResponse>} */
const streams = new Set()

/** Pages that are kept open, without anything behind them. @returns {Promise<number>} */
async function stream() {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('event: hello\ndata: x\n\n')
    streams.add(response)
    response.once('close', () => streams.delete(response))
  })
  return new Promise((resolve) =>
    server.listen(0, HOST, () => {
      const address = server.address()
      resolve(address && typeof address === 'object' ? address.port : 0)
    }),
  )
}

/** @param {any} order */
async function obey(order) {
  if (order.start) {
    /** @type {Start} */
    const start = order.start
    const port = await (start.kind === 'site' ? site(start) : start.kind === 'bare' ? bare(start) : stream())
    return { port }
  }
  if (order.push) {
    for (const response of streams) response.write(`event: summary\ndata: ${order.push}\n\n`)
    return {}
  }
  return { memory: process.memoryUsage().rss / 2 ** 20 }
}

process.on('message', (order) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
// The parent is gone: nobody measures any more.
process.on('disconnect', () => process.exit(0))
