import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../../src/db/connect.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { grantOf, makeAward, writerOn } from '../support/awards.js'
import { freshDatabase, KINDS } from '../support/databases.js'
import { sharedDatabase } from '../support/shared-database.js'

async function startedFeed(db: Database) {
  const feed = new ChangeFeed(db)
  onTestFinished(() => feed.stop())
  const next = <T>(subscribe: (tell: (value: T) => void) => () => void) =>
    new Promise<T>((resolve) => {
      const stop = subscribe((value) => {
        stop()
        resolve(value)
      })
    })
  await feed.start()
  return {
    feed,
    changed: () => next<readonly number[]>((tell) => feed.onChanged(tell)),
    due: () => next<void>((tell) => feed.onDeliveries(() => tell())),
    connected: () => next<void>((tell) => feed.onConnected(() => tell())),
  }
}

describe.each(KINDS)('the feed on %s', (kind) => {
  const shared = sharedDatabase(kind)

  test('tells who changed, after the commit, and that something is due only when it is', async () => {
    const { db } = shared
    const { changed, due } = await startedFeed(db)
    const writer = writerOn(db)
    const first = changed()
    const made = await writer.award(makeAward(grantOf(1), { key: 'a' }))
    expect(await first).toEqual([made.accountId])
    let early = 0
    const rankUp = due()
    void rankUp.then(() => {
      early += 1
    })
    const quiet = changed()
    await writer.award(makeAward(grantOf(1), { key: 'b' }))
    await quiet
    expect(early).toBe(0)
    await writer.award(makeAward(grantOf(500), { key: 'c' }))
    await rankUp
    await writer.close()
  })

  test('a rolled-back change is not told, and stopping one listener leaves the others', async () => {
    const { db } = shared
    const { feed, changed } = await startedFeed(db)
    const told: (readonly number[])[] = []
    const stop = feed.onChanged((ids) => told.push(ids))
    await db
      .transaction(async (tx) => {
        await sql`select pg_notify('ttfd_changed', '1')`.execute(tx)
        throw new Error('no')
      })
      .catch(() => {})
    const second = changed()
    await sql`select pg_notify('ttfd_changed', '2,3')`.execute(db.kysely)
    expect(await second).toEqual([2, 3])
    stop()
    const third = changed()
    await sql`select pg_notify('ttfd_changed', '4')`.execute(db.kysely)
    await third
    expect(told).toEqual([[2, 3]])
  })
})

test('after its connection is terminated it comes back by itself and says so', async () => {
  const db = await freshDatabase('postgres')
  const { feed, changed, connected, due } = await startedFeed(db)
  expect(feed.isConnected).toBe(true)
  const back = Promise.all([connected(), due()])
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and datname = current_database()`.execute(
    db.kysely,
  )
  await back
  const news = changed()
  await sql`select pg_notify('ttfd_changed', '7')`.execute(db.kysely)
  expect(await news).toEqual([7])
})
