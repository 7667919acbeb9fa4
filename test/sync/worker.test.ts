import { sql } from 'kysely'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Deliverer, Delivery, DeliveryOutcome } from '../../src/core/deliveries/delivery.js'
import { listFailed, retryFailed } from '../../src/core/deliveries/list-events.js'
import { newId } from '../../src/core/events/new-id.js'
import type { Database } from '../../src/db/connect.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { SyncWorker, type SyncWorkerOptions } from '../../src/sync/sync-worker.js'
import { grantOf, makeAward, writerOn } from '../support/awards.js'
import { KINDS } from '../support/databases.js'
import { claim, settle } from '../support/deliveries.js'
import { sharedDatabase } from '../support/shared-database.js'

let people = 0
let events = 0

/** A person whose account has `count` deliveries waiting, oldest first. */
async function due(db: Database, count: number, destinations = ['telegram']) {
  const id = `${++people}`
  const writer = writerOn(db)
  const made = await writer.award(
    makeAward(grantOf(1), { who: { platform: 'telegram', id }, key: `due:${id}` }),
  )
  await writer.close()
  const accountId = made.accountId ?? 0
  for (let n = 0; n < count; n++) await addEvent(db, accountId, destinations)
  return accountId
}

async function addEvent(db: Database, accountId: number, destinations = ['telegram']): Promise<string> {
  const id = newId(Date.now())
  await db.transaction(async (tx) => {
    await tx
      .insertInto('cross_platform_events')
      .values({
        id,
        user_id: accountId,
        event_type: 'rank_up',
        source_platform: 'system',
        dedupe_key: `e:${++events}`,
        data: JSON.stringify({ n: events }),
        processed: false,
      })
      .execute()
    for (const destination of destinations) {
      await sql`insert into ttfd.deliveries (event_id, account_id, destination) values (${id}, ${accountId}, ${destination})`.execute(
        tx,
      )
    }
    await sql`select pg_notify('ttfd_deliveries', '')`.execute(tx)
  })
  return id
}

const stateOf = async (db: Database, accountId: number) => {
  const { rows } = await sql<{
    state: string
    attempts: number
    processed: boolean
    wait: number
    due: number
    outcome: string | null
    error: string | null
  }>`
    select d.state, d.attempts, e.processed, extract(epoch from d.available_at - now())::float8 as wait,
      extract(epoch from d.available_at)::float8 as due, d.outcome, d.last_error as error
    from ttfd.deliveries d join cross_platform_events e on e.id = d.event_id
    where d.account_id = ${accountId} order by d.id`.execute(db.kysely)
  return rows
}

const clockOf = async (db: Database) => {
  const { rows } = await sql<{
    at: number
  }>`select extract(epoch from clock_timestamp())::float8 as at`.execute(db.kysely)
  return rows[0]?.at ?? Number.NaN
}

/** As if the wait were over, or the holder of the lease had been gone for long. */
const nowDue = (db: Database) =>
  sql`update ttfd.deliveries set available_at = now() - interval '1 second', leased_until = case when leased_until is not null then now() - interval '1 second' end
    where state = 'open'`.execute(db.kysely)

function workerOn(db: Database, deliverer: Deliverer, more: Partial<SyncWorkerOptions> = {}) {
  const errors: unknown[] = []
  const worker = new SyncWorker(db, {
    deliverers: new Map([['telegram', deliverer]]),
    feed: new ChangeFeed(db),
    pollSeconds: 60,
    timeZone: 'Europe/Moscow',
    random: () => 1,
    onError: (error) => errors.push(error),
    ...more,
  })
  onTestFinished(() => worker.stop())
  return { worker, errors }
}

const answers = (...outcomes: DeliveryOutcome[]) => {
  const calls: Delivery[] = []
  const deliverer: Deliverer = async (delivery) => {
    calls.push(delivery)
    return outcomes[calls.length - 1] ?? { status: 'delivered' }
  }
  return { calls, deliverer }
}

const numbers = (delivery: Delivery | undefined) => delivery?.events.map((event) => event.data.n)

/** What an earlier rule left open is nobody's business in the next. */
const endAll = (db: Database) =>
  sql`update ttfd.deliveries set state = 'skipped', ended_at = now(), lease_token = null, leased_until = null
    where state = 'open'`.execute(db.kysely)

describe.each(KINDS)('the worker on %s', (kind) => {
  const shared = sharedDatabase(kind)
  beforeEach(() => endAll(shared.db))

  test('carries what is due of one account in one call, in order, and ends the events', async () => {
    const { calls, deliverer } = answers()
    const account = await due(shared.db, 3)
    const last = events
    await workerOn(shared.db, deliverer).worker.runOnce()
    expect(calls).toHaveLength(1)
    expect(numbers(calls[0])).toEqual([last - 2, last - 1, last])
    expect(calls[0]).toMatchObject({
      accountId: account,
      attempts: 1,
      maybeArrived: false,
      recipient: { displayName: 'Аня', notices: true },
    })
    expect(await stateOf(shared.db, account)).toMatchObject(
      Array(3).fill({ state: 'delivered', processed: true }),
    )
  })

  test('merges what came while a call was under way, and keeps the order', async () => {
    const account = await due(shared.db, 1)
    const seen: unknown[][] = []
    const { worker } = workerOn(shared.db, async (delivery) => {
      seen.push(numbers(delivery) ?? [])
      if (seen.length === 1) for (let n = 0; n < 9; n++) await addEvent(shared.db, account)
      return { status: 'delivered' }
    })
    while ((await worker.runOnce()) > 0) {}
    expect(seen).toEqual([[events - 9], Array.from({ length: 9 }, (_, n) => events - 8 + n)])
  })

  test('tries again with growing waits, twelve times at most, and lists what failed', async () => {
    const account = await due(shared.db, 1)
    const { worker } = workerOn(shared.db, async () => ({ status: 'retry', error: 'down' }))
    for (const wait of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, null]) {
      const before = await clockOf(shared.db)
      expect(await worker.runOnce()).toBe(1)
      const after = await clockOf(shared.db)
      const due = (await stateOf(shared.db, account))[0]?.due ?? Number.NaN
      // It was told to wait at some moment between the two.
      if (wait !== null) expect([before + wait <= due, due <= after + wait]).toEqual([true, true])
      await nowDue(shared.db)
    }
    expect(await worker.runOnce()).toBe(0)
    expect(await stateOf(shared.db, account)).toMatchObject([
      { state: 'failed', attempts: 12, processed: true },
    ])
    expect((await listFailed(shared.db.kysely, 5))[0]).toMatchObject({
      accountId: account,
      error: 'down',
      attempts: 12,
    })
  })

  test('opens failed ones again when asked, as if they were new', async () => {
    const account = await due(shared.db, 1)
    const { calls, deliverer } = answers({ status: 'failed', error: 'blocked' })
    const { worker } = workerOn(shared.db, deliverer)
    await worker.runOnce()
    const [failed] = await listFailed(shared.db.kysely, 1)
    expect(await retryFailed(shared.db, [failed?.id ?? 0, 999_999])).toBe(1)
    expect(await stateOf(shared.db, account)).toMatchObject([
      { state: 'open', attempts: 0, processed: false },
    ])
    await worker.runOnce()
    expect(calls[1]).toMatchObject({ attempts: 1, maybeArrived: false })
    expect(await stateOf(shared.db, account)).toMatchObject([{ state: 'delivered', processed: true }])
    expect(await retryFailed(shared.db, 'all')).toBeGreaterThanOrEqual(0)
  })

  test('being told to wait is no attempt', async () => {
    const account = await due(shared.db, 1)
    const { deliverer } = answers({ status: 'later', seconds: 3_600, why: 'quiet' })
    await workerOn(shared.db, deliverer).worker.runOnce()
    const [row] = await stateOf(shared.db, account)
    expect(row).toMatchObject({ state: 'open', attempts: 0, processed: false })
    expect(row?.wait).toBeGreaterThan(3_500)
    await nowDue(shared.db)
    await workerOn(shared.db, answers({ status: 'skipped', why: 'notices_off' }).deliverer).worker.runOnce()
    expect(await stateOf(shared.db, account)).toMatchObject([{ state: 'skipped', processed: true }])
  })

  test('one whose answer was lost is sent once more at most', async () => {
    const account = await due(shared.db, 1)
    const lost: DeliveryOutcome = { status: 'unknown', error: 'no answer' }
    const { calls, deliverer } = answers(lost, { status: 'later', seconds: 5, why: '429' }, lost)
    const { worker } = workerOn(shared.db, deliverer)
    for (let look = 0; look < 5; look++) {
      await worker.runOnce()
      await nowDue(shared.db)
    }
    // Sent, told to wait, sent once more; never a third time.
    expect(calls.map((call) => call.maybeArrived)).toEqual([false, true, true])
    expect(await stateOf(shared.db, account)).toMatchObject([
      { state: 'failed', processed: true, error: 'the answer was lost twice: no answer' },
    ])
  })

  test('one whose answer was lost more than five minutes ago is not sent again, but what came after it is', async () => {
    const account = await due(shared.db, 1)
    const { calls, deliverer } = answers({ status: 'unknown', error: 'no answer' })
    const { worker } = workerOn(shared.db, deliverer)
    await worker.runOnce()
    await addEvent(shared.db, account)
    await sql`update cross_platform_events set created_at = now() - interval '6 minutes' where user_id = ${account}
      and not processed and dedupe_key <> ${`e:${events}`}`.execute(shared.db.kysely)
    await nowDue(shared.db)
    while ((await worker.runOnce()) > 0) {}
    expect(calls.map(numbers)).toEqual([[events - 1], [events]])
    expect((await stateOf(shared.db, account)).map((row) => row.state)).toEqual(['failed', 'delivered'])
  })

  test('a worker that died in the middle counts as a lost answer, and twice as two', async () => {
    const account = await due(shared.db, 1)
    const { calls, deliverer } = answers()
    for (let death = 0; death < 2; death++) {
      expect(await claim(shared.db, ['telegram'])).toMatchObject([{ accountId: account, resent: false }])
      expect(await claim(shared.db, ['telegram'])).toEqual([])
      await nowDue(shared.db)
    }
    await workerOn(shared.db, deliverer).worker.runOnce()
    expect(calls).toEqual([])
    expect(await stateOf(shared.db, account)).toMatchObject([{ state: 'failed' }])
  })

  test('the outcome of a holder whose lease was lost is ignored', async () => {
    const account = await due(shared.db, 1)
    const [old] = await claim(shared.db, ['telegram'])
    await nowDue(shared.db)
    const [young] = await claim(shared.db, ['telegram'])
    if (!old || !young) throw new Error('nothing was claimed')
    expect(await settle(shared.db, old, { state: 'failed', note: 'late' })).toBe(false)
    expect(await stateOf(shared.db, account)).toMatchObject([{ state: 'open', processed: false }])
    expect(await settle(shared.db, young, { state: 'delivered', note: null })).toBe(true)
    expect(await settle(shared.db, young, { state: 'failed', note: 'again' })).toBe(false)
    expect(await stateOf(shared.db, account)).toMatchObject([{ state: 'delivered', processed: true }])
  })

  test('an event with two places ends when both have, also when both end at once', async () => {
    for (let run = 0; run < (process.env.LONG ? 50 : 5); run++) {
      const account = await due(shared.db, 1, ['telegram', 'elsewhere'])
      const [one, two] = await claim(shared.db, ['telegram', 'elsewhere'])
      if (!one || !two) throw new Error('two were due')
      await Promise.all(
        [one, two].map((delivery) => settle(shared.db, delivery, { state: 'delivered', note: null })),
      )
      expect((await stateOf(shared.db, account)).map((row) => row.processed)).toEqual([true, true])
    }
    const account = await due(shared.db, 1, ['telegram', 'nobody'])
    await workerOn(shared.db, answers().deliverer).worker.runOnce()
    expect((await stateOf(shared.db, account)).map((row) => row.processed)).toEqual([false, false])
  })

  test('several workers share the work without doubling and without breaking the order', async () => {
    const accounts = await Promise.all(Array.from({ length: 10 }, () => due(shared.db, 2)))
    const seen = new Map<number, unknown[]>()
    const busy = new Set<number>()
    const deliverer: Deliverer = async (delivery) => {
      expect(busy.has(delivery.accountId)).toBe(false)
      busy.add(delivery.accountId)
      seen.set(delivery.accountId, [...(seen.get(delivery.accountId) ?? []), ...(numbers(delivery) ?? [])])
      await new Promise((resolve) => setImmediate(resolve))
      busy.delete(delivery.accountId)
      return { status: 'delivered' }
    }
    const workers = [1, 2, 3].map(() => workerOn(shared.db, deliverer).worker)
    await Promise.all(
      workers.map(async (worker) => {
        while ((await worker.runOnce()) > 0) {}
      }),
    )
    for (const account of accounts) {
      const own = seen.get(account) as number[]
      expect(own).toHaveLength(2)
      expect(own.toSorted((a, b) => a - b)).toEqual(own)
    }
  })

  test('nothing is called inside a transaction: the database is free for others meanwhile', async () => {
    await due(shared.db, 1)
    let free = false
    await workerOn(shared.db, async (delivery) => {
      // Of this database alone: others of this server are being written to by other tests.
      const { rows } = await sql`select query from pg_stat_activity where datname = current_database()
        and pid <> pg_backend_pid() and state like 'idle in transaction%'`.execute(shared.db.kysely)
      expect(rows).toEqual([])
      await sql`update unified_users set last_active = now() where id = ${delivery.accountId}`.execute(
        shared.db.kysely,
      )
      free = true
      return { status: 'delivered' }
    }).worker.runOnce()
    expect(free).toBe(true)
  })

  test('a call that hangs is given up as a lost answer', async () => {
    const account = await due(shared.db, 1)
    let aborted = false
    const { worker } = workerOn(
      shared.db,
      (_, signal) => {
        signal.addEventListener('abort', () => {
          aborted = true
        })
        return new Promise(() => {})
      },
      { callTimeoutMs: 30 },
    )
    await worker.runOnce()
    expect(aborted).toBe(true)
    expect(await stateOf(shared.db, account)).toMatchObject([{ state: 'open', outcome: 'unknown' }])
  })

  test('a deliverer that throws is told of and tried again', async () => {
    const account = await due(shared.db, 1)
    const { worker, errors } = workerOn(shared.db, () => {
      throw new Error('bug')
    })
    await worker.runOnce()
    expect(errors).toMatchObject([{ message: 'bug' }])
    expect(await stateOf(shared.db, account)).toMatchObject([{ state: 'open', attempts: 1, outcome: null }])
  })
})

describe.each(KINDS)('a started worker on %s', (kind) => {
  const shared = sharedDatabase(kind)
  beforeEach(() => endAll(shared.db))

  test('wakes by the announcement, not by the poll, and one slow call holds up nobody else', async () => {
    const { db } = shared
    const feed = new ChangeFeed(db)
    await feed.start()
    onTestFinished(() => feed.stop())
    const [slow, quick] = [await due(db, 0), await due(db, 0)]
    const done = new Map<number, () => void>()
    const ended = (account: number) => new Promise<void>((resolve) => done.set(account, resolve))
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const { worker } = workerOn(
      db,
      async (delivery) => {
        if (delivery.accountId === slow) await held
        return { status: 'delivered' }
      },
      // Within the time of a test nothing but the announcement wakes it.
      { feed, pollSeconds: 3_600, onSettled: (delivery) => done.get(delivery.accountId)?.() },
    )
    worker.start()
    await addEvent(db, slow)
    const quickEnded = ended(quick)
    await addEvent(db, quick)
    await quickEnded
    const slowEnded = ended(slow)
    release()
    await slowEnded
    // What came for the slow one meanwhile follows at once.
    const again = ended(slow)
    await addEvent(db, slow)
    await again
  })

  test('finds work by its poll when the announcement was lost', async () => {
    const { db } = shared
    const account = await due(db, 0)
    const settled = new Promise<void>((resolve) => {
      const { worker } = workerOn(db, answers().deliverer, { pollSeconds: 0.2, onSettled: () => resolve() })
      worker.start()
    })
    await addEvent(db, account)
    await settled
    expect(await stateOf(db, account)).toMatchObject([{ state: 'delivered' }])
  })

  test('stops when what is under way has ended, and takes nothing new', async () => {
    const { db } = shared
    const account = await due(db, 1)
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let begin = () => {}
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const { worker } = workerOn(db, async () => {
      begin()
      await held
      return { status: 'delivered' }
    })
    worker.start()
    await begun
    const stopped = worker.stop()
    await addEvent(db, account)
    release()
    await stopped
    expect((await stateOf(db, account)).map((row) => row.state)).toEqual(['delivered', 'open'])
  })
})
