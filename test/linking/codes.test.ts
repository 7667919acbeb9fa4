import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { burnLinkCode } from '../../src/core/linking/burn-link-code.js'
import { issueLinkCode } from '../../src/core/linking/issue-link-code.js'
import { decideTry } from '../../src/core/linking/link-attempts.js'
import { CODE_ALPHABET, drawCode, findCodes, readCode, showCode } from '../../src/core/linking/link-code.js'
import { KINDS } from '../support/databases.js'
import { discord, freshPeople, KEY, START, telegram } from './support.js'

/** The count that the issue names; a short form in the everyday run. */
const GUESSES = process.env.LONG ? 10_000 : 200
const [T, D] = [telegram('1001'), discord('900000000000000001')]

describe('a code', () => {
  test('has eight symbols, none of which can be taken for another', () => {
    const code = drawCode((n) => randomInt(n))
    expect([...code].every((sign) => CODE_ALPHABET.includes(sign))).toBe(true)
    expect(code).toHaveLength(8)
    for (const pair of ['0O', '1I', '1L', '2Z', '5S', '8B', 'UV']) {
      expect([...pair].filter((sign) => CODE_ALPHABET.includes(sign)).length).toBeLessThan(2)
    }
    expect(readCode(showCode(code))).toBe(code)
  })

  test('is read in any case, with spaces and dashes, and from a Russian keyboard', () => {
    expect(readCode(' acde-3467 ')).toBe('ACDE3467')
    expect(readCode('асет 3467')).toBe('ACET3467')
    for (const wrong of [
      '',
      'ACDE346',
      'ACDE34677',
      'ACDE346O',
      'ACDE\u0000467',
      '💥'.repeat(8),
      'A'.repeat(1e6),
    ]) {
      expect(readCode(wrong)).toBeNull()
    }
  })

  test('is found inside a text, whole or in two groups', () => {
    expect(findCodes('мой код ACDE-3467, введи')).toEqual(['ACDE3467'])
    expect(findCodes('(acde 3467)')).toEqual(['ACDE3467'])
    expect(findCodes('ACDE3467')).toEqual(['ACDE3467'])
    expect(findCodes('обычный разговор о погоде')).toEqual([])
  })

  test('may be tried five times in ten minutes and twenty times a day, whatever the order of arrival', () => {
    const at = (minutes: number) => new Date(START.getTime() + minutes * 60_000)
    const five = [0, 1, 2, 3, 4].map(at)
    expect(decideTry(five.slice(1), at(5)).status).toBe('allowed')
    expect(decideTry(five, at(5))).toEqual({ status: 'too_many', until: at(10) })
    expect(decideTry(five, at(10)).status).toBe('allowed')
    const twenty = Array.from({ length: 20 }, (_, i) => at(i * 11))
    expect(decideTry(twenty, at(19 * 11 + 10))).toEqual({ status: 'too_many', until: at(24 * 60) })
  })
})

describe.each(KINDS)('codes on %s', (kind) => {
  test('only a keyed hash is kept, bound to the identity, for ten minutes', async () => {
    const people = await freshPeople(kind)
    await people.meet(D)
    const issued = await issueLinkCode(people.db, D, people.context())
    if (issued.status !== 'issued') throw new Error(issued.status)
    expect(issued.expiresAt.getTime() - people.now.getTime()).toBe(600_000)
    const rows = await people.db.kysely.selectFrom('ttfd.link_codes').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(rows[0]).toMatchObject({ platform: 'discord', platform_id: D.id })
    expect(rows[0]?.code_hash).toHaveLength(32)
    expect(JSON.stringify(rows)).not.toContain(issued.code)
    await expect(
      people.db.kysely
        .updateTable('ttfd.link_codes')
        .set({ code_hash: Buffer.from('short') })
        .execute(),
    ).rejects.toThrow(/link_codes_hash_is_sha256/)
  })

  test('a source of randomness that repeats itself ends in an error, and the code that was there stays good', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    const stuck = { ...people.context(), random: () => 6 }
    const issued = await issueLinkCode(people.db, D, stuck)
    if (issued.status !== 'issued') throw new Error(issued.status)
    for (const who of [D, T]) await expect(issueLinkCode(people.db, who, stuck)).rejects.toThrow('randomness')
    expect(await people.type(T, issued.code)).toMatchObject({ status: 'opened' })
  })

  test('wrong, used, replaced, burnt and expired codes get one answer', async () => {
    const people = await freshPeople(kind)
    const others = ['2', '3', '4', '5', '6'].map(telegram)
    await people.meet(D, T, ...others)
    const used = await people.code(D)
    expect((await people.type(T, used)).status).toBe('opened')
    const replaced = await people.code(D)
    const burnt = await people.code(D)
    await burnLinkCode(people.db, [burnt], people.context())
    const expired = await people.code(D)
    people.wait(10)
    const answers = await Promise.all(
      [used, replaced, burnt, expired, 'GUESS!'].map((code, i) => people.type(others[i] ?? T, code)),
    )
    expect(answers).toEqual(Array.from({ length: 5 }, () => ({ status: 'wrong_code' })))
  })

  test("one's own code is refused kindly and stays good for the other platform", async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    const code = await people.code(D)
    expect(await people.type(D, code)).toEqual({ status: 'own_code' })
    expect((await people.type(T, code)).status).toBe('opened')
  })

  test('a code typed in a group is burnt and worth nothing to whoever read it', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    const code = await people.code(D)
    expect(await burnLinkCode(people.db, findCodes(`вот ${showCode(code)} !`), people.context())).toEqual({
      status: 'burnt',
      owner: D,
    })
    expect(await burnLinkCode(people.db, [code], people.context())).toEqual({ status: 'no_code' })
    expect(await people.type(T, code)).toEqual({ status: 'wrong_code' })
  })

  test(
    'thousands of guesses: five are looked at, the code survives, and its owner is not locked out',
    async () => {
      const people = await freshPeople(kind)
      await people.meet(D, T, telegram('2'))
      const code = await people.code(D)
      let looked = 0
      for (let i = 0; i < GUESSES / 100; i++) {
        const guesses = Array.from({ length: 100 }, () =>
          people.type(
            T,
            drawCode((n) => randomInt(n)),
          ),
        )
        looked += (await Promise.all(guesses)).filter((answer) => answer.status === 'wrong_code').length
      }
      expect(looked).toBe(5)
      // Even the right code is not looked at any more; somebody else may still type it.
      expect((await people.type(T, code)).status).toBe('too_many_tries')
      expect((await people.type(telegram('2'), code)).status).toBe('opened')
    },
    GUESSES * 60 + 120_000,
  )

  test('100 parallel guesses get no more than five, by identity and by address', async () => {
    const people = await freshPeople(kind)
    const guessers = Array.from({ length: 20 }, (_, i) => telegram(`${2000 + i}`))
    await people.meet(T, ...guessers)
    const guess = () => drawCode((n) => randomInt(n))
    const alone = await Promise.all(Array.from({ length: 100 }, () => people.type(T, guess())))
    expect(alone.filter((answer) => answer.status === 'wrong_code')).toHaveLength(5)
    const together = await Promise.all(guessers.map((one) => people.type(one, guess(), '203.0.113.7')))
    expect(together.filter((answer) => answer.status === 'wrong_code')).toHaveLength(5)
    const subjects = await people.db.kysely.selectFrom('ttfd.link_attempts').select('subject').execute()
    expect(JSON.stringify(subjects)).not.toContain('203.0.113.7')
  })

  test('twenty tries a day, then none until a day after the first', async () => {
    const people = await freshPeople(kind)
    await people.meet(T)
    const statuses: string[] = []
    for (let i = 0; i < 25; i++) {
      statuses.push((await people.type(T, 'ACDE3467')).status)
      people.wait(11)
    }
    expect(statuses.filter((status) => status === 'wrong_code')).toHaveLength(20)
    expect(statuses.slice(20)).toEqual(Array(5).fill('too_many_tries'))
    people.wait(24 * 60 - 25 * 11)
    expect((await people.type(T, 'ACDE3467')).status).toBe('wrong_code')
  })

  // The embedded database takes turns: a crowd is a race on the other.
  const typists = kind === 'postgres' || process.env.LONG ? 100 : 20
  test(`${typists} people type one code at once: exactly one opens a request`, async () => {
    const people = await freshPeople(kind)
    const crowd = Array.from({ length: typists }, (_, i) => telegram(`${3000 + i}`))
    await people.meet(D, ...crowd)
    const code = await people.code(D)
    const answers = await Promise.all(crowd.map((one) => people.type(one, code)))
    expect(answers.filter((answer) => answer.status === 'opened')).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 'wrong_code')).toHaveLength(typists - 1)
  })

  test('who has no account, and an admin, get no code and type none', async () => {
    const people = await freshPeople(kind)
    expect(await issueLinkCode(people.db, D, people.context())).toEqual({ status: 'unknown_account' })
    expect(await people.type(T, 'ACDE3467')).toEqual({ status: 'unknown_account' })
    await people.meet(D, T)
    const code = await people.code(T)
    people.admins.add(`discord:${D.id}`)
    expect(await issueLinkCode(people.db, D, people.context())).toEqual({ status: 'admin_account' })
    expect(await people.type(D, code)).toEqual({ status: 'refused', reason: 'admin_account' })
  })

  test('another secret reads no code', async () => {
    const people = await freshPeople(kind)
    await people.meet(D)
    const code = await people.code(D)
    expect(await burnLinkCode(people.db, [code], { now: people.now, key: Buffer.alloc(32) })).toEqual({
      status: 'no_code',
    })
    expect(await burnLinkCode(people.db, [code], { now: people.now, key: KEY })).toMatchObject({
      status: 'burnt',
    })
  })
})
