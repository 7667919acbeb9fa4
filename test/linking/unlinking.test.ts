import { describe, expect, test } from 'vitest'
import { forgetLinkTraces } from '../../src/core/linking/forget-link-traces.js'
import { askUnlink } from '../../src/core/linking/unlink-identity.js'
import type { Act } from '../../src/core/progression/award.js'
import { KINDS } from '../support/databases.js'
import { claim } from '../support/deliveries.js'
import { discord, expectSums, freshPeople, type People, telegram } from './support.js'

const [T, D] = [telegram('1001'), discord('900000000000000001')]
const DAYS = 24 * 60

const message = (fingerprint: string): Act => ({
  type: 'message',
  length: 300,
  fingerprint,
  multiplier: 1,
  place: 'group',
})

async function linked(people: People) {
  await people.meet(D, T)
  await people.earn(D, 100)
  await people.link(D, T)
}

describe.each(KINDS)('unlinking on %s', (kind) => {
  test('progress stays, the identity that leaves starts at 0, both are told', async () => {
    const people = await freshPeople(kind)
    await linked(people)
    expect(await people.unlink(D, 'telegram')).toEqual({
      status: 'unlinked',
      platform: 'telegram',
      left: ['discord'],
    })
    expect(await people.account(D)).toMatchObject({ xp: 110, telegram_id: null, platforms: ['discord'] })
    expect(await people.account(T)).toBeUndefined()
    await people.meet(T)
    expect(await people.account(T)).toMatchObject({ xp: 0, coins: 0 })
    const [event] = await people.events('account_unlinked')
    expect(event?.data).toMatchObject({ platform: 'telegram', by: 'discord' })
    const claimed = await claim(people.db, ['telegram_account'])
    const about = claimed.find((one) => one.events.some((each) => each.type === 'account_unlinked'))
    expect(about?.recipient).toMatchObject({ telegramId: T.id, telegramReachable: true })
    await expectSums(people.db)
  })

  test('leaving and coming back mints nothing: welcome, daily, cooldown, repeats, caps and ranks are remembered', async () => {
    const people = await freshPeople(kind)
    await linked(people)
    await people.act(T, { type: 'daily' })
    await people.act(T, message('00000000000000aa'))
    await people.earn(D, 2_500)
    const paid = (await people.account(D))?.coins
    await people.unlink(T, 'telegram')
    await people.meet(T)
    expect(await people.account(T)).toMatchObject({ xp: 0, coins: 0, rank_id: 1 })
    expect(await people.act(T, { type: 'daily' })).toMatchObject({
      status: 'refused',
      reason: 'already_claimed',
    })
    expect(await people.act(T, message('ffffffffffffffff'))).toMatchObject({ xp: 0, reason: 'cooldown' })
    people.wait(2)
    expect(await people.act(T, message('00000000000000aa'))).toMatchObject({ xp: 0, reason: 'repeat' })
    // Ranks up to the paid one bring nothing a second time.
    const climbed = await people.earn(T, 2_500)
    expect(climbed).toMatchObject({ rank: 4, rankUps: [], newCoins: 0 })
    expect((await people.account(D))?.coins).toBe(paid)
    await expectSums(people.db)
  })

  test("a day's caps travel with the identity", async () => {
    const people = await freshPeople(kind)
    await linked(people)
    for (let i = 0; i < 50; i++) {
      await people.act(
        T,
        message(((BigInt(i + 1) * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn).toString(16).padStart(16, '0')),
      )
      people.wait(1.1)
    }
    await people.unlink(T, 'telegram')
    await people.meet(T)
    people.wait(2)
    expect(await people.act(T, message('0f0f0f0f0f0f0f0f'))).toMatchObject({ xp: 0, reason: 'cap' })
  })

  test('back on the old account or on another: still nothing', async () => {
    const people = await freshPeople(kind)
    const other = discord('900000000000000002')
    await linked(people)
    await people.act(T, { type: 'daily' })
    await people.unlink(T, 'telegram')
    await people.meet(T, other)
    const before = await people.account(other)
    expect(await people.link(other, T)).toMatchObject({ status: 'linked', carriedXp: 0 })
    expect(await people.account(other)).toMatchObject({ xp: before?.xp, coins: before?.coins })
    expect(await people.act(other, { type: 'daily' })).toMatchObject({
      status: 'refused',
      reason: 'already_claimed',
    })
    await expectSums(people.db)
  })

  test('the last way in stays', async () => {
    const people = await freshPeople(kind)
    await people.meet(T)
    expect(await people.unlink(T, 'telegram')).toEqual({ status: 'last_way_in' })
    await people.db.kysely.updateTable('unified_users').set({ website_email: 'a@example.org' }).execute()
    // An address without a login opens nothing.
    expect(await people.unlink(T, 'telegram')).toEqual({ status: 'last_way_in' })
    expect(await people.account(T)).toMatchObject({ telegram_id: T.id })
  })

  test('once in 30 days per identity', async () => {
    const people = await freshPeople(kind)
    await linked(people)
    await people.unlink(T, 'telegram')
    const left = people.now
    await people.meet(T)
    await people.link(D, T)
    const until = new Date(left.getTime() + 30 * DAYS * 60_000)
    expect(await people.unlink(T, 'telegram')).toEqual({ status: 'too_soon', until })
    expect(await people.unlink(D, 'telegram')).toEqual({ status: 'too_soon', until })
    people.wait(30 * DAYS)
    expect((await people.unlink(T, 'telegram')).status).toBe('unlinked')
  })

  test('the pump of throwaway identities ends after two welcomes in 30 days', async () => {
    const people = await freshPeople(kind)
    await people.meet(D)
    await people.earn(D, 100)
    const ends: string[] = []
    for (const id of ['1', '2', '3']) {
      await people.meet(telegram(id))
      const typed = await people.type(telegram(id), await people.code(D))
      ends.push(typed.status === 'refused' ? typed.reason : typed.status)
      if (typed.status !== 'opened') continue
      await people.confirm(typed.request, telegram(id))
      await people.confirm(typed.request, D)
      await people.unlink(telegram(id), 'telegram')
      people.wait(60)
    }
    expect(ends).toEqual(['opened', 'opened', 'too_soon'])
    expect((await people.account(D))?.xp).toBe(120)
  })

  test('only the identity itself or the primary one may press; admins use the command line', async () => {
    const people = await freshPeople(kind)
    await linked(people)
    expect(await people.unlink(T, 'discord')).toEqual({ status: 'ask_elsewhere', primary: 'discord' })
    people.admins.add(`discord:${D.id}`)
    expect(await people.unlink(T, 'telegram')).toEqual({ status: 'admin_account' })
    people.admins.clear()
    expect(await people.unlink(T, 'website')).toEqual({ status: 'not_linked' })
    expect(
      await askUnlink(people.db.kysely, { actor: T, platform: 'telegram' }, people.context()),
    ).toMatchObject({
      status: 'allowed',
      left: ['discord'],
    })
    expect((await people.unlink(T, 'telegram')).status).toBe('unlinked')
    expect(await people.unlink(T, 'telegram')).toEqual({ status: 'not_linked' })
  })

  test('the primary one may leave; the next one takes its place', async () => {
    const people = await freshPeople(kind)
    await linked(people)
    expect((await people.unlink(D, 'discord')).status).toBe('unlinked')
    expect(await people.account(T)).toMatchObject({ primary_platform: 'telegram', xp: 110 })
  })

  test('a code shown before leaving is dead after it', async () => {
    const people = await freshPeople(kind)
    const other = discord('900000000000000002')
    await linked(people)
    await people.meet(other)
    const code = await people.code(T)
    await people.unlink(T, 'telegram')
    await people.meet(T)
    expect(await people.type(other, code)).toEqual({ status: 'wrong_code' })
  })

  test('traces are forgotten in time, marks are not', async () => {
    const people = await freshPeople(kind)
    await linked(people)
    await people.act(T, message('00000000000000aa'))
    await people.unlink(T, 'telegram')
    people.wait(25 * 60 + 1)
    await forgetLinkTraces(people.db, people.context())
    const [row] = await people.db.kysely
      .selectFrom('ttfd.identities')
      .select('marks')
      .where('platform_id', '=', T.id)
      .execute()
    expect(row?.marks).toMatchObject({ highest_rank_paid: 1, limits: { daily: null } })
    expect(JSON.stringify(row?.marks)).not.toContain('00000000000000aa')
    expect(await people.db.kysely.selectFrom('ttfd.link_attempts').selectAll().execute()).toEqual([])
    expect(await people.db.kysely.selectFrom('ttfd.link_codes').selectAll().execute()).toEqual([])
    expect(await people.db.kysely.selectFrom('ttfd.link_history').selectAll().execute()).not.toEqual([])
  })
})
