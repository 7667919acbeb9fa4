import { sql } from 'kysely'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Delivery } from '../../src/core/deliveries/delivery.js'
import type { AwardWriter } from '../../src/core/progression/award-writer.js'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { DestinationLane } from '../../src/sync/destination-lane.js'
import { OpenedLeases } from '../../src/sync/opened-leases.js'
import { SyncWorker } from '../../src/sync/sync-worker.js'
import { grantOf, makeAward, writerOn } from '../support/awards.js'
import { KINDS } from '../support/databases.js'
import { claim } from '../support/deliveries.js'
import { sharedDatabase } from '../support/shared-database.js'
import { startProxy } from '../support/tcp-proxy.js'

let people = 0

/** A worker that hears of nothing by itself, and a writer that leases for it what it opens. */
function pairOn(db: Database, writesTo = db) {
  const calls: Delivery[] = []
  const heard: (() => void)[] = []
  let held: Promise<void> = Promise.resolve()
  const worker = new SyncWorker(db, {
    deliverers: new Map([
      [
        'telegram',
        async (delivery) => {
          calls.push(delivery)
          for (const tell of heard.splice(0)) tell()
          await held
          return { status: 'delivered' }
        },
      ],
    ]),
    feed: new ChangeFeed(db),
    pollSeconds: 3_600,
    timeZone: 'Europe/Moscow',
    random: () => 1,
    onError: (error) => {
      throw error
    },
  })
  const writer = writerOn(writesTo, { leasing: () => worker.leasing })
  onTestFinished(async () => {
    await worker.stop()
    await writer.close()
  })
  return {
    worker,
    writer,
    calls,
    nextCall: () => new Promise<void>((resolve) => heard.push(resolve)),
    /** Calls from now on end when the answer is called. */
    hold: () => {
      let release = () => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return release
    },
  }
}

/** Whoever reaches the next ranks by this much XP is to be told on Telegram. */
const rankUp = (writer: AwardWriter, id: string, key = 'first', xp = 900) =>
  writer.award(makeAward(grantOf(xp), { who: { platform: 'telegram', id }, key: `up:${id}:${key}` }))

const deliveriesOf = async (db: Database, id: string) => {
  const { rows } = await sql<{ state: string; attempts: number; leased: boolean }>`
    select d.state, d.attempts, d.leased_until is not null as leased from ttfd.deliveries d
    join unified_users u on u.id = d.account_id
    where u.telegram_id = ${id} and d.destination = 'telegram' order by d.id`.execute(db.kysely)
  return rows
}

/** As if the lease had run out. */
const leaseEnds = (db: Database) =>
  sql`update ttfd.deliveries set leased_until = now() - interval '1 second' where leased_until is not null`.execute(
    db.kysely,
  )

/** What an earlier rule left open is nobody's business in the next. */
const endAll = (db: Database) =>
  sql`update ttfd.deliveries set state = 'skipped', ended_at = now(), lease_token = null, leased_until = null
    where state = 'open'`.execute(db.kysely)

describe.each(KINDS)('what a writer opens beside a worker, on %s,', (kind) => {
  const shared = sharedDatabase(kind)
  beforeEach(() => endAll(shared.db))

  test('is leased by its own commit and carried at once, with all that the call needs to know', async () => {
    const { db } = shared
    const id = `${++people}`
    const { worker, writer, calls, nextCall } = pairOn(db)
    worker.start()
    while ((await worker.runOnce()) > 0) {}
    const called = nextCall()
    await rankUp(writer, id)
    await called
    expect(calls).toMatchObject([
      { destination: 'telegram', attempts: 1, maybeArrived: false, recipient: { telegramId: id } },
    ])
    expect(calls[0]?.events.at(-1)).toMatchObject({ type: 'rank_up' })
    await worker.stop()
    const rows = await deliveriesOf(db, id)
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) expect(row).toEqual({ state: 'delivered', attempts: 1, leased: false })
  })

  test('waits for what was opened before it and is not its turn yet', async () => {
    const { db } = shared
    const id = `${++people}`
    const plain = writerOn(db)
    await rankUp(plain, id)
    await plain.close()
    const before = await deliveriesOf(db, id)
    await sql`update ttfd.deliveries set available_at = now() + interval '1 hour' where state = 'open'`.execute(
      db.kysely,
    )
    const { worker, writer, calls } = pairOn(db)
    worker.start()
    await rankUp(writer, id, 'second')
    await worker.stop()
    expect(calls).toEqual([])
    const after = await deliveriesOf(db, id)
    expect(after.length).toBeGreaterThan(before.length)
    for (const row of after) expect(row).toEqual({ state: 'open', attempts: 0, leased: false })
  })

  test('goes along with what was due before it, in order', async () => {
    const { db } = shared
    const id = `${++people}`
    const { worker, writer, calls, nextCall } = pairOn(db)
    worker.start()
    while ((await worker.runOnce()) > 0) {}
    const plain = writerOn(db)
    await rankUp(plain, id)
    await plain.close()
    const called = nextCall()
    await rankUp(writer, id, 'second')
    await called
    await worker.stop()
    const ranks = calls[0]?.events.map((event) => Number(event.data.new_rank)) ?? []
    expect(ranks.length).toBe((await deliveriesOf(db, id)).length)
    expect(ranks.toSorted((a, b) => a - b)).toEqual(ranks)
  })
})

describe('a worker and a writer of one process', () => {
  const shared = sharedDatabase('postgres')
  beforeEach(() => endAll(shared.db))

  test('have no more calls under way than the worker has room for; the rest is claimed as always', async () => {
    const { db } = shared
    const { worker, writer, calls, hold } = pairOn(db)
    const release = hold()
    worker.start()
    // The look that a start begins with would otherwise claim some of them, if it comes late.
    while ((await worker.runOnce()) > 0) {}
    const ids = Array.from({ length: 100 }, () => `${++people}`)
    // Known before, so that their rank-ups share batches.
    await Promise.all(ids.map((id) => rankUp(writer, id, 'known', 1)))
    await Promise.all(ids.map((id) => rankUp(writer, id)))
    const { rows } = await sql<{ leased: number; free: number }>`
      select count(*) filter (where leased_until is not null)::int as leased, count(*) filter (where leased_until is null)::int as free
      from (select distinct account_id, leased_until from ttfd.deliveries where state = 'open' and destination = 'telegram') d`.execute(
      db.kysely,
    )
    expect(rows).toEqual([{ leased: 64, free: 36 }])
    release()
    await worker.stop()
    expect(calls).toHaveLength(64)
    const rest = pairOn(db)
    while ((await rest.worker.runOnce()) > 0) {}
    expect(rest.calls).toHaveLength(36)
  })

  test('a worker that stops takes nothing more, and ends what was leased for it', async () => {
    const { db } = shared
    const [one, two] = [`${++people}`, `${++people}`]
    const { worker, writer, calls, nextCall, hold } = pairOn(db)
    worker.start()
    while ((await worker.runOnce()) > 0) {}
    const release = hold()
    const called = nextCall()
    await rankUp(writer, one)
    await called
    const stopped = worker.stop()
    await rankUp(writer, two)
    release()
    await stopped
    expect(calls.map((call) => call.recipient?.telegramId)).toEqual([one])
    expect((await deliveriesOf(db, one)).every((row) => row.state === 'delivered')).toBe(true)
    expect((await deliveriesOf(db, two)).every((row) => row.state === 'open' && !row.leased)).toBe(true)
  })

  /** A writer behind a wire that can be cut; the worker is not. */
  async function behindProxy() {
    const url = new URL(shared.url)
    const proxy = await startProxy(Number(url.port))
    url.port = String(proxy.port)
    const far = await openDatabase({ url: url.toString(), maxConnections: 1 })
    const pair = pairOn(shared.db, far)
    onTestFinished(async () => {
      await far.close()
      await proxy.close()
    })
    return { proxy, ...pair }
  }

  test('a commit that never happened gives its room back, and the next try is carried once', async () => {
    const { db } = shared
    const id = `${++people}`
    const { proxy, worker, writer, calls } = await behindProxy()
    worker.start()
    await rankUp(writer, id, 'known', 1)
    const cut = proxy.cutBefore('claim_opened')
    await rankUp(writer, id)
    await cut
    await worker.stop()
    expect(calls.map((call) => [call.attempts, call.maybeArrived])).toEqual([[1, false]])
    expect((await deliveriesOf(db, id)).every((row) => row.state === 'delivered')).toBe(true)
  })

  test('a commit whose answer was lost is carried when its lease ends, once, as if it might have been', async () => {
    const { db } = shared
    const id = `${++people}`
    const { proxy, worker, writer, calls } = await behindProxy()
    worker.start()
    await rankUp(writer, id, 'known', 1)
    const cut = proxy.cutInsteadOf('COMMIT')
    expect(await rankUp(writer, id)).toMatchObject({ status: 'recorded' })
    await cut
    expect(calls).toEqual([])
    expect(await claim(db, ['telegram'])).toEqual([])
    await leaseEnds(db)
    await worker.runOnce()
    await worker.runOnce()
    await worker.stop()
    expect(calls.map((call) => call.maybeArrived)).toEqual([true])
  })
})

test('room that was kept for a commit is free again when that did not happen, or leased nothing', async () => {
  let attempts: Promise<void>[] = []
  const lane = new DestinationLane('telegram', async () => ({ status: 'delivered' }), 1)
  const leases = new OpenedLeases({
    lanes: new Map([['telegram', lane]]),
    leaseSeconds: 30,
    timeZone: 'Europe/Moscow',
    isOpen: () => true,
    carry: () => {},
    underWay: (attempt) => attempts.push(attempt),
  })
  const begin = () => leases.begin([{ accountId: 1, destination: 'telegram' }])
  for (const rows of [null, []]) {
    const attempt = begin()
    expect(attempt).not.toBeNull()
    expect(begin()).toBeNull()
    attempt?.end(rows)
    await Promise.all(attempts)
    attempts = []
  }
  expect(leases.begin([{ accountId: 1, destination: 'elsewhere' }])).toBeNull()
  expect(begin()).not.toBeNull()
})
