// From an award's durable answer to the moment the other platform's server has the notice or the role change: idle, and
// under 2,000 awards a second. The award is a grant for what somebody did on Discord, the notice goes to his Telegram.
// Web push: to the moment an open page of the member has the news, the site in a process of its own.
// Telegram takes 30 messages a second from a bot and one a second for a chat: what is timed stays below both (more than
// that has to wait, by Telegram's rule and not by anybody's speed).
// @ts-check
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureAccount } from '../dist/core/accounts/ensure-account.js'
import { newId } from '../dist/core/events/new-id.js'
import { discordIdOf, message } from './support/award-load.js'
import { deliveryStage, TELEGRAM_IDS } from './support/delivery-stage.js'
import { median, monotonicMs, quantile } from './support/statistics.js'
import { startWebChild } from './support/web-child.js'

const ACCOUNTS = 10_000
const PEOPLE = 400
/** From rank to rank; a person is told of five a day at most. */
const RANK_STEPS_XP = [500, 750, 1_000, 1_250, 1_500]
/** 20 notices a second. */
const NOTICE_MS = 50
const LOAD_PER_SECOND = 2_000
const LOAD_SECONDS = 60
const BEAT_MS = 5
/** From tier to tier: E, D, C, B. */
const TIER_STEPS_XP = [2_250, 4_500, 6_750, 9_000]
const ROLE_PAUSE_MS = 1_500
const PAGES = 100
/** Between the first news of a page and the next: news that come together are shown together. */
const PAGE_PAUSE_MS = 1_000
const PAGE_PATIENCE_MS = 20_000

/**
 * @param {{ server: { url: string }, say: (line: string) => void, quick?: boolean }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchDelivery({ server, say, quick = false }) {
  const stage = await deliveryStage({ server, say, accounts: ACCOUNTS, people: PEOPLE })
  const told = (/** @type {string} */ name, /** @type {number[]} */ times) =>
    say(
      `${name}: median ${median(times).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms, ${times.length} of them`,
    )
  try {
    await notices(stage, 0, quick ? 20 : 100)
    const idle = await notices(stage, 1, quick ? 40 : PEOPLE)
    told('notices, idle', idle)
    const bare = await bareRequests(`${stage.telegram.url}/bot${stage.telegram.token}/getMe`)
    const pushed = await openPages(stage, quick ? 10 : PAGES)
    told('open pages', pushed.times)
    const load = startLoad(stage)
    const busy = []
    for (const step of quick ? [2] : [2, 3, 4]) {
      if (load.seconds() < LOAD_SECONDS) busy.push(...(await notices(stage, step, quick ? 100 : PEOPLE)))
    }
    const { perSecond, seconds } = await load.stop()
    told(`notices under ${perSecond.toFixed(0)} awards a second for ${seconds.toFixed(0)} s`, busy)
    const roles = await discordRoles(stage)
    told('roles', roles)
    const row = (/** @type {string} */ name, /** @type {number} */ ours, /** @type {string} */ aim) => {
      return { name, ours, outside: median(bare), unit: 'ms', ratio: ours / median(bare), aim }
    }
    const push = (/** @type {string} */ name, /** @type {number} */ share, /** @type {string} */ aim) => {
      const [ours, outside] = [quantile(pushed.times, share), median(pushed.bare)]
      return { name, ours, outside, unit: 'ms', ratio: ours / outside, aim }
    }
    return [
      row(
        'award commit → notice received by Telegram, idle, median; outside: a bare request to that server',
        median(idle),
        'median <= 3 ms',
      ),
      row('the same, p99', quantile(idle, 0.99), 'p99 <= 20 ms'),
      row(
        `the same under ${perSecond.toFixed(0)} awards/s for ${seconds.toFixed(0)} s, median`,
        median(busy),
        'median <= 50 ms',
      ),
      row('the same, p99', quantile(busy, 0.99), 'p99 <= 50 ms'),
      push(
        'award commit → the open page of the member has it, idle, median; outside: a bare request to that site',
        0.5,
        'median <= 3 ms',
      ),
      push('the same, p99', 0.99, 'p99 <= 20 ms'),
      row('award commit → role PATCH received by Discord, median', median(roles), 'median <= 200 ms'),
    ]
  } finally {
    await stage.close()
  }
}

/**
 * One rank-up each, one after another. @param {any} stage @param {number} step @param {number} people
 * @returns {Promise<number[]>} milliseconds
 */
async function notices({ writer, telegram }, step, people) {
  const times = []
  for (let id = 1; id <= people; id++) {
    const next = sleep(NOTICE_MS)
    const received = telegram.received(TELEGRAM_IDS + id)
    await writer.award(
      grant({ platform: 'discord', id: discordIdOf(id) }, RANK_STEPS_XP[step] ?? 0, `t${step}:${id}`),
    )
    const committed = monotonicMs()
    times.push(Math.max(0, (await received) - committed))
    await next
  }
  return times
}

/** Messages of everybody else at an even rate, until it is stopped. @param {any} stage */
function startLoad({ writer }) {
  const began = performance.now()
  let sent = 0
  const done = new Set()
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * LOAD_PER_SECOND
    for (; sent < due; sent++) {
      const answered = writer.award(others(sent)).finally(() => done.delete(answered))
      done.add(answered)
    }
  }, BEAT_MS)
  return {
    seconds: () => (performance.now() - began) / 1000,
    async stop() {
      clearInterval(timer)
      const seconds = (performance.now() - began) / 1000
      await Promise.all(done)
      return { perSecond: sent / seconds, seconds }
    },
  }
}

/** @param {any} stage */
async function discordRoles({ db, writer, discord, discordBot, timeZone, giveRoles }) {
  await giveRoles()
  const people = ['vera', 'mira', 'oleg', 'kate', 'max'].map((name) => discord.control.person(name).user.id)
  const times = []
  const facts = { displayName: 'Bench', locale: 'en', reachable: true, claimed: true }
  const context = { now: new Date(), newId: () => newId(Date.now()), timeZone }
  for (const id of people) await ensureAccount(db, { platform: 'discord', id }, facts, context)
  await discordBot.idle()
  for (const [step, xp] of TIER_STEPS_XP.entries()) {
    for (const id of people) {
      const since = discord.control.mark
      const received = discord.control
        .waitForRequest((/** @type {any} */ r) => r.method === 'PATCH' && r.path.endsWith(`/members/${id}`), {
          since,
          timeoutMs: 20_000,
        })
        .then(() => performance.now())
      await writer.award(grant({ platform: 'discord', id }, xp, `d${step}:${id}`))
      const committed = performance.now()
      times.push(Math.max(0, (await received) - committed))
    }
    // A member's roles change at most once in 1.2 s.
    await sleep(ROLE_PAUSE_MS)
  }
  return times
}

/** @param {string} url */
async function bareRequests(url) {
  const times = []
  for (let n = 0; n < 200; n++) {
    const began = performance.now()
    await fetch(url).then((response) => response.text())
    times.push(performance.now() - began)
  }
  return times
}

/**
 * Pages of members, one each, all open; each member's award is timed to his page. As with the notices a first round,
 * which meets a program that has only started, does not count. @param {any} stage @param {number} pages
 * @returns {Promise<{ times: number[], bare: number[] }>} milliseconds
 */
async function openPages({ url, writer }, pages) {
  const site = await startWebChild({ kind: 'site', databaseUrl: url })
  try {
    const ids = Array.from({ length: pages }, (_, n) => PEOPLE + 1 + n)
    const open = await Promise.all(ids.map((id) => openPage(site.port, `/live/u/${id}`)))
    const round = async (/** @type {string} */ name) => {
      await sleep(PAGE_PAUSE_MS)
      const times = []
      for (const [n, page] of open.entries()) {
        const next = sleep(NOTICE_MS)
        const received = page.received()
        const who = { platform: 'discord', id: discordIdOf(ids[n] ?? 0) }
        await writer.award(grant(who, 3, `page:${name}:${n}`))
        const committed = monotonicMs()
        times.push(Math.max(0, (await received) - committed))
        await next
      }
      return times
    }
    await round('first')
    const times = await round('timed')
    const bare = await bareRequests(`http://127.0.0.1:${site.port}/healthz`)
    for (const page of open) page.close()
    return { times, bare }
  } finally {
    site.stop()
  }
}

/** @param {number} port @param {string} path */
async function openPage(port, path) {
  let told = (/** @type {number} */ _at) => {}
  const stream = await new Promise((resolve, reject) => {
    const call = get(
      { host: '127.0.0.1', port, path, agent: false, headers: { accept: 'text/event-stream' } },
      resolve,
    )
    call.once('error', reject)
  })
  stream.setEncoding('utf8')
  stream.on('error', () => {})
  stream.on('data', (/** @type {string} */ text) => {
    if (text.includes('event: summary')) told(monotonicMs())
  })
  return {
    close: () => stream.destroy(),
    /** When it next has news, by the machine's monotonic clock. @returns {Promise<number>} */
    received: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no news came to ${path}`)), PAGE_PATIENCE_MS)
        told = (at) => {
          clearTimeout(timer)
          resolve(at)
        }
      }),
  }
}

/** @param {any} who @param {number} xp @param {string} key @returns {any} */
function grant(who, xp, key) {
  const act = { type: 'grant', event: 'xp_change', xp, coins: 0, data: {}, silent: false }
  return { key: `bench:${key}`, who, occurredAt: new Date(), source: 'system', act }
}

/** A message of somebody who is not on Telegram. @param {number} n */
function others(n) {
  const account = PEOPLE + 1 + ((n * 7919) % (ACCOUNTS - PEOPLE))
  return message({ key: `load-${n}`, member: discordIdOf(account), at: new Date(), serial: n + 1 })
}
