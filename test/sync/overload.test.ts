import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Deliverer } from '../../src/core/deliveries/delivery.js'
import { newId } from '../../src/core/events/new-id.js'
import type { AwardOutcome } from '../../src/core/progression/award.js'
import type { Kept } from '../../src/core/progression/award-writer.js'
import type { Database } from '../../src/db/connect.js'
import { DatabaseUnavailableError } from '../../src/db/unavailable.js'
import { Spool } from '../../src/spool/spool.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { SyncWorker } from '../../src/sync/sync-worker.js'
import { grantOf, makeAward, writerOn } from '../support/awards.js'
import { sharedDatabase } from '../support/shared-database.js'

const LONG = process.env.LONG ? 10 : 1

/** What members were paid, by balance and by ledger. */
async function sums(db: Database, id: string) {
  const { rows } = await sql<{ xp: number; events: number; paid: number }>`
    select (select sum(xp)::int from unified_users where telegram_id like ${id}) as xp, count(*)::int as events,
      coalesce(sum(e.xp_delta), 0)::int as paid
    from unified_users u join cross_platform_events e on e.user_id = u.id and e.event_type = 'adjusted'
    where u.telegram_id like ${id}`.execute(db.kysely)
  return rows[0]
}

const point = (id: string, n: number) =>
  makeAward(grantOf(1), { key: `flood:${id}:${n}`, who: { platform: 'telegram', id } })

describe('more awards at once than the writer has room for', () => {
  const shared = sharedDatabase('postgres')

  test('are refused as in an outage, whole and not in part; sent again, each counts once', async () => {
    const writer = writerOn(shared.db, { waitingMax: 100 })
    onTestFinished(() => writer.close())
    const flood = Array.from({ length: 1_000 * LONG }, (_, n) => n)
    let waiting = flood
    let refusals = 0
    for (let wave = 0; waiting.length > 0; wave++) {
      const ends = await Promise.allSettled(waiting.map((n) => writer.award(point('1', n))))
      const refused = ends.flatMap((end, at) =>
        end.status === 'rejected' ? [{ n: waiting[at] ?? 0, end }] : [],
      )
      for (const { end } of refused) expect(end.reason).toBeInstanceOf(DatabaseUnavailableError)
      // The bound is what was taken: never more waits here.
      expect(waiting.length - refused.length).toBe(Math.min(100, waiting.length))
      if (wave === 0) expect(await sums(shared.db, '1')).toMatchObject({ events: 100, xp: 100 })
      refusals += refused.length
      waiting = refused.map(({ n }) => n)
    }
    expect(refusals).toBeGreaterThan(0)
    expect(await sums(shared.db, '1')).toEqual({ xp: flood.length, events: flood.length, paid: flood.length })
  }, 300_000)

  test('go to the disk at twice the sustainable rate; nothing is lost, and it recovers by itself', async () => {
    const { db } = shared
    const directory = mkdtempSync(join(tmpdir(), 'ttfd-overload-'))
    const writer = writerOn(db, { waitingMax: 1_200 })
    let replayed = 0
    const spool = new Spool({
      directory,
      holder: 'host:1:space:own',
      ownerState: () => 'dead',
      writer,
      target: () => ({ place: 'here', database: 'overload' }),
      isUp: () => true,
      isReady: async () => true,
      now: () => new Date(),
      lookMs: 20,
      log: { info: () => {}, error: () => {} },
      onReplayed: (count) => {
        replayed += count
      },
    })
    await spool.start()
    onTestFinished(async () => {
      await spool.stop()
      await writer.close()
      rmSync(directory, { recursive: true, force: true })
    })
    const lone = async (n: number) => (await spool.take(point('2', n))).status
    await lone(0)
    const rate = await sustainable((n) => spool.take(point(`3-${n % 100}`, n)))
    // As platforms send: at twice the rate and more, whether or not anything was answered, until the writer has no room.
    const answers: Promise<AwardOutcome | Kept>[] = []
    let kept = 0
    for (let over = 2; kept === 0 || over <= 2 * LONG; over *= 2) {
      const began = performance.now()
      const sentBefore = answers.length
      while (performance.now() - began < 500) {
        const due = ((performance.now() - began) / 1000) * rate * over
        for (let n = answers.length; n < sentBefore + due; n++) {
          const answer = spool.take(point(`4-${n % 100}`, n))
          answers.push(answer)
          void answer.then(({ status }) => {
            if (status === 'kept') kept += 1
          })
        }
        await sleep(5)
      }
    }
    const late = lone(1)
    const outcomes = await Promise.all(answers)
    await late
    expect(kept).toBeGreaterThan(0)
    expect(outcomes.filter(({ status }) => status === 'recorded').length).toBe(outcomes.length - kept)
    // By itself: what was kept is written, and new awards go to the database again.
    while (spool.status.entries > 0 || spool.status.mode !== 'direct') await sleep(10)
    expect(replayed).toBeGreaterThanOrEqual(kept)
    expect(await sums(db, '4-%')).toEqual({
      xp: answers.length,
      events: answers.length,
      paid: answers.length,
    })
    expect([await lone(2), await lone(3), await lone(4)]).toEqual(Array(3).fill('recorded'))
    expect(await sums(db, '2')).toMatchObject({ xp: 5, events: 5 })
  }, 300_000)
})

/** How many awards a second are answered when the next one is only sent after an answer. */
async function sustainable(take: (n: number) => Promise<unknown>): Promise<number> {
  const began = performance.now()
  let done = 0
  const lane = async () => {
    while (performance.now() - began < 300) {
      done += 1
      await take(done)
    }
  }
  await Promise.all(Array.from({ length: 1_000 }, lane))
  return done / ((performance.now() - began) / 1000)
}

describe('more deliveries than a platform takes', () => {
  // Its own: on a quick machine the awards above bring ranks, whose notices would count among these deliveries.
  const own = sharedDatabase('postgres')

  test('no more calls are under way than the bound, another platform is not held up, and all arrive once', async () => {
    const { db } = own
    const count = 300 * LONG
    await sql`insert into ttfd.accounts (id, claimed_at) select 50000 + i, now() from generate_series(1, ${count}) i`.execute(
      db.kysely,
    )
    await sql`insert into unified_users (id, telegram_id, display_name, primary_platform) select id, 'slow' || id, 'Slow', 'telegram' from ttfd.accounts where id > 50000`.execute(
      db.kysely,
    )
    const feed = new ChangeFeed(db)
    await feed.start()
    onTestFinished(() => feed.stop())
    let underWay = 0
    let most = 0
    const arrived = new Map<number, number>()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const slowly: Deliverer = async ({ accountId }) => {
      underWay += 1
      most = Math.max(most, underWay)
      await held
      await sleep(100)
      underWay -= 1
      arrived.set(accountId, (arrived.get(accountId) ?? 0) + 1)
      return { status: 'delivered' }
    }
    let quick = 0
    const worker = new SyncWorker(db, {
      deliverers: new Map([
        ['telegram', slowly],
        [
          'discord',
          async () => {
            quick += 1
            return { status: 'delivered' }
          },
        ],
      ]),
      feed,
      pollSeconds: 60,
      timeZone: 'Europe/Moscow',
      random: () => 1,
      onError: (error) => expect.fail(String(error)),
    })
    onTestFinished(() => worker.stop())
    worker.start()
    await announce(db, 'telegram')
    while (underWay < 64) await sleep(5)
    // Every slow call waits for the quick one: held up by any of them, it would never come.
    await announce(db, 'discord', 1)
    while (quick === 0) await sleep(2)
    expect(arrived.size).toBe(0)
    release()
    while (arrived.size < count) await sleep(20)
    await worker.stop()
    expect(most).toBe(64)
    expect([...arrived.values()].every((times) => times === 1)).toBe(true)
    const { rows } = await sql`select from cross_platform_events where not processed`.execute(db.kysely)
    expect(rows).toEqual([])
  })
})

/** An event with a delivery for each of the slow accounts (or so many of them), in one transaction. */
async function announce(db: Database, destination: string, limit = 1e6) {
  await db.transaction(async (tx) => {
    await sql`
      with event as (
        insert into cross_platform_events (user_id, event_type, source_platform, dedupe_key)
        select id, 'rank_up', 'system', ${newId(Date.now())} || id from unified_users where id > 50000 order by id limit ${limit}
        returning id, user_id
      )
      insert into ttfd.deliveries (event_id, account_id, destination) select id, user_id, ${destination} from event`.execute(
      tx,
    )
    await sql`select pg_notify('ttfd_deliveries', '')`.execute(tx)
  })
}
