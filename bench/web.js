// The website: pages beside a bare page of the same size, at a thousand and at a million members; the questions behind
// boards beside a keyed SELECT; open pages beside bare streams.
// @ts-check
// @ts-expect-error it brings no types
import autocannon from 'autocannon'
import { sql } from 'kysely'
import { readBoard } from '../dist/core/boards/board.js'
import { findMembers } from '../dist/core/boards/find-members.js'
import { readStandings } from '../dist/core/boards/standings.js'
import { periodStart } from '../dist/core/boards/tops.js'
import { median, quantile } from './support/statistics.js'
import { startWebChild } from './support/web-child.js'
import { ACTIVE_EVERY, webMembers } from './support/web-members.js'
import { benchOpenPages } from './web-live.js'

const TIME_ZONE = 'Europe/Moscow'
const FEW = 1_000
const MANY = Number(process.env.BENCH_WEB_MEMBERS ?? 1_000_000)
const ROUNDS = Number(process.env.BENCH_WEB_ROUNDS ?? 5)
const SECONDS = 3
const CONNECTIONS = 16
const QUESTIONS = 500

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
      ...(await questions({ few, many, say })),
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

/** @param {() => Promise<unknown>} ask */
async function timed(ask) {
  const began = performance.now()
  await ask()
  return performance.now() - began
}

/** @param {any} options @returns {Promise<Figure[]>} */
async function questions({ few, many, say }) {
  const choice = {
    board: /** @type {const} */ ('messages'),
    period: /** @type {const} */ ('month'),
    from: periodStart('month', new Date(), TIME_ZONE),
  }
  const live = { board: /** @type {const} */ ('xp'), period: /** @type {const} */ ('all'), from: null }
  const letter = (/** @type {number} */ n) => String.fromCharCode(1040 + (n % 32), 1072 + ((n * 7) % 32))
  /** @type {Record<string, (at: any, n: number) => Promise<unknown>>} */
  const asks = {
    'own place, XP of all time (as of the last count)': (at, n) =>
      readStandings(at.db.kysely, live, [1 + ((n * 7919) % at.accounts)]),
    'own place, messages of the month (as of the last count)': (at, n) =>
      readStandings(at.db.kysely, choice, [ACTIVE_EVERY * (1 + ((n * 7919) % (at.accounts / ACTIVE_EVERY)))]),
    'top 100, live': (at) => readBoard(at.db.kysely, { limit: 100 }),
    'search by two letters, at most 100 found': (at, n) => findMembers(at.db.kysely, letter(n)),
  }
  const keyed = (/** @type {any} */ at, /** @type {number} */ n) =>
    sql`select display_name, xp from unified_users where id = ${1 + ((n * 7919) % at.accounts)}`.execute(
      at.db.kysely,
    )
  /** @type {Figure[]} */
  const figures = []
  for (const [name, ask] of Object.entries(asks)) {
    /** @type {{ few: number[], many: number[], bare: number[] }} */
    const times = { few: [], many: [], bare: [] }
    for (let n = 0; n < 20; n++) for (const at of [few, many]) await ask(at, n)
    for (let n = 0; n < QUESTIONS; n++) {
      times.few.push(await timed(() => ask(few, n)))
      times.many.push(await timed(() => ask(many, n)))
      times.bare.push(await timed(() => keyed(many, n)))
    }
    const line = (/** @type {number[]} */ list) =>
      `${median(list).toFixed(2)} / ${quantile(list, 0.99).toFixed(2)} ms`
    say(`${name}: ${FEW}: ${line(times.few)}, ${MANY}: ${line(times.many)}, keyed SELECT ${line(times.bare)}`)
    for (const [share, word, aim] of /** @type {const} */ ([
      [0.5, 'median', ''],
      [0.99, 'p99', '<= 4 ms'],
    ])) {
      const [ours, outside] = [quantile(times.many, share), quantile(times.bare, share)]
      figures.push({
        name: `${name}, ${word} at ${MANY} members; outside: a keyed SELECT`,
        ours,
        outside,
        unit: 'ms',
        ratio: ours / outside,
        aim,
      })
    }
    figures.push({
      name: `${name}, median at ${MANY} members ÷ at ${FEW}`,
      ours: median(times.many),
      outside: median(times.few),
      unit: 'ms',
      ratio: median(times.many) / median(times.few),
      aim: '<= 2',
    })
  }
  return figures
}
