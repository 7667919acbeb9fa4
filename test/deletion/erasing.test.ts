import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { checkDeletions } from '../../src/core/doctor/check-deletions.js'
import { guessNumber } from '../../src/core/games/guess-number.js'
import { startRound } from '../../src/core/games/rounds.js'
import { foldDaySums } from '../../src/core/progression/day-sums.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { Duties } from '../../src/sync/duties.js'
import { RULES } from '../support/rules.js'
import { D, livedLife, T } from './lived-life.js'
import { discord, expectGreen, freshLeavers, rowsOf, telegram, tracesOf } from './support.js'

const NAMES = ['7001000111', '800100011122233344', 'Имя 7001', 'user_7001', 'Имя 8001', '900800700600']

describe('when the week is over', () => {
  test.each(['postgres', 'embedded'] as const)(
    'nothing of the person is left in any table on %s, and what doctor proves stays right',
    async (kind) => {
      const { people, db, account, old } = await livedLife(kind)
      const before = await sums(db)
      expect((await tracesOf(db, NAMES)).length, 'there was a lot').toBeGreaterThan(20)
      await people.leave(T)
      expect(await people.erase(), 'not before its time').toBe(0)
      await people.weekLater()
      expect(await people.erase()).toBe(1)
      expect(await people.erase(), 'run again after a crash').toBe(0)

      // What an operator wrote as the reason of a restriction stays with the hash: it is why.
      const traces = (await tracesOf(db, NAMES)).filter((row) => !row.startsWith('ttfd.erased_identities: '))
      expect(traces).toEqual([])
      expect(await rowsOf(db, [account, old])).toEqual([])
      expect(await people.account(T)).toBeUndefined()
      const users = await db.kysely.selectFrom('ttfd.website_users').select('id').execute()
      expect(users).toEqual([])
      await expectGreen(db)
      expect(await sums(db), 'the ledger of the whole community').toEqual({
        ...before,
        events: before.events + 1,
      })
    },
  )

  test('the pseudonym is random, leads back to nobody, and one person has one', async () => {
    const { people, db, account } = await livedLife()
    await people.leave(T)
    await people.weekLater()
    await people.erase()
    const { rows } = await sql<{ user_id: number; n: number }>`
      select user_id, count(*)::int as n from cross_platform_events where user_id < 0 group by 1`.execute(
      db.kysely,
    )
    expect(rows).toHaveLength(1)
    expect(rows[0]?.n).toBeGreaterThan(8)
    const accounts = await db.kysely
      .selectFrom('ttfd.accounts')
      .selectAll()
      .where('id', 'in', [account, rows[0]?.user_id ?? 0])
      .orderBy('id')
      .execute()
    const [pseudonym, tombstone] = accounts
    expect(tombstone?.deleted_at).toBeInstanceOf(Date)
    expect(pseudonym?.deleted_at).not.toEqual(tombstone?.deleted_at)
    const { rows: keys } = await sql<{ dedupe_key: string; data: Record<string, unknown> }>`
      select dedupe_key, data from cross_platform_events where user_id < 0`.execute(db.kysely)
    for (const { dedupe_key } of keys) expect(dedupe_key).toMatch(/^erased:[0-9a-f]{32}$/)
    const message = keys.find(({ data }) => 'length' in data)?.data
    expect(message).toMatchObject({ length: 50, place: expect.stringMatching(/^[0-9a-f]{32}$/) })
  })

  test('an undo of his merge is impossible from then on', async () => {
    const people = await freshLeavers('postgres')
    await people.meet(T, D)
    await people.gain(T, 600, 300)
    await people.gain(D, 400, 200)
    const { merge } = await people.merged(T, D)
    people.wait(73 * 60)
    await people.leave(T)
    expect(await people.undo(merge), 'in the week: keep it first').toEqual({ status: 'closing' })
    await people.weekLater()
    await people.erase()
    expect(await people.undo(merge)).toMatchObject({ status: 'not_yours' })
    await expectGreen(people.db)
  })

  test('whoever leads erases what is due', async () => {
    const { people, db, account } = await livedLife()
    await people.leave(T)
    await people.weekLater()
    const errors: unknown[] = []
    const duties = new Duties(db, {
      holder: 'test',
      feed: new ChangeFeed(db),
      context: () => ({ ...people.context(), rules: RULES }),
      clock: () => performance.now(),
      onError: (error) => errors.push(error),
    })
    await duties.runOnce()
    await duties.stop()
    expect(errors).toEqual([])
    expect(await rowsOf(db, [account])).toEqual([])
  })

  test('without the key nobody is erased, since he would be reborn clean', async () => {
    const { people, db } = await livedLife()
    await people.leave(T)
    await people.weekLater()
    db.keyedHash = null
    await expect(people.erase()).rejects.toThrow('ID_HASH_KEY')
    expect(await people.account(T)).toBeDefined()
  })
})

test('doctor tells of a deletion that is open or overdue', async () => {
  const people = await freshLeavers('postgres')
  const codes = async () => (await checkDeletions(people.db.kysely)).map(({ code, level }) => [code, level])
  await people.meet(T)
  expect(await codes()).toEqual([])
  await people.leave(T)
  expect(await codes()).toEqual([['deletions_ok', 'ok']])
  await people.weekLater()
  await sql`update ttfd.deletions set asked_at = asked_at - interval '1 hour', due_at = due_at - interval '1 hour'`.execute(
    people.db.kysely,
  )
  await sql`update ttfd.account_settings set private = false`.execute(people.db.kysely)
  expect(await codes()).toEqual([
    ['deletions_open', 'fail'],
    ['deletions_overdue', 'warn'],
  ])
})

describe('during the week', () => {
  test('bets come back, and nothing is played, paid or spent', async () => {
    const people = await freshLeavers('postgres')
    await people.meet(T)
    await people.gain(T, 100, 100)
    const context = { ...people.context(), rules: people.context().rules }
    const started = await startRound(people.db, guessNumber, T, { bet: 50, requestKey: 'press:1' }, context)
    expect(started.status).toBe('started')
    expect(await people.leave(T)).toMatchObject({ status: 'started' })
    expect(await people.balance(T)).toEqual([110, 100])
    const again = await startRound(people.db, guessNumber, T, { bet: 0, requestKey: 'press:2' }, context)
    expect(again.status).toBe('unknown_account')
    expect(await people.spend(T, 10)).toMatchObject({ status: 'refused', reason: 'closing' })
    expect(await people.actAs(T, { type: 'daily' })).toMatchObject({ status: 'refused', reason: 'closing' })
    expect(await people.gain(T, 5, 5)).toMatchObject({ status: 'refused', reason: 'closing' })
    expect(await people.leave(T)).toMatchObject({ status: 'closing_already' })
  })

  test('kept, everything is as it was', async () => {
    const people = await freshLeavers('postgres')
    await people.meet(T)
    await people.gain(T, 100, 100)
    await people.leave(T)
    expect(await people.keep(discord('1'))).toEqual({ status: 'not_closing' })
    expect(await people.keep(T)).toMatchObject({ status: 'kept' })
    expect(await people.keep(T)).toEqual({ status: 'not_closing' })
    expect(await people.spend(T, 10)).toMatchObject({ status: 'recorded' })
    const settings = await people.db.kysely.selectFrom('ttfd.account_settings').selectAll().execute()
    expect(settings).toMatchObject([{ private: false, notices: true }])
    await people.weekLater()
    expect(await people.erase()).toBe(0)
    expect(await people.events('deletion_ended')).toHaveLength(1)
  })

  test('within 72 hours of a merge nobody deletes what two brought', async () => {
    const people = await freshLeavers('postgres')
    await people.meet(T, D)
    await people.gain(T, 600, 300)
    await people.gain(D, 400, 200)
    await people.merged(T, D)
    expect(await people.leave(T)).toMatchObject({ status: 'merged_lately' })
    people.wait(73 * 60)
    expect(await people.leave(T)).toMatchObject({ status: 'started' })
    expect(await people.merge(telegram('7009000999'), T).catch((error: Error) => error.message)).toContain(
      'no account',
    )
  })

  test('within a week of taking an identity off it nobody deletes what its owner could not keep any more', async () => {
    const people = await freshLeavers('postgres')
    await people.meet(T, D)
    await people.link(T, D)
    const thief = { actor: T, platform: 'discord' } as const
    expect(await people.unlink(thief.actor, thief.platform)).toMatchObject({ status: 'unlinked' })
    people.wait(6 * 24 * 60)
    expect(await people.leave(T)).toMatchObject({ status: 'unlinked_lately' })
    people.wait(25 * 60)
    expect(await people.leave(T)).toMatchObject({ status: 'started' })

    const other = await freshLeavers('postgres')
    await other.meet(T, D)
    await other.link(T, D)
    expect(await other.unlink(D, 'discord'), 'who leaves by himself knows').toMatchObject({
      status: 'unlinked',
    })
    expect(await other.leave(T)).toMatchObject({ status: 'started' })
  })

  test('accounts of admins are deleted by the command line only', async () => {
    const people = await freshLeavers('postgres')
    await people.meet(T)
    people.admins.add('telegram:7001000111')
    expect(await people.leave(T)).toEqual({ status: 'admin_account' })
  })
})

async function sums(db: Parameters<typeof expectGreen>[0]) {
  await db.transaction(foldDaySums)
  const { rows } = await sql<{ xp: number; coins: number; events: number; days: number }>`
    select (select sum(xp_delta)::bigint from cross_platform_events) as xp,
      (select sum(coins_delta)::bigint from cross_platform_events) as coins,
      (select count(*)::int from cross_platform_events) as events,
      (select sum(xp)::bigint from ttfd.daily_rollups) as days`.execute(db.kysely)
  const [row] = rows
  if (!row) throw new Error('no sums')
  return row
}
