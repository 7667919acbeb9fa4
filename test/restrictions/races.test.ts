import { expect, test } from 'vitest'
import { unlinkIdentity } from '../../src/core/linking/unlink-identity.js'
import { discord, expectSound, telegram } from '../merging/support.js'
import { makeAward, message, recorded, writerOn } from '../support/awards.js'
import { freshRestricted } from './support.js'

const [T, D] = [telegram('1001'), discord('900000000000000001')]

test('awards and a restriction at once: what is decided after it pays nothing, nothing is lost', async () => {
  const people = await freshRestricted('postgres')
  await people.meet(T)
  const writer = writerOn(people.db, { batchMax: 5 })
  const acts = Array.from({ length: 120 }, (_, i) =>
    writer.award(
      makeAward(message(), {
        key: `m:${i}`,
        who: T,
        occurredAt: new Date(people.now.getTime() + i * 61_000),
      }),
    ),
  )
  await acts[3]
  const given = await people.restrict(T, 'unpaid')
  const outcomes = (await Promise.all(acts)).map(recorded)
  await writer.close()
  expect(given.status).toBe('restricted')
  const events = await people.db.kysely
    .selectFrom('cross_platform_events')
    .select(['event_type', 'data', 'xp_delta'])
    .where('user_id', '=', await people.idOf(T))
    .orderBy('seq')
    .execute()
  const from = events.findIndex((event) => event.event_type === 'account_restricted')
  const after = events.slice(from + 1).filter((event) => event.event_type === 'message_sent')
  expect(after.every((event) => event.xp_delta === 0 && event.data.reason === 'restricted')).toBe(true)
  const paidBefore = events.slice(0, from).every((event) => event.data.reason !== 'restricted')
  expect(paidBefore).toBe(true)
  expect(outcomes).toHaveLength(120)
  expect(outcomes[0]?.xp).toBe(10)
  // Beside the welcome's 10.
  expect((await people.balance(T))[0]).toBe(outcomes.reduce((sum, { xp }) => sum + xp, 10))
  await expectSound(people.db)
})

test('a merge and a restriction of the account that ends in it: the survivor is restricted', async () => {
  const people = await freshRestricted('postgres')
  await people.meet(T, D)
  await people.gain(T, 10, 10)
  await people.gain(D, 20, 20)
  const loser = await people.idOf(T)
  const [given, merged] = await Promise.all([
    people.restrict(T, 'banned', { accountId: loser }),
    people.merge(D, T),
  ])
  expect([given.status, merged.status]).toEqual(['restricted', 'merged'])
  expect(await people.restriction(D)).toBe('banned')
  expect(await people.actAs(D, message())).toMatchObject({ xp: 0, reason: 'restricted' })
})

test('who leaves a restricted account takes the restriction along, and both stay restricted', async () => {
  const people = await freshRestricted('postgres')
  await people.meet(T, D)
  await people.link(T, D)
  await people.restrict(T, 'banned', { reason: 'читы' })
  const left = await unlinkIdentity(people.db, { actor: D, platform: 'discord' }, people.context())
  expect(left.status).toBe('unlinked')
  await people.meet(D)
  expect(await people.idOf(D)).not.toBe(await people.idOf(T))
  expect([await people.restriction(T), await people.restriction(D)]).toEqual(['banned', 'banned'])
  expect(await people.actAs(D, message())).toMatchObject({ xp: 0, reason: 'restricted' })
  // Lifted on the one it is not lifted on the other.
  await people.lift(T)
  expect([await people.restriction(T), await people.restriction(D)]).toEqual([null, 'banned'])
})
