import { describe, expect, test } from 'vitest'
import { cancelLinkRequest, expireLinkRequests } from '../../src/core/linking/cancel-link-request.js'
import { linkStatus } from '../../src/core/linking/link-status.js'
import { readLinkRequest } from '../../src/core/linking/read-link-request.js'
import { KINDS } from '../support/databases.js'
import { discord, freshPeople, type People, telegram } from './support.js'

const [T, D, STRANGER] = [telegram('1001'), discord('900000000000000001'), telegram('666')]

const read = (people: People, request: string, who = T) =>
  readLinkRequest(people.db.kysely, { request, who, ...people.context() })
const cancel = (people: People, request: string, who = T) =>
  cancelLinkRequest(people.db, { request, who }, people.context())
const told = async (people: People, type: string) => {
  const rows = await people.db.kysely
    .selectFrom('ttfd.deliveries as d')
    .innerJoin('cross_platform_events as e', 'e.id', 'd.event_id')
    .select(['d.destination', 'd.recipient_id'])
    .where('e.event_type', '=', type)
    .orderBy('d.destination')
    .execute()
  return rows.map((row) => `${row.destination}:${row.recipient_id}`)
}

describe.each(KINDS)('a link request on %s', (kind) => {
  test('a typed code links nothing; the typist sees who is behind it, the owner is asked last', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    await people.earn(D, 600, 40)
    const request = await people.open(D, T)
    const seen = await read(people, request)
    expect(seen).toMatchObject({
      status: 'open',
      role: 'typist',
      turn: 'typist',
      other: {
        platform: 'discord',
        username: `user_${D.id}`,
        lastDigits: '0001',
        xp: 600,
        coins: 90,
        rank: { id: 2 },
      },
    })
    expect((await people.account(T))?.discord_id).toBeNull()
    expect(await told(people, 'link_requested')).toEqual([])

    expect(await people.confirm(request, T)).toMatchObject({
      status: 'waits_owner',
      ownerPlatform: 'discord',
    })
    expect(await told(people, 'link_requested')).toEqual([`discord_account:${D.id}`])
    expect((await people.account(T))?.discord_id).toBeNull()
    expect(await read(people, request, D)).toMatchObject({
      role: 'owner',
      turn: 'owner',
      other: { platform: 'telegram', lastDigits: '1001', xp: 10 },
    })
    expect(await people.confirm(request, D)).toMatchObject({ status: 'linked', now: true })
    expect(await told(people, 'account_linked')).toEqual([
      `discord_account:${D.id}`,
      `telegram_account:${T.id}`,
    ])
  })

  test("the owner's yes before the typist's changes nothing", async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    const request = await people.open(D, T)
    expect(await people.confirm(request, D)).toEqual({ status: 'waits_typist' })
    expect((await people.account(T))?.discord_id).toBeNull()
  })

  test("an attacker's code typed by the victim gains nothing without two more mistakes of the victim's side", async () => {
    const people = await freshPeople(kind)
    const [attacker, victim] = [D, T]
    await people.meet(attacker, victim)
    await people.earn(victim, 5_000, 500)
    const request = await people.open(attacker, victim)
    // The attacker alone can press what he likes.
    for (let i = 0; i < 3; i++) await people.confirm(request, attacker)
    expect((await people.account(attacker))?.telegram_id).toBeNull()
    expect(await cancel(people, request, victim)).toMatchObject({
      status: 'cancelled',
      by: 'typist',
      now: true,
    })
    expect(await people.confirm(request, attacker)).toEqual({ status: 'cancelled', by: 'typist', now: false })
    expect(await told(people, 'link_refused')).toEqual([`discord_account:${attacker.id}`])
    expect((await people.account(victim))?.discord_id).toBeNull()
  })

  test("a victim's code sent to the attacker: the victim is asked last, sees the attacker, and cancels", async () => {
    const people = await freshPeople(kind)
    const [victim, attacker] = [D, T]
    await people.meet(attacker, victim)
    const request = await people.open(victim, attacker)
    await people.confirm(request, attacker)
    await people.confirm(request, attacker)
    expect((await people.account(victim))?.telegram_id).toBeNull()
    expect(await read(people, request, victim)).toMatchObject({
      other: { platform: 'telegram', username: 'user_1001' },
    })
    expect(await cancel(people, request, victim)).toMatchObject({ status: 'cancelled', by: 'owner' })
    expect((await people.confirm(request, attacker)).status).toBe('cancelled')
  })

  test('a stranger can neither read, confirm nor cancel it', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T, STRANGER)
    const request = await people.open(D, T)
    expect(await read(people, request, STRANGER)).toEqual({ status: 'not_yours' })
    expect(await people.confirm(request, STRANGER)).toEqual({ status: 'not_yours' })
    expect(await cancel(people, request, STRANGER)).toEqual({ status: 'not_yours' })
    for (const forged of [
      '',
      'x',
      "'; drop table unified_users; --",
      '00000000-0000-7000-8000-000000000000',
    ]) {
      expect(await people.confirm(forged, T)).toEqual({ status: 'not_yours' })
      expect(await cancel(people, forged, T)).toEqual({ status: 'not_yours' })
      expect(await read(people, forged, T)).toEqual({ status: 'not_yours' })
    }
    expect(await read(people, request)).toMatchObject({ status: 'open' })
  })

  test('both must answer within ten minutes; then both are told that nothing happened', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    const request = await people.open(D, T)
    await people.confirm(request, T)
    people.wait(10)
    expect(await people.confirm(request, D)).toEqual({ status: 'expired', now: true })
    expect((await people.account(T))?.discord_id).toBeNull()

    await people.open(T, D)
    people.wait(10)
    expect(await expireLinkRequests(people.db, people.context())).toBe(1)
    expect(await expireLinkRequests(people.db, people.context())).toBe(0)
    expect(await told(people, 'link_refused')).toEqual([
      `discord_account:${D.id}`,
      `telegram_account:${T.id}`,
      `telegram_account:${T.id}`,
    ])
  })

  test('pressing again answers with the first result', async () => {
    const people = await freshPeople(kind)
    await people.meet(D, T)
    const request = await people.open(D, T)
    const waits = await people.confirm(request, T)
    expect(await people.confirm(request, T)).toEqual(waits)
    const first = await people.confirm(request, D)
    expect(first).toMatchObject({ status: 'linked', now: true })
    expect(await people.confirm(request, D)).toEqual({ ...first, now: false })
    expect(await people.confirm(request, T)).toEqual({ ...first, now: false })
    expect(await cancel(people, request, T)).toEqual({ ...first, now: false })
    expect(await people.events('account_linked')).toHaveLength(1)
  })

  test('the same platform is refused, and so is a slot that is taken', async () => {
    const people = await freshPeople(kind)
    const other = discord('900000000000000002')
    await people.meet(T, D, STRANGER, other)
    expect(await people.type(STRANGER, await people.code(T))).toEqual({
      status: 'refused',
      reason: 'same_platform',
      platform: 'telegram',
    })
    await people.link(D, T)
    expect(await people.type(other, await people.code(T))).toEqual({
      status: 'refused',
      reason: 'slot_taken',
      platform: 'discord',
    })
    expect(await people.type(D, await people.code(T))).toEqual({ status: 'already_linked' })
  })

  test('what changed between the question and the last yes is checked again under the lock', async () => {
    const people = await freshPeople(kind)
    const other = discord('900000000000000002')
    await people.meet(T, D, other)
    const [first, second] = [await people.open(D, T), await people.open(other, T)]
    await people.confirm(first, T)
    await people.confirm(second, T)
    expect((await people.confirm(first, D)).status).toBe('linked')
    expect((await people.confirm(second, other)).status).toBe('refused')
    expect((await people.account(T))?.discord_id).toBe(D.id)

    const [late, victim] = [telegram('5'), discord('900000000000000005')]
    await people.meet(late, victim)
    const request = await people.open(victim, late)
    await people.confirm(request, late)
    people.admins.add(`discord:${victim.id}`)
    expect(await people.confirm(request, victim)).toMatchObject({
      status: 'refused',
      reason: 'admin_account',
    })
  })

  test('/checklink shows what waits and what is linked, to the member himself', async () => {
    const people = await freshPeople(kind)
    expect(await linkStatus(people.db.kysely, T, people.now)).toEqual({ status: 'unknown_account' })
    await people.meet(D, T)
    await people.code(T)
    const request = await people.open(D, T)
    await people.confirm(request, T)
    expect(await linkStatus(people.db.kysely, D, people.now)).toMatchObject({
      identities: [{ platform: 'discord', isAsking: true }],
      codeUntil: null,
      pending: [{ request, role: 'owner', turn: 'owner' }],
    })
    expect(await linkStatus(people.db.kysely, T, people.now)).toMatchObject({
      codeUntil: new Date(people.now.getTime() + 600_000),
      pending: [{ request, role: 'typist', turn: 'owner' }],
    })
    await people.confirm(request, D)
    const linked = await linkStatus(people.db.kysely, T, people.now)
    expect(linked).toMatchObject({ pending: [], unproven: false })
    expect(linked.status === 'known' && linked.identities.map((one) => one.platform).sort()).toEqual([
      'discord',
      'telegram',
    ])
  })
})
