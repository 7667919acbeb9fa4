import { sql } from 'kysely'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { placeOf, readBoard } from '../../src/core/boards/board.js'
import { mayNotify, quietSeconds } from '../../src/core/deliveries/notice-policy.js'
import { releaseLease, renewLease, takeLease } from '../../src/core/duties/leases.js'
import { newId } from '../../src/core/events/new-id.js'
import { forgetFingerprints } from '../../src/core/messages/forget-fingerprints.js'
import type { Database } from '../../src/db/connect.js'
import { nextAttemptSeconds } from '../../src/sync/backoff.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { Duties } from '../../src/sync/duties.js'
import { grantOf, makeAward, message, NOON, writerOn } from '../support/awards.js'
import { KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

function dutiesOn(db: Database, holder: string, clock = () => performance.now()) {
  const errors: unknown[] = []
  const feed = new ChangeFeed(db)
  const context = () => ({ rules: RULES, now: NOON, newId: () => newId(0), random: () => 0 })
  const duties = new Duties(db, { holder, feed, context, clock, onError: (error) => errors.push(error) })
  onTestFinished(() => duties.stop())
  return { duties, errors, feed }
}

/** So that nobody takes over because this machine was slow. */
const holdsForLong = (db: Database) =>
  sql`update ttfd.leases set expires_at = now() + interval '1 hour' where name = 'duties'`.execute(db.kysely)

describe.each(KINDS)('duties on %s', (kind) => {
  const shared = sharedDatabase(kind)
  beforeEach(() => shared.db.kysely.deleteFrom('ttfd.leases').execute())

  test('one holder does them; the next takes over when it goes, or when its lease has run out', async () => {
    const { db } = shared
    let now = 0
    const clock = () => now
    const [one, two] = [dutiesOn(db, 'one', clock), dutiesOn(db, 'two', clock)]
    await one.duties.runOnce()
    await holdsForLong(db)
    await two.duties.runOnce()
    expect([one.duties.isLeader, two.duties.isLeader]).toEqual([true, false])
    await one.duties.stop()
    await two.duties.runOnce()
    expect(two.duties.isLeader).toBe(true)
    await sql`update ttfd.leases set expires_at = now() - interval '1 second' where name = 'duties'`.execute(
      db.kysely,
    )
    const three = dutiesOn(db, 'three', clock)
    await three.duties.runOnce()
    await holdsForLong(db)
    now += 3_000
    await two.duties.runOnce()
    expect([two.duties.isLeader, three.duties.isLeader]).toEqual([false, true])
    expect([...one.errors, ...two.errors, ...three.errors]).toEqual([])
  })

  test('fold daily sums and hand their room back, also where boards are counted each time', async () => {
    const { db } = shared
    const writer = writerOn(db)
    await writer.award(makeAward(message(), { key: 'room' }))
    await writer.close()
    const { duties, errors } = dutiesOn(db, 'one')
    await duties.runOnce()
    const { rows } = await sql`select (select count(*)::int from ttfd.rollup_deltas) as waiting,
      (select count(*)::int from ttfd.daily_rollups) as folded, pg_relation_size('ttfd.rollup_deltas')::int as bytes`.execute(
      db.kysely,
    )
    expect([rows, errors]).toEqual([[{ waiting: 0, folded: 1, bytes: 0 }], []])
  })

  test('forget fingerprints of yesterday and no others, of limits that are packed or spread out', async () => {
    const { kysely } = shared.db
    const now = Math.floor(Date.now() / 1000)
    const [old, fresh] = [`${now - 90_000}`, `${now - 1_000}`]
    const print = '0123456789abcdef'
    const given = [
      { prints: `${old}:${print} ${fresh}:${print}`, daily: '2026-02-20' },
      { prints: `${old}:${print}` },
      { prints: `${fresh}:${print}` },
      {
        prints: [
          [Number(old), print],
          [Number(fresh), print],
        ],
      },
      { prints: [] },
      {},
    ]
    for (const [n, state] of given.entries()) {
      await sql`insert into ttfd.account_limits (account_id, state) values (${9_000 + n}, ${JSON.stringify(state)}::json)`.execute(
        kysely,
      )
    }
    expect(await forgetFingerprints(shared.db, 2)).toBe(3)
    const left = await sql<{ state: unknown }>`
      delete from ttfd.account_limits where account_id >= 9000 returning state`.execute(kysely)
    expect(left.rows.map(({ state }) => state)).toEqual(
      expect.arrayContaining([
        { prints: `${fresh}:${print}`, daily: '2026-02-20' },
        {},
        { prints: `${fresh}:${print}` },
        { prints: [[Number(fresh), print]] },
        { prints: [] },
        {},
      ]),
    )
    expect(left.rows).toHaveLength(given.length)
  })

  test('rebuild boards, end rounds and forget traces, and one that fails keeps none of the others', async () => {
    const { db } = shared
    const writer = writerOn(db)
    await writer.award(makeAward(grantOf(700, 100), { key: 'a' }))
    await writer.award(
      makeAward(message({ fingerprint: '00000000000000ff' }), {
        key: 'b',
        occurredAt: new Date('2026-01-01T00:00:00Z'),
      }),
    )
    await sql`insert into ttfd.game_rounds (id, request_key, account_id, platform, platform_id, game, bet, secret, started_at, expires_at)
      select gen_random_uuid(), 'r', id, 'telegram', '1', 'guess', 0, '{}', ${NOON}, ${NOON} from unified_users`.execute(
      db.kysely,
    )
    await sql`insert into ttfd.heartbeats (part, holder, started_at, beat_at) values ('web', 'gone', now(), now() - interval '2 days')`.execute(
      db.kysely,
    )
    await sql`alter table ttfd.board_leaders rename to board_leaders_away`.execute(db.kysely)
    const { duties, errors } = dutiesOn(db, 'one', () => 1_000_000)
    await duties.runOnce()
    expect(errors).toMatchObject([{ code: '42P01' }])
    const left = await sql<{ rounds: number; prints: number; beats: number }>`select
      (select count(*) from ttfd.game_rounds where state = 'open') as rounds,
      (select count(*) from ttfd.account_limits where state ->> 'prints' <> '[]') as prints,
      (select count(*) from ttfd.heartbeats) as beats`.execute(db.kysely)
    expect(left.rows).toEqual([{ rounds: 0, prints: 0, beats: 0 }])
    await sql`alter table ttfd.board_leaders_away rename to board_leaders`.execute(db.kysely)
    const again = dutiesOn(db, 'one', () => 2_000_000)
    await duties.stop()
    await again.duties.runOnce()
    expect(again.errors).toEqual([])
    expect(await placeOf(db.kysely, 710)).toBe(1)
    expect((await readBoard(db.kysely, { limit: 5 })).entries).toHaveLength(1)
    await writer.close()
  })

  test('a lease has one holder, by the database clock', async () => {
    const { db } = shared
    const takers = await Promise.all(['a', 'b', 'c'].map((holder) => takeLease(db, 'poll', holder, 30)))
    const held = takers.filter((lease) => lease !== null)
    expect(held).toHaveLength(1)
    const [lease] = held
    if (!lease) throw new Error('nobody holds it')
    expect(await renewLease(db, lease, 30)).toBe(true)
    expect(await renewLease(db, { ...lease, token: newId(0) }, 30)).toBe(false)
    await releaseLease(db, { ...lease, token: newId(0) })
    expect(await takeLease(db, 'poll', 'd', 30)).toBeNull()
    await sql`update ttfd.leases set expires_at = now() - interval '1 second' where name = 'poll'`.execute(
      db.kysely,
    )
    expect(await renewLease(db, lease, 30)).toBe(false)
    expect(await takeLease(db, 'poll', 'd', 30)).not.toBeNull()
  })
})

describe('a duty that takes long', () => {
  const shared = sharedDatabase('postgres')

  test('makes no queue: what is asked for meanwhile is one more round', async () => {
    const { db } = shared
    let looks = 0
    const clock = () => {
      looks += 1
      return performance.now()
    }
    const { duties, errors, feed } = dutiesOn(db, 'one', clock)
    await duties.runOnce()
    const perRound = looks
    await feed.start()
    onTestFinished(() => feed.stop())
    duties.start()
    let heard = 0
    feed.onChanged(() => {
      heard += 1
    })
    const announce = () => sql`select pg_notify('ttfd_changed', '1')`.execute(db.kysely)
    const waiting = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from pg_locks where relation = 'ttfd.board_leaders'::regclass and not granted
          and database = (select oid from pg_database where datname = current_database())`.execute(db.kysely)
      return rows[0]?.count
    }
    await db.transaction(async (tx) => {
      await sql`lock table ttfd.board_leaders`.execute(tx)
      await announce()
      await expect.poll(waiting).toBe(1)
      for (let n = 0; n < 50; n++) await announce()
      await expect.poll(() => heard).toBe(51)
      expect(await waiting()).toBe(1)
      looks = 0
    })
    await duties.stop()
    expect(looks).toBeLessThanOrEqual(3 * perRound)
    expect(errors).toEqual([])
  })
})

describe('notices', () => {
  const recipient = {
    accountId: 1,
    displayName: 'Аня',
    locale: null,
    telegramId: '1',
    discordId: null,
    notices: true,
    telegramReachable: true,
    email: null,
    noticesToday: 0,
  }
  const may = (more: Partial<typeof recipient> = {}, now = NOON) =>
    mayNotify({ ...recipient, ...more }, now, 'Europe/Moscow')

  test('go to who wants them and can be reached, five a day at most', () => {
    expect(may()).toEqual({ send: true })
    expect(mayNotify(null, NOON, 'Europe/Moscow')).toMatchObject({ send: false })
    expect(may({ notices: false })).toMatchObject({ send: false })
    expect(may({ telegramReachable: false })).toMatchObject({ send: false })
    expect(may({ noticesToday: 4 })).toEqual({ send: true })
    expect(may({ noticesToday: 5 })).toMatchObject({ send: false, why: 'enough_for_today' })
  })

  test('wait for the morning from 23:00 to 9:00 community time', () => {
    const moscow = (clock: string) => quietSeconds(new Date(`2026-03-02T${clock}+03:00`), 'Europe/Moscow')
    expect(moscow('22:59:59')).toBe(0)
    expect(moscow('23:00:00')).toBe(10 * 3600)
    expect(moscow('00:00:00')).toBe(9 * 3600)
    expect(moscow('08:59:59')).toBe(1)
    expect(moscow('09:00:00')).toBe(0)
    expect(may({}, new Date('2026-03-02T23:30:00+03:00'))).toEqual({ send: 'later', seconds: 9.5 * 3600 })
  })
})

test('waits double from one second to a quarter of an hour, spread by up to a half', () => {
  expect([1, 2, 3, 10, 11, 50].map((attempts) => nextAttemptSeconds(attempts, 1))).toEqual([
    1, 2, 4, 512, 900, 900,
  ])
  expect([1, 2, 3, 11].map((attempts) => nextAttemptSeconds(attempts, 0))).toEqual([0.5, 1, 2, 450])
})
