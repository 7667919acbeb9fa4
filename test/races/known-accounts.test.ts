import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { makeAward, message, minutes, recorded, seconds, writerOn } from '../support/awards.js'
import { sharedDatabase } from '../support/shared-database.js'

// A writer remembers whose an identity is. Nothing that others did since may be missed, of that or of limits.

const shared = sharedDatabase('postgres')

let people = 0
const person = () => ({ platform: 'discord' as const, id: `known${++people}` })

function writer() {
  const made = writerOn(shared.db)
  onTestFinished(() => made.close())
  return {
    pays: async (who: ReturnType<typeof person>, at: Date, key?: string) => {
      const outcome = recorded(
        await made.award(makeAward(message(), { who, occurredAt: at, ...(key ? { key } : {}) })),
      )
      return [outcome.accountId, outcome.reason ?? outcome.xp]
    },
  }
}

test('two writers in turn hold a message against what the other one paid', async () => {
  const [a, b, who] = [writer(), writer(), person()]
  const [id, first] = await a.pays(who, minutes(0))
  expect(first).toBe(10)
  expect(await b.pays(who, minutes(2))).toEqual([id, 10])
  expect(await a.pays(who, seconds(150))).toEqual([id, 'cooldown'])
  expect(await b.pays(who, minutes(4))).toEqual([id, 10])
  expect(await a.pays(who, seconds(270))).toEqual([id, 'cooldown'])
  expect(await a.pays(who, minutes(6))).toEqual([id, 10])
})

test('limits that somebody else changed or took away are read anew', async () => {
  const [a, who] = [writer(), person()]
  const [id] = await a.pays(who, minutes(0))
  expect(await a.pays(who, seconds(1))).toEqual([id, 'cooldown'])
  await sql`update ttfd.account_limits set state = '{}' where account_id = ${id}`.execute(shared.db.kysely)
  expect(await a.pays(who, seconds(2))).toEqual([id, 10])
  await sql`delete from ttfd.account_limits where account_id = ${id}`.execute(shared.db.kysely)
  expect(await a.pays(who, seconds(3))).toEqual([id, 10])
})

test('a batch that the database refused leaves nothing in mind', async () => {
  const [a, who] = [writer(), person()]
  const [id] = await a.pays(who, minutes(0))
  const [good, refused] = await Promise.allSettled([
    a.pays(who, minutes(2)),
    a.pays(who, minutes(4), 'nul\u0000'),
  ])
  expect(refused.status).toBe('rejected')
  expect(good).toEqual({ status: 'fulfilled', value: [id, 10] })
  expect(await a.pays(who, minutes(4))).toEqual([id, 10])
})

test('an identity that moved is found where it is now, and made anew when it is nowhere', async () => {
  const [a, mover, other] = [writer(), person(), person()]
  const [from] = await a.pays(mover, minutes(0))
  const [to] = await a.pays(other, minutes(0))
  await sql`update unified_users set discord_id = null, telegram_id = 'left' || id where id = ${from}`.execute(
    shared.db.kysely,
  )
  await sql`update unified_users set discord_id = ${mover.id} where id = ${to}`.execute(shared.db.kysely)
  expect(await a.pays(mover, minutes(2))).toEqual([to, 10])
  const [fresh] = await a.pays(other, minutes(4))
  expect([from, to]).not.toContain(fresh)
})
