// The website: pages beside a bare page of the same size, at ten thousand and at a million members; the questions behind
// boards, while awards are being written, beside a keyed SELECT; open pages beside bare streams.
// @ts-check
// @ts-expect-error it brings no types
import autocannon from 'autocannon'
import { median } from './support/statistics.js'
import { startWebChild } from './support/web-child.js'
import { ACTIVE_EVERY, webMembers } from './support/web-members.js'
import { benchOpenPages } from './web-live.js'
import { benchQuestions } from './web-questions.js'

const FEW = 10_000
const MANY = Number(process.env.BENCH_WEB_MEMBERS ?? 1_000_000)
const ROUNDS = Number(process.env.BENCH_WEB_ROUNDS ?? 4)
const SECONDS = 3
const CONNECTIONS = 16

/** @typedef {import('./support/report.js').Figure} Figure */

/**
 * @param {{ server: { url: string }, say: (line: string) => void }} options
 * @returns {Promise<Figure[]>}
 */
export async function benchWeb({ server, say }) {
  const few = await webMembers(server.url, FEW)
  const many = await webMembers(server.url, MANY)
  say(`all boards of ${MANY} members counted in ${many.countMs} ms`)
  try {
    return [
      ...(await pages({ few, many, say })),
      ...(await benchQuestions({ few, many, say })),
      ...(await benchOpenPages({ few, say })),
    ]
  } finally {
    await few.db.close()
    await many.db.close()
  }
}

/** Ids of members whose pages are read, spread over all. @param {number} accounts */
function readers(accounts) {
  const step = Math.max(1, Math.floor(accounts / ACTIVE_EVERY / 100))
  return Array.from(
    { length: Math.min(100, accounts / ACTIVE_EVERY) },
    (_, n) => ACTIVE_EVERY * (1 + n * step),
  )
}

/** @param {{ url: string }} child @param {readonly string[]} paths */
async function perSecond({ url }, paths) {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: paths.map((path) => ({ path })),
  })
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${result.non2xx} answers were no pages, ${result.errors} failed`)
  }
  return result.requests.total / result.duration
}

/** @param {any} options @returns {Promise<Figure[]>} */
async function pages({ few, many, say }) {
  const body = await startWebChild({ kind: 'site', databaseUrl: few.url })
  const bytes = (await (await fetch(`${body.url}/u/${ACTIVE_EVERY}`)).arrayBuffer()).byteLength
  const boardBytes = (await (await fetch(`${body.url}/leaderboard`)).arrayBuffer()).byteLength
  body.stop()
  const own = [
    await startWebChild({ kind: 'site', databaseUrl: few.url }),
    await startWebChild({ kind: 'site', databaseUrl: many.url }),
  ]
  const cached = await startWebChild({ kind: 'site', databaseUrl: many.url, cached: true })
  const bare = await startWebChild({ kind: 'bare', databaseUrl: many.url, bytes })
  const paths = [few, many].map(({ accounts }) => readers(accounts).map((id) => `/u/${id}`))
  const boards = ['/leaderboard', '/leaderboard?metric=coins', '/leaderboard?metric=messages&period=week']
  const rates = { few: [0].slice(1), many: [0].slice(1), bare: [0].slice(1), cached: [0].slice(1) }
  const board = { few: [0].slice(1), many: [0].slice(1) }
  const [atFew, atMany] = own
  if (!atFew || !atMany) throw new Error('two sites were started')
  try {
    for (const [n, child] of [atFew, atMany, bare, cached].entries())
      await perSecond(child, paths[n] ?? paths[1] ?? [])
    for (let round = 1; round <= ROUNDS; round++) {
      rates.bare.push(await perSecond(bare, paths[1] ?? []))
      rates.few.push(await perSecond(atFew, paths[0] ?? []))
      rates.many.push(await perSecond(atMany, paths[1] ?? []))
      rates.cached.push(await perSecond(cached, paths[1] ?? []))
      board.few.push(await perSecond(atFew, boards))
      board.many.push(await perSecond(atMany, boards))
      say(
        `round ${round}/${ROUNDS}: profile ${FEW}: ${rates.few.at(-1)?.toFixed(0)}/s, ${MANY}: ${rates.many.at(-1)?.toFixed(0)}/s, ` +
          `kept ${rates.cached.at(-1)?.toFixed(0)}/s, bare ${rates.bare.at(-1)?.toFixed(0)}/s, board ${board.few.at(-1)?.toFixed(0)}/s, ${board.many.at(-1)?.toFixed(0)}/s`,
      )
    }
  } finally {
    for (const child of [...own, bare, cached]) child.stop()
  }
  const row = (
    /** @type {string} */ name,
    /** @type {number} */ ours,
    /** @type {number} */ outside,
    /** @type {string} */ aim,
  ) => {
    return { name, ours, outside, unit: '1/s', ratio: ours / outside, aim }
  }
  return [
    row(
      `profile pages (${bytes} bytes) at ${MANY} members ÷ a bare Hono page of that size with one keyed SELECT`,
      median(rates.many),
      median(rates.bare),
      '>= 0.5',
    ),
    row(
      'the same with pages kept for readers who are not signed in',
      median(rates.cached),
      median(rates.bare),
      '>= 2',
    ),
    row(`profile pages at ${MANY} members ÷ at ${FEW}`, median(rates.many), median(rates.few), '>= 0.5'),
    row(
      `leaderboard pages (${boardBytes} bytes) at ${MANY} members ÷ at ${FEW}`,
      median(board.many),
      median(board.few),
      '>= 0.5',
    ),
  ]
}
