// Awards through the writer beside pgbench on the same server, in interleaved rounds.
// @ts-check
import { newId } from '../dist/core/events/new-id.js'
import { AwardWriter } from '../dist/core/progression/award-writer.js'
import { foldDaySumsDuty } from '../dist/core/progression/day-sums.js'
import { loadRules } from '../dist/core/progression/load-rules.js'
import { awardsPerSecond, keepAwarding, messageSource } from './support/award-load.js'
import { benchDatabase } from './support/bench-database.js'
import { pgbench } from './support/pgbench.js'
import { median, quantile } from './support/statistics.js'

const ACCOUNTS = 10_000
const IN_FLIGHT = 2_000
const LONE_AWARDS = 1_000

/**
 * @param {{ server: { url: string, bin: string }, say: (line: string) => void, quick?: boolean }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchAwards({ server, say, quick = false }) {
  const [rounds, seconds] = quick ? [1, 1] : [3, 5]
  const { db, url } = await benchDatabase(server.url, ACCOUNTS, 'bench_awards')
  const rules = await loadRules(db.kysely, { pay: true, timeZone: 'Europe/Moscow' })
  const writer = new AwardWriter(db, { rules: () => rules, newId: () => newId(Date.now()) })
  const next = messageSource(ACCOUNTS)
  const load = { db, writer, next, inFlight: IN_FLIGHT }
  const outside = { bin: server.bin, url, accounts: ACCOUNTS, seconds }
  const rates = { ours: [0].slice(1), one: [0].slice(1), equal: [0].slice(1) }
  const lone = { ours: [0].slice(1), outside: [0].slice(1) }
  // Until everybody's limits are as long as a busy member's.
  const warm = quick ? 1_000 : ACCOUNTS * 8
  await keepAwarding(writer, next, { inFlight: IN_FLIGHT, until: (done) => done >= warm })
  await foldDaySumsDuty(db)
  for (let round = 1; round <= rounds; round++) {
    rates.ours.push(await awardsPerSecond(load, seconds))
    rates.one.push((await pgbench({ ...outside, script: 'one_award', clients: 8 })).perSecond)
    rates.equal.push((await pgbench({ ...outside, script: 'equal_work', clients: 8 })).perSecond)
    lone.ours.push(await loneAwardMs())
    lone.outside.push((await pgbench({ ...outside, script: 'one_award', clients: 1, seconds: 2 })).medianMs)
    say(
      `round ${round}/${rounds}: ours ${rates.ours.at(-1)?.toFixed(0)}/s, one award ${rates.one.at(-1)?.toFixed(0)}/s, ` +
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

  async function loneAwardMs() {
    const times = []
    for (let i = 0; i < LONE_AWARDS; i++) {
      const began = performance.now()
      await writer.award(next())
      times.push(performance.now() - began)
    }
    return quantile(times, 0.5)
  }
}
