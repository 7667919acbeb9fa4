import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { DatabaseClock } from '../../src/app/database-clock.js'
import { DatabaseState } from '../../src/app/database-state.js'
import { sharedDatabase } from '../support/shared-database.js'

const MINUTE = 60_000
const shared = sharedDatabase('postgres')

/** A process whose own clock is wrong by so much. */
function processOff(byMs: number) {
  const wrong = { byMs }
  const time = new DatabaseClock({ wall: () => Date.now() + wrong.byMs, clock: () => performance.now() })
  return { wrong, time }
}

describe('what time it is', () => {
  test('is the database’s, for processes whose own clocks are far apart', async () => {
    const { db } = shared
    const [early, late] = [processOff(-20 * MINUTE), processOff(20 * MINUTE)]
    expect(late.time.now().getTime() - early.time.now().getTime()).toBeGreaterThan(39 * MINUTE)
    const began = performance.now()
    await early.time.look(db)
    await late.time.look(db)
    const { rows } = await sql<{ ms: number }>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(db.kysely)
    const error = performance.now() - began + 2
    for (const { time } of [early, late]) {
      expect(Math.abs(time.now().getTime() - (rows[0]?.ms ?? 0))).toBeLessThan(error)
    }
    expect(Math.round(late.time.aheadSeconds() / 60)).toBe(20)
    expect(Math.round(early.time.aheadSeconds() / 60)).toBe(-20)
  })

  test('does not move when somebody sets the machine’s clock, before the next look or after it', async () => {
    const { db } = shared
    const { wrong, time } = processOff(0)
    // Each look is off by its way to the database and back at most.
    const began = performance.now()
    await time.look(db)
    for (const byMs of [60 * MINUTE, -60 * MINUTE]) {
      const before = time.now().getTime()
      wrong.byMs = byMs
      expect(time.now().getTime() - before).toBeLessThanOrEqual(performance.now() - began + 1)
      await time.look(db)
      expect(Math.abs(time.now().getTime() - before)).toBeLessThan(performance.now() - began + 2)
    }
  })
})

describe('a start', () => {
  async function startWith(offSeconds: number) {
    const told: string[] = []
    const state = new DatabaseState(shared.db, {
      fixed: { pay: true, timeZone: 'Europe/Moscow' },
      sandbox: false,
      realToken: false,
      clock: () => performance.now(),
      time: processOff(offSeconds * 1000).time,
      events: {
        up: () => told.push('up'),
        down: (reason) => told.push(`down: ${reason}`),
        refused: (why) => told.push(`refused: ${why}`),
        // The first look is as wrong as half of its way to the database and back, a new connection included.
        clockOff: (seconds) => told.push(`off by ${Math.round(seconds / 5) * 5}`),
      },
    })
    await state.start()
    state.stop()
    return { told, isUp: state.isUp }
  }

  test('says that a clock is over 2 seconds off, and refuses one that is over 60', async () => {
    expect(await startWith(0)).toEqual({ told: ['up'], isUp: true })
    expect(await startWith(-10)).toEqual({ told: ['off by 10', 'up'], isUp: true })
    expect(await startWith(90)).toEqual({ told: ['refused: clock_far_off'], isUp: false })
  })
})
