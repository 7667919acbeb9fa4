import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { isUnavailable } from '../../src/db/unavailable.js'
import { LeaseKeeper, type LeaseState } from '../../src/platforms/telegram/intake/lease-keeper.js'
import { sharedDatabase } from '../support/shared-database.js'
import { startProxy } from '../support/tcp-proxy.js'

/**
 * A peer that is gone without a word: bytes disappear, no connection breaks. What was begun before stays silent for
 * ever, also when the wire works again.
 */
const shared = sharedDatabase('postgres')

async function overWire(more: { answerMs?: number; maxConnections?: number } = {}) {
  const url = new URL(shared.url)
  const proxy = await startProxy(Number(url.port))
  url.port = String(proxy.port)
  const db = await openDatabase({ url: url.href, maxConnections: 1, ...more })
  onTestFinished(async () => {
    proxy.cut()
    await db.close()
    await proxy.close()
  })
  return { db, proxy }
}

const ask = ({ kysely }: Database) => sql`select 1`.execute(kysely)

/** So long an answer may take here: a busy machine gives what is alive in time, and what is silent is not waited for long. */
const ANSWER_MS = 1_500

test('a statement without an answer ends as an outage, and its connection is never used again', async () => {
  const { db, proxy } = await overWire({ answerMs: ANSWER_MS })
  await ask(db)
  proxy.swallow()
  const error: unknown = await ask(db).catch((thrown: unknown) => thrown)
  expect(isUnavailable(error)).toBe(true)
  proxy.pass()
  await ask(db)
})

test('the server gives up what a program holds that stands still in the middle of a transaction', async () => {
  await sql`insert into ttfd.settings (key, value) values ('silence', '1')`.execute(shared.db.kysely)
  const touch = `update ttfd.settings set value = '2' where key = 'silence'`
  const still = shared.db.client({ queryTimeoutMs: ANSWER_MS })
  const gone = new Promise<Error>((resolve) => still.on('error', resolve))
  await still.connect()
  await still.query('begin')
  await still.query(touch)
  await sql.raw(touch).execute(shared.db.kysely)
  expect(isUnavailable(await gone)).toBe(true)
})

test('a bot’s lease is asked for anew when the question before it stays without an answer', async () => {
  // No deadline of the connection itself helps here.
  const { db, proxy } = await overWire({ maxConnections: 4 })
  const states: LeaseState[] = []
  const keeper = new LeaseKeeper(db, {
    name: 'silent',
    holder: 'test',
    // Renewed often, so that a standstill of the machine is not taken for one of the wire.
    seconds: 3,
    renewMs: 100,
    clock: () => performance.now(),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  })
  onTestFinished(() => keeper.stop())
  keeper.onChange((state) => states.push(state))
  const became = (state: LeaseState) => expect.poll(() => keeper.state).toBe(state)
  keeper.start()
  await became('held')
  proxy.swallow()
  await became('no_database')
  proxy.pass()
  await became('held')
  expect(states.slice(0, 2)).toEqual(['held', 'no_database'])
})
