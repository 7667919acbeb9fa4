// Awards through the writer on the embedded database beside a plain program on PGlite, and whether timers keep time meanwhile.
// @ts-check
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { newId } from '../dist/core/events/new-id.js'
import { AwardWriter } from '../dist/core/progression/award-writer.js'
import { loadRules } from '../dist/core/progression/load-rules.js'
import { openDatabase } from '../dist/db/connect.js'
import { migrate } from '../dist/db/migrator.js'
import { awardsPerSecond, messageSource } from './support/award-load.js'
import { addMembers } from './support/bench-database.js'
import { median } from './support/statistics.js'

const ACCOUNTS = 10_000
const IN_FLIGHT = 1_000
const TIMER_MS = 5

/**
 * @param {{ say: (line: string) => void, quick?: boolean }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchEmbeddedAwards({ say, quick = false }) {
  const [rounds, seconds] = quick ? [1, 1] : [3, 4]
  const directory = mkdtempSync(join(tmpdir(), 'ttfd-embedded-'))
  try {
    await made(join(directory, 'plain')).then((db) => db.close())
    const plain = await PGlite.create({ dataDir: join(directory, 'plain', 'pgdata') })
    const db = await made(join(directory, 'ours'))
    const rules = await loadRules(db.kysely, { pay: true, timeZone: 'Europe/Moscow' })
    const writer = new AwardWriter(db, { rules: () => rules, newId: () => newId(Date.now()) })
    const load = { db, writer, next: messageSource(ACCOUNTS), inFlight: IN_FLIGHT }
    await awardsPerSecond(load, quick ? 0.5 : 3)
    await plainAwards(plain, 0.5)
    const rates = { ours: [0].slice(1), plain: [0].slice(1) }
    const waits = { ours: [0].slice(1), plain: [0].slice(1) }
    for (let round = 1; round <= rounds; round++) {
      const mine = await withTimer(() => awardsPerSecond(load, seconds))
      const other = await withTimer(() => plainAwards(plain, seconds))
      rates.ours.push(mine.result)
      rates.plain.push(other.result)
      waits.ours.push(mine.longestMs)
      waits.plain.push(other.longestMs)
      say(
        `round ${round}/${rounds}: ours ${mine.result.toFixed(0)}/s, a timer waited ${mine.longestMs.toFixed(1)} ms; ` +
          `plain ${other.result.toFixed(0)}/s, ${other.longestMs.toFixed(1)} ms`,
      )
    }
    await writer.close()
    await db.close()
    await plain.close()
    return [
      {
        name: 'embedded: awards per second ÷ one award + one event a transaction on PGlite',
        ours: median(rates.ours),
        outside: median(rates.plain),
        unit: '1/s',
        ratio: median(rates.ours) / median(rates.plain),
        aim: '>= 5',
      },
      {
        name: 'embedded: longest wait of a timer of the process meanwhile, over all rounds',
        ours: Math.max(...waits.ours),
        outside: Math.max(...waits.plain),
        unit: 'ms',
        ratio: Math.max(...waits.ours) / Math.max(...waits.plain),
        aim: '<= 50 ms',
      },
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** @param {string} dataDir */
async function made(dataDir) {
  const db = await openDatabase({ dataDir })
  await migrate(db, { timeZone: 'Europe/Moscow' })
  await addMembers(db, ACCOUNTS)
  return db
}

let serial = 0

/** What the smallest program would do: PGlite in its own thread, one transaction after another. @param {PGlite} plain @param {number} seconds */
async function plainAwards(plain, seconds) {
  const began = performance.now()
  let done = 0
  for (; performance.now() - began < seconds * 1000; done++) {
    serial += 1
    const id = 1 + ((serial * 7919) % ACCOUNTS)
    await plain.transaction(async (tx) => {
      await tx.query('update unified_users set xp = xp + 5, last_active = now() where id = $1', [id])
      await tx.query(
        `insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, data, dedupe_key, processed, processed_at)
          values ($1, 'message_sent', 'discord', 5, '{"delta_xp": 5}', $2, true, now())`,
        [id, `discord:message:${serial}`],
      )
    })
    // As a program must that has anything else to do.
    if (done % 20 === 19) await new Promise((resolve) => setImmediate(resolve))
  }
  return done / ((performance.now() - began) / 1000)
}

/** Runs `work` while a timer ticks, and tells by how much it was late at most. @template T @param {() => Promise<T>} work */
async function withTimer(work) {
  let [last, longestMs] = [performance.now(), 0]
  const timer = setInterval(() => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last - TIMER_MS)
    last = now
  }, TIMER_MS)
  try {
    return { result: await work(), longestMs }
  } finally {
    clearInterval(timer)
  }
}
