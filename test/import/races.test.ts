import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { verifyImport } from '../../src/import/run/verify.js'
import { makeAward, message, minutes, writerOn } from '../support/awards.js'
import { borrowDatabase } from '../support/databases.js'
import { accountsOf, discord, importInto, storesOf, telegram, unbalanced } from './support.js'

const MEMBERS = 1_500

test('the bots go on during a live import: no account twice, no point lost, no link missed', async () => {
  const { db, giveBack } = await borrowDatabase('postgres')
  onTestFinished(giveBack)
  const writer = writerOn(db)
  const ids = Array.from({ length: MEMBERS }, (_, n) => n)
  const given = {
    telegram: ids.map((n) => telegram(1_000 + n, { xp: 10 })),
    discord: ids.map((n) => discord(n, { xp: 1, provesTelegramId: String(1_000 + n) })),
  }
  let running = true
  let paid = 0
  const bots = (async () => {
    for (let turn = 0; running; turn++) {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, (_, k) => {
          const id = String(1_000 + ((turn * 37 + k * 101) % MEMBERS))
          return writer.award(
            makeAward(message(), {
              key: `telegram:message:${turn}:${k}`,
              who: { platform: 'telegram', id },
              occurredAt: minutes(turn * 2),
            }),
          )
        }),
      )
      for (const outcome of outcomes) if (outcome.status === 'recorded') paid += outcome.xp
    }
  })()
  const report = await importInto(db, given).finally(async () => {
    running = false
    await bots
  })
  await writer.close()

  const accounts = await accountsOf(db)
  expect(accounts).toHaveLength(MEMBERS)
  expect(accounts.every((one) => one.telegram_id !== null && one.discord_id !== null)).toBe(true)
  expect(accounts.reduce((sum, one) => sum + one.xp, 0)).toBe(MEMBERS * 11 + paid)
  expect(paid).toBeGreaterThan(0)
  expect(await unbalanced(db)).toEqual([])
  expect(report.stores.map((store) => store.fresh)).toEqual([MEMBERS, MEMBERS])
  expect((await verifyImport(db, { stores: storesOf(given), trustClaims: false })).findings).toEqual([])
  const stage = await sql`select 1 from pg_namespace where nspname = 'ttfd_import'`.execute(db.kysely)
  expect(stage.rows).toEqual([])
})
