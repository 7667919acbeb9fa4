import { expect, onTestFinished, test } from 'vitest'
import { borrowDatabase } from '../support/databases.js'
import { accountsOf, importInto, telegram } from './support.js'

const MEMBERS = 5_000

/** Milliseconds of this process's own work, the embedded database's included: whoever else is busy here does not count. */
function workingClock(): () => number {
  const began = Date.now()
  return () => {
    const { user, system } = process.cpuUsage()
    return Math.round(began + (user + system) / 1000)
  }
}

test('a live import is written in pieces that take less than a second each, and says so', async () => {
  const { db, giveBack } = await borrowDatabase('embedded')
  onTestFinished(giveBack)
  const ids = Array.from({ length: MEMBERS }, (_, n) => n)
  const given = { telegram: ids.map((n) => telegram(1_000 + n, { xp: n })) }
  const report = await importInto(db, given, { now: workingClock() })
  expect(await accountsOf(db)).toHaveLength(MEMBERS)
  expect(report.pieces?.longestMs).toBeGreaterThan(0)
  expect(report.pieces?.longestMs).toBeLessThan(1_000)

  const again = await importInto(db, given)
  expect(again.pieces).toEqual({ count: 0, longestMs: 0 })
  expect((await importInto(db, given, { mode: 'dry-run' })).pieces).toBeNull()
})
