// Awards through the writer beside pgbench on the same server, in interleaved rounds.
// @ts-check
import { newId } from '../dist/core/events/new-id.js'
import { AwardWriter } from '../dist/core/progression/award-writer.js'
import { loadRules } from '../dist/core/progression/load-rules.js'
import { benchDatabase } from './support/bench-database.js'
import { pgbench } from './support/pgbench.js'
import { median, quantile } from './support/statistics.js'

const ACCOUNTS = 10_000
const ROUNDS = 3
const SECONDS = 4
const IN_FLIGHT = 2_000
const LONE_AWARDS = 1_500

/**
 * @param {{ server: { url: string, bin: string }, say: (line: string) => void }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchAwards({ server, say }) {
  const { db, url } = await benchDatabase(server.url, ACCOUNTS)
  const rules = await loadRules(db.kysely, { pay: true, timeZone: 'Europe/Moscow' })
  const writer = new AwardWriter(db, { rules: () => rules, newId: () => newId(Date.now()) })
  const outside = { bin: server.bin, url, accounts: ACCOUNTS, seconds: SECONDS }
  const rates = { ours: [0].slice(1), one: [0].slice(1), equal: [0].slice(1) }
  const lone = { ours: [0].slice(1), outside: [0].slice(1) }
  await awardsPerSecond(writer, 1)
  for (let round = 1; round <= ROUNDS; round++) {
    rates.ours.push(await awardsPerSecond(writer, SECONDS))
    rates.one.push((await pgbench({ ...outside, script: 'one_award', clients: 8 })).perSecond)
    rates.equal.push((await pgbench({ ...outside, script: 'equal_work', clients: 8 })).perSecond)
    lone.ours.push(await loneAwardMs(writer))
    lone.outside.push((await pgbench({ ...outside, script: 'one_award', clients: 1, seconds: 3 })).medianMs)
    say(
      `round ${round}/${ROUNDS}: ours ${rates.ours.at(-1)?.toFixed(0)}/s, one award ${rates.one.at(-1)?.toFixed(0)}/s, ` +
        `equal work ${rates.equal.at(-1)?.toFixed(0)}/s, lone ${lone.ours.at(-1)?.toFixed(2)} ms beside ${lone.outside.at(-1)?.toFixed(2)} ms`,
    )
  }
  await writer.close()
  await db.close()
  return [
    {
      name: 'durable awards per second ÷ pgbench, one award + one event a transaction (8 clients)',
      ours: median(rates.ours),
      outside: median(rates.one),
      unit: '1/s',
      ratio: median(rates.ours) / median(rates.one),
      aim: '>= 8',
    },
    {
      name: 'durable awards per second ÷ pgbench, equal work a transaction (8 clients)',
      ours: median(rates.ours),
      outside: median(rates.equal),
      unit: '1/s',
      ratio: median(rates.ours) / median(rates.equal),
      aim: '>= 11',
    },
    {
      name: 'one lone award, call to durable answer ÷ pgbench, one client',
      ours: median(lone.ours),
      outside: median(lone.outside),
      unit: 'ms',
      ratio: median(lone.ours) / median(lone.outside),
      aim: '<= 2',
    },
  ]
}

let serial = 0

/** A message of a random member, minutes apart from his last, so that most of them pay. */
function nextAward() {
  serial += 1
  const id = 1 + ((serial * 7919) % ACCOUNTS)
  return {
    key: `discord:message:bench-${process.pid}-${serial}`,
    who: /** @type {const} */ ({ platform: 'discord', id: String(1_000_000_000_000_000_000n + BigInt(id)) }),
    occurredAt: new Date(),
    source: /** @type {const} */ ('discord'),
    act: {
      type: /** @type {const} */ ('message'),
      length: 60,
      fingerprint: (BigInt(serial) * 0x9e3779b97f4a7c15n).toString(16).slice(-16).padStart(16, '0'),
      multiplier: 1,
      place: '1100000000000000001',
    },
  }
}

/** @param {AwardWriter} writer @param {number} seconds */
async function awardsPerSecond(writer, seconds) {
  const began = performance.now()
  const until = began + seconds * 1000
  let done = 0
  const lane = async () => {
    while (performance.now() < until) {
      const outcome = await writer.award(nextAward())
      if (outcome.status !== 'recorded') throw new Error(`an award was ${outcome.status}`)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  return done / ((performance.now() - began) / 1000)
}

/** @param {AwardWriter} writer */
async function loneAwardMs(writer) {
  const times = []
  for (let i = 0; i < LONE_AWARDS; i++) {
    const began = performance.now()
    await writer.award(nextAward())
    times.push(performance.now() - began)
  }
  return quantile(times, 0.5)
}
