import { sql } from 'kysely'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Delivery } from '../../src/core/deliveries/delivery.js'
import { parkFollowers } from '../../src/core/deliveries/park-followers.js'
import { newId } from '../../src/core/events/new-id.js'
import { runnerOf } from '../../src/db/connect.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { SyncWorker } from '../../src/sync/sync-worker.js'
import { sharedDatabase } from '../support/shared-database.js'

const shared = sharedDatabase('embedded')
beforeEach(async () => {
  await sql`delete from ttfd.deliveries`.execute(shared.db.kysely)
})

let accounts = 0
async function account(): Promise<number> {
  const id = ++accounts
  await sql`insert into ttfd.accounts (claimed_at) values (now())`.execute(shared.db.kysely)
  await sql`insert into unified_users (id, telegram_id, display_name, primary_platform)
    select max(id), ${`9${id}`}, 'Somebody', 'telegram' from ttfd.accounts`.execute(shared.db.kysely)
  const { rows } = await sql<{ id: number }>`select max(id) as id from ttfd.accounts`.execute(
    shared.db.kysely,
  )
  return rows[0]?.id ?? 0
}

/** An open delivery that is due in so many seconds (negative: since). */
async function delivery(accountId: number, dueIn: number, more: { to?: string; recipient?: string } = {}) {
  const event = newId(Date.now())
  await sql`insert into cross_platform_events (id, user_id, event_type, source_platform, dedupe_key)
    values (${event}, ${accountId}, 'rank_up', 'system', ${event})`.execute(shared.db.kysely)
  const { rows } = await sql<{ id: number }>`
    insert into ttfd.deliveries (event_id, account_id, destination, recipient_id, available_at)
    values (${event}, ${accountId}, ${more.to ?? 'telegram'}, ${more.recipient ?? null}, now() + ${dueIn} * interval '1 second')
    returning id`.execute(shared.db.kysely)
  return rows[0]?.id ?? 0
}

const dueAt = async (id: number) => {
  const { rows } = await sql<{
    at: Date
  }>`select available_at as at from ttfd.deliveries where id = ${id}`.execute(shared.db.kysely)
  return rows[0]?.at
}

const dueIn = async (id: number) => {
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from available_at - now())::float8 as seconds from ttfd.deliveries where id = ${id}`.execute(
    shared.db.kysely,
  )
  return Math.round(rows[0]?.seconds ?? Number.NaN)
}

const park = () => shared.db.transaction((tx) => parkFollowers(runnerOf(tx), ['telegram']))
const HOUR = 3_600

test('what follows a delivery that was told to wait waits as long', async () => {
  const who = await account()
  const head = await delivery(who, HOUR)
  const followers = [await delivery(who, -120), await delivery(who, -90)]
  await park()
  expect(await dueIn(head)).toBeGreaterThan(HOUR - 60)
  for (const id of followers) expect(await dueAt(id)).toEqual(await dueAt(head))
})

test('nothing else is moved: another person, place or identity, a young one, one behind a call under way', async () => {
  const [waits, other, called] = [await account(), await account(), await account()]
  await delivery(waits, HOUR)
  const stay = [
    await delivery(waits, -10),
    await delivery(waits, -120, { to: 'discord' }),
    await delivery(waits, -120, { recipient: 'somebody else' }),
    await delivery(other, -120),
  ]
  const head = await delivery(called, HOUR)
  await sql`update ttfd.deliveries set lease_token = gen_random_uuid(), leased_until = now() + interval '30 seconds'
    where id = ${head}`.execute(shared.db.kysely)
  stay.push(await delivery(called, -120))
  await park()
  for (const id of stay) expect(await dueIn(id)).toBeLessThan(0)
})

test('a worker parks what it walks over for nothing, and carries it together with the one it waits for', async () => {
  const { db } = shared
  const who = await account()
  const head = await delivery(who, HOUR)
  const follower = await delivery(who, -120)
  const calls: Delivery[] = []
  const worker = new SyncWorker(db, {
    deliverers: new Map([
      [
        'telegram',
        async (one) => {
          calls.push(one)
          return { status: 'delivered' }
        },
      ],
    ]),
    feed: new ChangeFeed(db),
    pollSeconds: 0.1,
    timeZone: 'Europe/Moscow',
    random: () => 1,
    onError: (error) => expect.fail(String(error)),
  })
  onTestFinished(() => worker.stop())
  worker.start()
  await expect.poll(() => dueIn(follower)).toBeGreaterThan(HOUR - 60)
  expect(calls).toEqual([])
  await sql`update ttfd.deliveries set available_at = now() where id = ${head}`.execute(db.kysely)
  await expect.poll(() => calls.length).toBe(1)
  expect(calls[0]?.events).toHaveLength(2)
})
