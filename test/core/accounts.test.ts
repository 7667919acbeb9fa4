import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { findAccountId } from '../../src/core/accounts/find-account.js'
import type { Identity, PersonFacts } from '../../src/core/accounts/identity.js'
import { changeSettings, readSettings, setReachable } from '../../src/core/accounts/settings.js'
import { beat, endBeats, readHeartbeats } from '../../src/core/duties/heartbeats.js'
import { claimDaily } from '../../src/core/economy/claim-daily.js'
import { newId } from '../../src/core/events/new-id.js'
import { listPlaces, movePlace, setPlace } from '../../src/core/places/places.js'
import { readProfile, readXpPerDay, resolveAccount } from '../../src/core/profiles/read-profile.js'
import { days, grantOf, makeAward, message, NOON, recorded, seconds, writerOn } from '../support/awards.js'
import { KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

const ZONE = 'Europe/Moscow'

describe.each(KINDS)('accounts on %s', (kind) => {
  const shared = sharedDatabase(kind)
  let people = 0
  const person = (platform: Identity['platform'] = 'telegram'): Identity => ({ platform, id: `${++people}` })
  const ensure = (who: Identity, facts: PersonFacts = {}, now = NOON) =>
    ensureAccount(shared.db, who, facts, { now, newId: () => newId(0), timeZone: ZONE })
  const row = (id: number) =>
    shared.db.kysely.selectFrom('unified_users').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const give = async (who: Identity, xp: number, more = {}) => {
    const writer = writerOn(shared.db)
    const outcome = recorded(await writer.award(makeAward(grantOf(xp), { who, ...more })))
    await writer.close()
    return outcome.accountId
  }

  test('are made once for an identity, with an event and a clean name', async () => {
    const who = person()
    const made = await ensure(who, {
      displayName: '\u202eАня\u200b',
      username: 'anya',
      claimed: true,
      locale: 'ru',
      reachable: true,
    })
    expect(made.created).toBe(true)
    expect(await ensure(who, {})).toEqual({ accountId: made.accountId, created: false })
    expect(await findAccountId(shared.db.kysely, who)).toBe(made.accountId)
    expect(await row(made.accountId)).toMatchObject({
      display_name: 'Аня',
      username: 'anya',
      locale: 'ru',
      platforms: ['telegram'],
      xp: 0,
    })
    const events = await shared.db.kysely
      .selectFrom('cross_platform_events')
      .select(['event_type', 'dedupe_key', 'processed'])
      .where('user_id', '=', made.accountId)
      .execute()
    expect(events).toEqual([
      { event_type: 'account_created', dedupe_key: `created:${made.accountId}`, processed: true },
    ])
  })

  test('follow the names of the platform where they began, and belong to their owner when he acts', async () => {
    const who = person()
    const accountId = await give(who, 1)
    expect((await readProfile(shared.db.kysely, accountId, RULES))?.named).toBe(false)
    await ensure(who, { displayName: 'Новое имя', claimed: true, locale: 'en' }, seconds(5))
    expect(await row(accountId)).toMatchObject({ display_name: 'Новое имя', locale: 'en' })
    await ensure(who, { displayName: '\u200b', locale: 'ru' })
    expect(await row(accountId)).toMatchObject({ display_name: 'Новое имя', locale: 'en' })
    expect((await readProfile(shared.db.kysely, accountId, RULES))?.named).toBe(true)
  })

  test('an award to a stranger needs leave to make his account', async () => {
    const writer = writerOn(shared.db)
    expect(await writer.award(makeAward(grantOf(5), { who: person(), create: undefined }))).toEqual({
      status: 'refused',
      reason: 'unknown_account',
      accountId: null,
    })
    expect(await writer.award(makeAward(grantOf(5), { who: { accountId: 999_999_999 } }))).toMatchObject({
      reason: 'unknown_account',
    })
    const who = person('discord')
    const [first, second] = await Promise.all([1, 2].map(() => writer.award(makeAward(grantOf(5), { who }))))
    expect([first, second].map((outcome) => outcome?.status === 'recorded' && outcome.created)).toEqual([
      true,
      false,
    ])
    await writer.close()
  })

  test('the welcome is paid once an identity', async () => {
    const who = person()
    const writer = writerOn(shared.db)
    const welcome = () =>
      writer.award(makeAward({ type: 'welcome' }, { who, key: `welcome:${who.platform}:${who.id}` }))
    expect((await Promise.all([welcome(), welcome(), welcome()])).map((outcome) => outcome.status)).toEqual([
      'recorded',
      'duplicate',
      'duplicate',
    ])
    expect((await row((await findAccountId(shared.db.kysely, who)) ?? 0)).xp).toBe(10)
    await writer.close()
  })

  test('the daily is claimed once a day, however often it is asked for at once', async () => {
    const who = person()
    const writer = writerOn(shared.db)
    expect(await claimDaily(shared.db, writer, who, { rules: RULES, now: NOON })).toEqual({
      status: 'unknown_account',
    })
    await ensure(who)
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => claimDaily(shared.db, writer, who, { rules: RULES, now: NOON })),
    )
    expect(claims.filter((claim) => claim.status === 'claimed')).toMatchObject([
      { xp: 100, coins: 100, streak: 1 },
    ])
    // Noon in Moscow: twelve hours to go.
    expect(claims.filter((claim) => claim.status !== 'claimed')).toEqual(
      Array(4).fill({ status: 'already_claimed', nextInSeconds: 43_200 }),
    )
    expect(await claimDaily(shared.db, writer, who, { rules: RULES, now: days(1) })).toMatchObject({
      status: 'claimed',
      streak: 2,
      xp: 110,
    })
    await writer.close()
  })

  test('events of a person stand in the ledger in their order, with what they changed', async () => {
    const who = person()
    const writer = writerOn(shared.db)
    await writer.award(makeAward(message({ length: 120 }), { who, key: `m:${who.id}` }))
    await writer.award(makeAward(message(), { who, key: `n:${who.id}`, occurredAt: seconds(1) }))
    await writer.award(makeAward(grantOf(600), { who, key: `g:${who.id}` }))
    await writer.close()
    const id = (await findAccountId(shared.db.kysely, who)) ?? 0
    const events = await shared.db.kysely
      .selectFrom('cross_platform_events')
      .selectAll()
      .where('user_id', '=', id)
      .orderBy('seq')
      .execute()
    expect(
      events.map((e) => [e.event_type, e.xp_delta, e.coins_delta, e.data.reason ?? null, e.processed]),
    ).toEqual([
      ['account_created', 0, 0, null, true],
      ['message_sent', 15, 0, null, true],
      ['message_sent', 0, 0, 'cooldown', true],
      ['adjusted', 600, 0, null, true],
      ['rank_up', 0, 50, null, false],
    ])
    const { rows } =
      await sql`select destination, state from ttfd.deliveries where account_id = ${id}`.execute(
        shared.db.kysely,
      )
    expect(rows).toEqual([{ destination: 'telegram', state: 'open' }])
  })

  test('XP per day is told by community days, without gaps, without what an import brought', async () => {
    const who = person()
    const id = await give(who, 5, { occurredAt: new Date('2026-03-01T20:59:59Z') })
    await give(who, 7, { occurredAt: new Date('2026-03-01T21:00:00Z') })
    const writer = writerOn(shared.db)
    await writer.award(
      makeAward(grantOf(1_000, 0, { event: 'imported', silent: true }), { who, occurredAt: NOON }),
    )
    await writer.close()
    expect(await readXpPerDay(shared.db.kysely, id, '2026-02-28', '2026-03-03')).toEqual([
      { day: '2026-02-28', xp: 0 },
      { day: '2026-03-01', xp: 5 },
      { day: '2026-03-02', xp: 7 },
      { day: '2026-03-03', xp: 0 },
    ])
    expect(await readProfile(shared.db.kysely, id, RULES)).toMatchObject({
      xp: 1_012,
      messages: 0,
      platforms: ['telegram'],
    })
    expect(await readProfile(shared.db.kysely, 999_999_999, RULES)).toBeNull()
  })

  test('an id that was merged leads to whoever lives', async () => {
    const [a, b, c] = [await give(person(), 1), await give(person(), 1), await give(person(), 1)]
    await sql`delete from ttfd.account_limits where account_id = any(${[a, b]}::bigint[])`.execute(
      shared.db.kysely,
    )
    await sql`delete from unified_users where id = any(${[a, b]}::bigint[])`.execute(shared.db.kysely)
    await sql`update ttfd.accounts set merged_into = ${b} where id = ${a}`.execute(shared.db.kysely)
    await sql`update ttfd.accounts set merged_into = ${c} where id = ${b}`.execute(shared.db.kysely)
    expect(await resolveAccount(shared.db.kysely, a)).toBe(c)
    expect(await resolveAccount(shared.db.kysely, c)).toBe(c)
    expect(await resolveAccount(shared.db.kysely, 999_999_999)).toBeNull()
    // A circle, which only a hand could make, ends too.
    await sql`update ttfd.accounts set merged_into = ${a} where id = ${b}`.execute(shared.db.kysely)
    expect(await resolveAccount(shared.db.kysely, a)).toBeNull()
  })

  test('settings and reachability are what was chosen last', async () => {
    const who = person()
    const { accountId } = await ensure(who, { reachable: true })
    expect(await readSettings(shared.db.kysely, accountId)).toMatchObject({
      private: false,
      notices: true,
      locale: null,
    })
    await changeSettings(shared.db, accountId, { private: true })
    await changeSettings(shared.db, accountId, { notices: false, locale: 'en' })
    expect(await readSettings(shared.db.kysely, accountId)).toMatchObject({
      private: true,
      notices: false,
      locale: 'en',
    })
    await setReachable(shared.db, who.id, false)
    const identity = await shared.db.kysely
      .selectFrom('ttfd.identities')
      .select('reachable')
      .where('platform_id', '=', who.id)
      .executeTakeFirst()
    expect(identity).toEqual({ reachable: false })
  })

  test('places keep their multiplier through changes and follow a group that moved', async () => {
    const place = { platform: 'telegram', placeId: '-5', title: 'Чат', pays: true } as const
    await setPlace(shared.db, { ...place, multiplier: 2 }, 'admin')
    await setPlace(shared.db, { ...place, title: 'Чатик' }, 'admin')
    await movePlace(shared.db, 'telegram', '-5', '-1005')
    expect(await listPlaces(shared.db.kysely, 'telegram')).toEqual([
      { ...place, placeId: '-1005', title: 'Чатик', multiplier: 2 },
    ])
    await expect(setPlace(shared.db, { ...place, multiplier: 3.01 }, 'admin')).rejects.toMatchObject({
      code: '23514',
    })
  })

  test('parts that beat are listed with their age, and leave no trace when they end', async () => {
    await beat(shared.db, 'worker', 'host:1', { a: 1 })
    await beat(shared.db, 'worker', 'host:1', { a: 2 })
    const [part] = await readHeartbeats(shared.db.kysely)
    expect(part).toMatchObject({ part: 'worker', holder: 'host:1', detail: { a: 2 } })
    expect(part?.ageSeconds).toBeLessThan(60)
    await endBeats(shared.db, 'host:1')
    expect(await readHeartbeats(shared.db.kysely)).toEqual([])
  })
})
