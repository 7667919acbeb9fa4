import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { eraseAccount } from '../../src/core/deletion/erase-account.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { communityDay } from '../../src/core/progression/community-day.js'
import { RULES } from '../support/rules.js'
import { discord, expectGreen, freshLeavers, telegram, tracesOf } from './support.js'

const T = telegram('7201000111')
const D = discord('820100011122233344')
const ROUNDS = process.env.LONG === '1' ? 40 : 4
const LIMIT = { timeout: 60_000 + ROUNDS * 5_000 }

test(
  'deleted while playing: every act is either counted before it or refused, and no coin is lost',
  LIMIT,
  async () => {
    const people = await freshLeavers('postgres')
    const { db } = people
    await people.meet(T)
    const writer = new AwardWriter(db, { rules: () => RULES, newId: people.context().newId })
    for (let round = 0; round < ROUNDS; round++) {
      const acts = Array.from({ length: 30 }, (_, n) =>
        writer.award({
          key: `race:${round}:${n}`,
          who: T,
          occurredAt: people.now,
          source: 'telegram',
          act: { type: 'grant', event: 'xp_change', xp: 3, coins: 1, data: {}, silent: false },
        }),
      )
      const [left, ...outcomes] = await Promise.all([people.leave(T), ...acts])
      expect(left).toMatchObject({ status: 'started' })
      const counted = outcomes.filter((one) => one.status === 'recorded').length
      const refused = outcomes.filter((one) => one.status === 'refused' && one.reason === 'closing').length
      expect(counted + refused).toBe(30)
      await expectGreen(db)
      expect(await people.keep(T)).toMatchObject({ status: 'kept' })
    }
    await writer.close()
  },
)

test('kept by one identity and erased at the same moment: one of both, whole', LIMIT, async () => {
  const people = await freshLeavers('postgres')
  const { db } = people
  for (let round = 0; round < ROUNDS; round++) {
    const who = telegram(`73000000${round}0`)
    await people.meet(who)
    await people.leave(who)
    await people.weekLater()
    const account = await people.idOf(who)
    const [kept, first, second] = await Promise.all([
      people.keep(who),
      eraseAccount(db, account, { random: () => round * 1_000 + 1 }),
      eraseAccount(db, account, { random: () => round * 1_000 + 2 }),
    ])
    expect([kept.status === 'kept', first, second].filter(Boolean)).toHaveLength(1)
    const traces = (await tracesOf(db, [who.id])).length
    expect(traces > 0).toBe(kept.status === 'kept')
    await expectGreen(db)
  }
})

test('a crash in the middle leaves everything, and the next run erases it', async () => {
  const people = await freshLeavers('postgres')
  const { db } = people
  await people.meet(T, D)
  await people.gain(T, 600, 300)
  await people.leave(T)
  await people.leave(D)
  await people.weekLater()
  // The last statement but the notification fails, as a lost connection would make it.
  await sql`create function ttfd.crash() returns trigger language plpgsql as $$
    begin if new.deleted_at is not null and new.id = ${sql.raw(String(await people.idOf(T)))} then raise 'crash'; end if; return new; end $$`.execute(
    db.kysely,
  )
  await sql`create trigger crash before update on ttfd.accounts for each row execute function ttfd.crash()`.execute(
    db.kysely,
  )
  try {
    await expect(people.erase()).rejects.toThrow('crash')
    expect(await people.account(T)).toBeDefined()
    expect(await people.account(D), 'one that fails holds up no other').toBeUndefined()
    await expectGreen(db)
  } finally {
    await sql`drop trigger crash on ttfd.accounts`.execute(db.kysely)
    await sql`drop function ttfd.crash()`.execute(db.kysely)
  }
  expect(await people.erase()).toBe(1)
  expect(await tracesOf(db, [T.id, D.id])).toEqual([])
  await expectGreen(db)
})

test('comes back while he is being erased: he gets a new account with his marks, or the old one is kept from nobody', async () => {
  const people = await freshLeavers('postgres')
  const { db } = people
  const writer = new AwardWriter(db, { rules: () => RULES, newId: people.context().newId })
  await people.meet(T)
  await people.leave(T)
  await people.weekLater()
  const account = await people.idOf(T)
  const later = new Date(Date.now() + 5_000)
  const [erased, came] = await Promise.all([
    eraseAccount(db, account, { random: () => 7 }),
    writer.award({
      key: `daily:${communityDay(later, RULES.timeZone)}`,
      who: T,
      occurredAt: later,
      source: 'telegram',
      act: { type: 'welcome' },
      create: { displayName: 'Снова' },
    }),
  ])
  await writer.close()
  expect(erased).toBe(true)
  // Before the erasure it is closed, after it the welcome was paid before.
  expect(came.status).toBe('refused')
  await expectGreen(db)
})
