import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import { type Award, DedupeConflictError } from '../../src/core/progression/award.js'
import type { AwardWriter } from '../../src/core/progression/award-writer.js'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrator.js'
import { DatabaseUnavailableError } from '../../src/db/unavailable.js'
import { grantOf, makeAward, message, NOON, writerOn } from '../support/awards.js'
import { startPostgres } from '../support/postgres-server.js'
import { sharedDatabase } from '../support/shared-database.js'
import { startProxy } from '../support/tcp-proxy.js'

const shared = sharedDatabase('postgres')
const TIMES = process.env.LONG ? 10 : 1

let people = 0
const person = () => ({ platform: 'telegram' as const, id: `${++people}` })

async function balanceOf(db: Database, who: { id: string }) {
  const { rows } = await sql<{
    xp: number
    coins: number
    events_xp: number
    events_coins: number
    rows: number
  }>`
    select u.xp, u.coins, sum(e.xp_delta)::bigint as events_xp, sum(e.coins_delta)::bigint as events_coins, count(*) as rows
    from unified_users u join cross_platform_events e on e.user_id = u.id where u.telegram_id = ${who.id} group by u.id`.execute(
    db.kysely,
  )
  const row = rows[0]
  if (!row) return null
  expect([row.events_xp, row.events_coins]).toEqual([row.xp, row.coins])
  return row
}

/** A writer on connections of its own. */
async function ownWriter(url = shared.url, more: Parameters<typeof writerOn>[1] = {}) {
  const db = await openDatabase({ url, maxConnections: 2 })
  const writer = writerOn(db, more)
  onTestFinished(async () => {
    await writer.close()
    await db.close()
  })
  return { db, writer }
}

async function throughProxy(more: Parameters<typeof writerOn>[1] = {}) {
  const url = new URL(shared.url)
  const proxy = await startProxy(Number(url.port))
  url.port = String(proxy.port)
  const own = await ownWriter(url.toString(), more)
  onTestFinished(() => proxy.close())
  return { proxy, ...own }
}

const give = (who: { platform: 'telegram'; id: string }, key: string, xp: number, coins = 0): Award =>
  makeAward(grantOf(xp, coins), { who, key })

test('1,000 awards to one account and to 100 accounts, by two writers, give exact sums', async () => {
  const [one, two] = await Promise.all([ownWriter(), ownWriter()])
  const single = person()
  const hundred = Array.from({ length: 100 }, person)
  const pick = (n: number): AwardWriter => (n % 2 ? one : two).writer
  const count = 1_000 * TIMES
  const outcomes = await Promise.all(
    Array.from({ length: count }, (_, n) => [
      pick(n).award(give(single, `single:${n}`, 1)),
      pick(n >> 1).award(give(hundred[n % 100] ?? single, `hundred:${n}`, 2)),
    ]).flat(),
  )
  expect(outcomes.every((outcome) => outcome.status === 'recorded')).toBe(true)
  // The balances that callers were told are those that they made, each once.
  const told = outcomes.flatMap((o) => (o.status === 'recorded' && o.xp === 1 ? [o.newXp] : []))
  expect(told.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n + 1))
  expect((await balanceOf(shared.db, single))?.xp).toBe(count)
  for (const who of hundred) expect((await balanceOf(shared.db, who))?.xp).toBe((2 * count) / 100)
})

test('the same keys from two writers at once: each is paid once and both are answered', async () => {
  const [one, two] = await Promise.all([ownWriter(), ownWriter()])
  const who = person()
  const keys = Array.from({ length: 300 }, (_, n) => `both:${n}`)
  const [first, second] = await Promise.all(
    [one, two].map(({ writer }) => Promise.all(keys.map((key) => writer.award(give(who, key, 3))))),
  )
  keys.forEach((_, n) => {
    expect([first?.[n]?.status, second?.[n]?.status].sort()).toEqual(['duplicate', 'recorded'])
  })
  expect((await balanceOf(shared.db, who))?.xp).toBe(900)
})

test('one key for two amounts is a conflict for the second, whoever it is', async () => {
  const { writer } = await ownWriter()
  const [who, other] = [person(), person()]
  await writer.award(give(who, 'conflict', 5))
  await expect(writer.award(give(who, 'conflict', 6))).rejects.toBeInstanceOf(DedupeConflictError)
  await expect(writer.award(give(other, 'conflict', 5))).rejects.toBeInstanceOf(DedupeConflictError)
  const both = await Promise.allSettled([
    writer.award(give(who, 'pair', 1)),
    writer.award(give(who, 'pair', 2)),
  ])
  expect(both.map((result) => result.status)).toEqual(['fulfilled', 'rejected'])
  expect((await balanceOf(shared.db, who))?.xp).toBe(6)
})

test('50 writers that meet the same strangers at once make each account once', async () => {
  // So few go one lane, so that a writer needs one connection.
  const strangers = Array.from({ length: 15 }, (_, n) => ({
    platform: 'telegram' as const,
    id: String(8802 + n),
  }))
  const writers = await Promise.all(Array.from({ length: 50 }, () => ownWriter()))
  const outcomes = await Promise.all(
    writers.flatMap(({ writer }, w) =>
      strangers.map((_, n) => {
        const who = strangers[(n * 7 + w) % strangers.length] ?? { platform: 'telegram', id: '0' }
        return writer.award(give(who, `stranger:${who.id}:${w}`, 1))
      }),
    ),
  )
  expect(outcomes.filter((outcome) => outcome.status === 'recorded' && outcome.created)).toHaveLength(
    strangers.length,
  )
  for (const who of strangers) expect((await balanceOf(shared.db, who))?.xp).toBe(50)
})

test('commands, sign-ins and messages that meet one stranger at once make one account that is his own', async () => {
  const who = person()
  const { writer } = await ownWriter()
  const context = { now: NOON, newId: () => newId(0), timeZone: 'Europe/Moscow' }
  const ids = await Promise.all([
    ...Array.from({ length: 8 }, (_, n) =>
      ensureAccount(shared.db, who, { displayName: 'Аня', claimed: n === 5 }, context),
    ),
    writer.award(makeAward(message(), { who, key: `msg:${who.id}` })),
  ])
  expect(new Set(ids.map((made) => made.accountId)).size).toBe(1)
  const { rows } =
    await sql`select a.claimed_at is not null as claimed from unified_users u join ttfd.accounts a using (id) where telegram_id = ${who.id}`.execute(
      shared.db.kysely,
    )
  expect(rows).toEqual([{ claimed: true }])
})

test.each([
  [
    'text that no database takes',
    (who: { platform: 'telegram'; id: string }) =>
      makeAward(message({ place: 'a\u0000b' }), { who, key: 'poison:1' }),
  ],
  [
    'a key that no database takes',
    (who: { platform: 'telegram'; id: string }) => makeAward(message(), { who, key: 'poison\u0000' }),
  ],
  [
    'a moment that is none',
    (who: { platform: 'telegram'; id: string }) =>
      makeAward(message(), { who, key: 'poison:3', occurredAt: new Date(Number.NaN) }),
  ],
  [
    'an account id that is none',
    (who: { platform: 'telegram'; id: string }) =>
      makeAward(message(), { who: { accountId: 1.5 }, key: `poison:4:${who.id}` }),
  ],
])('an award with %s fails alone, in a batch of a hundred', async (_, poison) => {
  const { writer } = await ownWriter()
  const who = person()
  const results = await Promise.allSettled(
    Array.from({ length: 100 }, (_, n) =>
      writer.award(n === 37 ? poison(who) : give(who, `beside:${who.id}:${n}`, 1)),
    ),
  )
  expect(results.flatMap((result, n) => (result.status === 'rejected' ? [n] : []))).toEqual([37])
  expect((await balanceOf(shared.db, who))?.xp).toBe(99)
  expect((await writer.award(give(who, `after:${who.id}`, 1))).status).toBe('recorded')
})

test('a connection cut before the commit: the batch is written again, once', async () => {
  const { proxy, writer, db } = await throughProxy()
  const who = person()
  await writer.award(give(who, `warm:${who.id}`, 1))
  const cut = proxy.cutBefore('commit\0')
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, n) => writer.award(give(who, `cut:${who.id}:${n}`, 1))),
  )
  await cut
  expect(outcomes.every((outcome) => outcome.status === 'recorded')).toBe(true)
  expect((await balanceOf(db, who))?.xp).toBe(51)
})

test('the answer to the commit is lost: counted once, and the caller gets the full first result', async () => {
  const { proxy, writer, db } = await throughProxy()
  const who = person()
  await writer.award(give(who, `warm:${who.id}`, 1))
  const cut = proxy.cutInsteadOf('COMMIT\0')
  const outcome = await writer.award(give(who, `lost:${who.id}`, 600))
  await cut
  expect(outcome).toMatchObject({
    status: 'recorded',
    xp: 600,
    newXp: 601,
    rankUps: [{ rank: 2, reward_coins: 50 }],
  })
  expect(await balanceOf(db, who)).toMatchObject({ xp: 601, coins: 50 })
  // The same key later is an ordinary duplicate.
  expect(await writer.award(give(who, `lost:${who.id}`, 600))).toMatchObject({ status: 'duplicate', xp: 600 })
})

test('the lost commit that made the account is found again too', async () => {
  const { proxy, writer, db } = await throughProxy()
  await writer.award(give(person(), `warm:${people}`, 1))
  const who = person()
  const cut = proxy.cutInsteadOf('COMMIT\0')
  const outcome = writer.award(give(who, `born:${who.id}`, 5))
  await Promise.all([cut, expect(outcome).resolves.toMatchObject({ xp: 5 })])
  expect(await balanceOf(db, who)).toMatchObject({ xp: 5 })
})

test('a wire that goes silent ends in DatabaseUnavailableError for all who wait, and nothing is doubled', async () => {
  const { proxy, writer } = await throughProxy({ batchTimeoutMs: 2_000, batchMax: 5 })
  const who = person()
  await writer.award(give(who, `warm:${who.id}`, 1))
  proxy.swallow()
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) => writer.award(give(who, `mute:${who.id}:${n}`, 1))),
  )
  for (const result of results)
    expect(result).toMatchObject({ status: 'rejected', reason: expect.any(DatabaseUnavailableError) })
  proxy.pass()
  proxy.cut()
  const again = await Promise.all(
    Array.from({ length: 40 }, (_, n) => writer.award(give(who, `mute:${who.id}:${n}`, 1))),
  )
  expect(again.every((outcome) => outcome.status !== 'refused')).toBe(true)
  expect((await balanceOf(shared.db, who))?.xp).toBe(41)
})

test('backends that are terminated under load: all is answered, and what was not can be sent again', async () => {
  const { writer, db } = await ownWriter()
  const who = person()
  const name = new URL(shared.url).pathname.slice(1)
  let isDone = false
  const pending = Promise.all(
    Array.from({ length: 20 }, async (_, lane) => {
      for (let n = 0; n < 25 * TIMES; n++) {
        const award = give(who, `killed:${lane}:${n}`, 1)
        for (;;) {
          try {
            await writer.award(award)
            break
          } catch (error) {
            expect(error).toBeInstanceOf(DatabaseUnavailableError)
          }
        }
      }
    }),
  ).finally(() => {
    isDone = true
  })
  let kills = 0
  while (!isDone) {
    const { rows } = await sql<{ pid: number }>`select pg_terminate_backend(pid), pid from pg_stat_activity
      where datname = ${name} and pid <> pg_backend_pid() and (query in ('begin', 'commit') or query like 'select id, telegram_id%')`.execute(
      shared.db.kysely,
    )
    kills += rows.length
  }
  await pending
  expect(kills).toBeGreaterThan(0)
  expect((await balanceOf(db, who))?.xp).toBe(500 * TIMES)
})

test('a server that stops and starts: callers are told, nothing that was answered is lost, later awards work', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.destroy())
  const db = await openDatabase({ url: server.url })
  await migrate(db, { timeZone: 'Europe/Moscow' })
  const writer = writerOn(db)
  const who = person()
  expect((await writer.award(give(who, 'before', 1))).status).toBe('recorded')
  await server.stop()
  await expect(writer.award(give(who, 'during', 1))).rejects.toBeInstanceOf(DatabaseUnavailableError)
  await server.start()
  expect((await writer.award(give(who, 'during', 1))).status).toBe('recorded')
  expect(await writer.award(give(who, 'before', 1))).toMatchObject({ status: 'duplicate', xp: 1 })
  expect((await balanceOf(db, who))?.xp).toBe(2)
  await writer.close()
  await db.close()
})
