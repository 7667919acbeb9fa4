// Open pages of one process: from an award's durable answer until every page has its news, beside bare streams.
// @ts-check
import { request } from 'node:http'
import { newId } from '../dist/core/events/new-id.js'
import { AwardWriter } from '../dist/core/progression/award-writer.js'
import { loadRules } from '../dist/core/progression/load-rules.js'
import { median, quantile } from './support/statistics.js'
import { startWebChild } from './support/web-child.js'
import { ACTIVE_EVERY } from './support/web-members.js'

const TIME_ZONE = 'Europe/Moscow'
const PAGES = Number(process.env.BENCH_WEB_PAGES ?? 500)
const AWARDS = 12

/** Opens pages and tells of each piece that arrives. @param {number} port @param {string} path @param {(page: number, text: string) => void} onText */
async function openMany(port, path, onText) {
  /** @type {import('node:http').ClientRequest[]} */
  const calls = []
  let open = 0
  for (let page = 0; page < PAGES; page++) {
    await new Promise((resolve, reject) => {
      const call = request({ port, path, host: '127.0.0.1', agent: false }, (response) => {
        response.setEncoding('utf8')
        response.on('data', (/** @type {string} */ text) => onText(page, text))
        response.once('data', () => {
          open += 1
          resolve(open)
        })
      })
      call.on('error', (error) => (open < PAGES ? reject(error) : undefined))
      call.end()
      calls.push(call)
    })
  }
  return () => {
    open = PAGES
    for (const call of calls) call.destroy()
  }
}

/**
 * @param {{ few: { db: any, url: string }, say: (line: string) => void }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchOpenPages({ few, say }) {
  const site = await startWebChild({ kind: 'site', databaseUrl: few.url })
  const stream = await startWebChild({ kind: 'stream' })
  const rules = await loadRules(few.db.kysely, { pay: true, timeZone: TIME_ZONE })
  const writer = new AwardWriter(few.db, { rules: () => rules, newId: () => newId(Date.now()) })
  const before = (await site.ask({ memory: true })).memory
  try {
    const ours = await reached(site.port, `/live/u/${ACTIVE_EVERY}`, async (n) => {
      const award = {
        key: `bench:live:${n}`,
        who: { accountId: ACTIVE_EVERY },
        occurredAt: new Date(),
        source: 'system',
        act: { type: 'grant', event: 'xp_change', xp: 3, coins: 1, data: {}, silent: true },
      }
      await writer.award(/** @type {any} */ (award))
      return performance.now()
    })
    const after = (await site.ask({ memory: true })).memory
    const bare = await reached(stream.port, '/', async () => {
      const began = performance.now()
      await stream.ask({ push: 'x'.repeat(3_000) })
      return began
    })
    say(
      `${PAGES} open pages: median ${median(ours).toFixed(1)} ms, p99 ${quantile(ours, 0.99).toFixed(1)} ms, bare ` +
        `${median(bare).toFixed(1)} / ${quantile(bare, 0.99).toFixed(1)} ms; memory ${before.toFixed(0)} to ${after.toFixed(0)} MiB`,
    )
    const row = (/** @type {string} */ name, /** @type {number} */ share, /** @type {string} */ aim) => {
      const [mine, other] = [quantile(ours, share), quantile(bare, share)]
      return { name, ours: mine, outside: other, unit: 'ms', ratio: mine / other, aim }
    }
    return [
      row(
        `award's durable answer → ${PAGES} open pages have it, median; outside: bare streams of one process`,
        0.5,
        '<= 100 ms',
      ),
      row('the same, p99', 0.99, '<= 1000 ms'),
    ]
  } finally {
    await writer.close()
    site.stop()
    stream.stop()
  }
}

/**
 * Milliseconds from the moment that an act tells until each page had its news, over some acts.
 * @param {number} port @param {string} path @param {(n: number) => Promise<number>} act
 */
async function reached(port, path, act) {
  /** @type {number[]} */
  const times = []
  /** @type {Map<number, number>} */
  let arrived = new Map()
  let whenAll = () => {}
  const close = await openMany(port, path, (page, text) => {
    if (!text.includes('event: summary') || arrived.has(page)) return
    arrived.set(page, performance.now())
    if (arrived.size === PAGES) whenAll()
  })
  for (let n = 0; n < AWARDS; n++) {
    // The pages' last news are through, and the pause between two of them is over.
    await new Promise((resolve) => setTimeout(resolve, 500))
    arrived = new Map()
    const all = new Promise((resolve) => {
      whenAll = () => resolve(undefined)
    })
    const from = await act(n)
    await all
    for (const at of arrived.values()) times.push(Math.max(0, at - from))
  }
  close()
  return times
}
