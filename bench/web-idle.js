// Ten thousand idle live pages of one process: what they weigh, and how long an award takes to reach all of them, beside
// a bare server that holds as many raw streams.
// @ts-check
import { fileURLToPath } from 'node:url'
import { newId } from '../dist/core/events/new-id.js'
import { AwardWriter } from '../dist/core/progression/award-writer.js'
import { loadRules } from '../dist/core/progression/load-rules.js'
import { median, quantile } from './support/statistics.js'
import { startChild, startWebChild } from './support/web-child.js'
import { ACTIVE_EVERY, webMembers } from './support/web-members.js'

const TIME_ZONE = 'Europe/Moscow'
const READERS = fileURLToPath(new URL('./support/stream-readers.js', import.meta.url))
const PAGES = 10_000
const MEMBERS = 20_000
const AWARDS = 8
/** Beside the sockets: libraries, pipes, the database. */
const MORE_FILES = 1_000
const SETTLE_MS = 3_000
const PAUSE_MS = 1_000

/** @typedef {import('./support/report.js').Figure} Figure */

const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms))
const now = () => performance.timeOrigin + performance.now()

/**
 * @param {{ server: { url: string }, say: (line: string) => void, quick?: boolean }} options
 * @returns {Promise<Figure[]>}
 */
export async function benchIdlePages({ server, say, quick = false }) {
  const pages = quick ? PAGES / 10 : PAGES
  const { db, url } = await webMembers(server.url, MEMBERS, 'bench_idle')
  const rules = await loadRules(db.kysely, { pay: true, timeZone: TIME_ZONE })
  const writer = new AwardWriter(db, { rules: () => rules, newId: () => newId(Date.now()) })
  let given = 0
  const award = async () => {
    given += 1
    const act = { type: 'grant', event: 'xp_change', xp: 3, coins: 1, data: {}, silent: true }
    await writer.award(
      /** @type {any} */ ({
        key: `bench:idle:${given}`,
        who: { accountId: ACTIVE_EVERY },
        occurredAt: new Date(),
        source: 'system',
        act,
      }),
    )
    return now()
  }
  try {
    const one = [`/live/u/${ACTIVE_EVERY}`]
    const many = Array.from({ length: pages }, (_, n) => `/live/u/${1 + (n % MEMBERS)}`)
    const ours = await held({ kind: 'site', databaseUrl: url }, { pages, paths: one }, () => award())
    const apart = await held({ kind: 'site', databaseUrl: url }, { pages, paths: many }, null)
    const bare = await held({ kind: 'stream' }, { pages, paths: ['/'] }, async (child) => {
      const from = now()
      await child.ask({ push: 'x'.repeat(3_000) })
      return from
    })
    const line = ({ memory = 0, times = [0] }) =>
      `${memory.toFixed(0)} MiB, median ${median(times).toFixed(0)} ms, p99 ${quantile(times, 0.99).toFixed(0)} ms`
    say(
      `${pages} idle pages: ours ${line(ours)}; each of another member ${apart.memory.toFixed(0)} MiB; bare ${line(bare)}`,
    )
    const row = (
      /** @type {string} */ name,
      /** @type {number} */ mine,
      /** @type {number} */ other,
      /** @type {string} */ unit,
      /** @type {string} */ aim,
    ) => ({ name, ours: mine, outside: other, unit, ratio: mine / other, aim })
    return [
      row(
        `${pages} idle live pages in one process: memory; outside: a bare server with as many raw streams`,
        ours.memory,
        bare.memory,
        'MiB',
        '<= 400 MiB',
      ),
      row('the same, each page of another member', apart.memory, bare.memory, 'MiB', '<= 400 MiB'),
      row(
        `an award's durable answer → all ${pages} pages have it, p99; outside: bare streams`,
        quantile(ours.times, 0.99),
        quantile(bare.times, 0.99),
        'ms',
        'p99 <= 1000 ms',
      ),
    ]
  } finally {
    await writer.close()
    await db.close()
  }
}

/**
 * Opens pages on a server of its own and tells what it weighs with them, and when news reached each of them.
 * @param {Parameters<typeof startWebChild>[0]} start
 * @param {{ pages: number, paths: readonly string[] }} opened
 * @param {((child: Awaited<ReturnType<typeof startWebChild>>) => Promise<number>) | null} act makes news, tells since when
 */
async function held(start, { pages, paths }, act) {
  const child = await startWebChild(start, pages + MORE_FILES)
  const readers = startChild(READERS, pages + MORE_FILES)
  try {
    await readers.ask({ open: { port: child.port, paths, pages } })
    await wait(SETTLE_MS)
    /** @type {number[]} */
    const times = []
    for (let n = 0; act && n < AWARDS; n++) {
      await readers.ask({ listen: true })
      const from = await act(child)
      const { times: at } = await readers.ask({ arrivals: true })
      times.push(...at.map((/** @type {number} */ time) => Math.max(0, time - from)))
      await wait(PAUSE_MS)
    }
    const { memory } = await child.ask({ memory: true })
    return { memory: Number(memory), times }
  } finally {
    readers.stop()
    child.stop()
  }
}
