// The questions behind boards and searches while awards are being written: beside a keyed SELECT, and beside the same
// questions of a small community.
// @ts-check
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { readBoard } from '../dist/core/boards/board.js'
import { findMembers } from '../dist/core/boards/find-members.js'
import { readStandings } from '../dist/core/boards/standings.js'
import { periodStart } from '../dist/core/boards/tops.js'
import { median, quantile } from './support/statistics.js'
import { startChild } from './support/web-child.js'
import { ACTIVE_EVERY } from './support/web-members.js'

const LOAD = fileURLToPath(new URL('./support/award-load-child.js', import.meta.url))
const TIME_ZONE = 'Europe/Moscow'
const AWARDS_PER_SECOND = 2_000
const WARM_UP_MS = 2_000
const QUESTIONS = 1_000
/** Two hundred questions a second. One after another without a pause they would take the awards' processor from them. */
const QUESTION_MS = 5

const LIVE = { board: /** @type {const} */ ('xp'), period: /** @type {const} */ ('all'), from: null }
const MONTH = {
  board: /** @type {const} */ ('messages'),
  period: /** @type {const} */ ('month'),
  from: periodStart('month', new Date(), TIME_ZONE),
}

/** @typedef {import('./support/report.js').Figure} Figure */
/** @typedef {{ db: any, url: string, accounts: number }} Community */

const letters = (/** @type {number} */ n) => String.fromCharCode(1040 + (n % 32), 1072 + ((n * 7) % 32))

/** @type {Record<string, (at: Community, n: number) => Promise<unknown>>} */
const ASKS = {
  'own place, XP of all time (as of the last count)': (at, n) =>
    readStandings(at.db.kysely, LIVE, [1 + ((n * 7919) % at.accounts)]),
  'own place, messages of the month (as of the last count)': (at, n) =>
    readStandings(at.db.kysely, MONTH, [ACTIVE_EVERY * (1 + ((n * 7919) % (at.accounts / ACTIVE_EVERY)))]),
  'top 100, live': (at) => readBoard(at.db.kysely, { limit: 100 }),
  'search by two letters, at most 100 found': (at, n) => findMembers(at.db.kysely, letters(n)),
}

/** @param {Community} at @param {number} n */
const keyed = (at, n) =>
  sql`select display_name, xp from unified_users where id = ${1 + ((n * 7919) % at.accounts)}`.execute(
    at.db.kysely,
  )

/** How long an answer takes, in milliseconds; the next question comes at its time. @param {() => Promise<unknown>} ask */
async function paced(ask) {
  const next = sleep(QUESTION_MS)
  const began = performance.now()
  await ask()
  const took = performance.now() - began
  await next
  return took
}

/**
 * @param {{ few: Community, many: Community, say: (line: string) => void }} options
 * @returns {Promise<Figure[]>}
 */
export async function benchQuestions({ few, many, say }) {
  const load = startChild(LOAD)
  /** @type {Record<string, { few: number[], many: number[], bare: number[] }>} */
  const times = {}
  for (const name of Object.keys(ASKS)) times[name] = { few: [], many: [], bare: [] }
  try {
    const { url: databaseUrl, accounts } = many
    await load.ask({ start: { databaseUrl, accounts, perSecond: AWARDS_PER_SECOND } })
    await sleep(WARM_UP_MS)
    for (let n = 0; n < QUESTIONS; n++) {
      for (const [name, ask] of Object.entries(ASKS)) {
        times[name]?.few.push(await paced(() => ask(few, n)))
        times[name]?.many.push(await paced(() => ask(many, n)))
        times[name]?.bare.push(await paced(() => keyed(many, n)))
      }
    }
    const { perSecond } = await load.ask({ stop: true })
    return Object.entries(times).flatMap(([name, taken]) => {
      const line = (/** @type {number[]} */ list) =>
        `${median(list).toFixed(2)} / ${quantile(list, 0.99).toFixed(2)} ms`
      say(
        `${name}, under ${perSecond.toFixed(0)} awards/s: ${few.accounts}: ${line(taken.few)}, ` +
          `${accounts}: ${line(taken.many)}, keyed SELECT ${line(taken.bare)}`,
      )
      return figures(name, taken, { few, many, perSecond })
    })
  } finally {
    load.stop()
  }
}

/**
 * @param {string} name @param {{ few: number[], many: number[], bare: number[] }} taken
 * @param {{ few: Community, many: Community, perSecond: number }} about
 * @returns {Figure[]}
 */
function figures(name, taken, { few, many, perSecond }) {
  const at = `at ${many.accounts} members under ${perSecond.toFixed(0)} awards/s`
  const row = (
    /** @type {string} */ what,
    /** @type {number} */ ours,
    /** @type {number} */ outside,
    /** @type {string} */ aim,
  ) => ({ name: `${name}, ${what}`, ours, outside, unit: 'ms', ratio: ours / outside, aim })
  const [mine, other] = [taken.many, taken.bare]
  return [
    row(`median ${at}; outside: a keyed SELECT`, median(mine), median(other), ''),
    row('the same, p99', quantile(mine, 0.99), quantile(other, 0.99), '<= 4 ms'),
    row(`median at ${many.accounts} members ÷ at ${few.accounts}`, median(mine), median(taken.few), '<= 2'),
  ]
}
