import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { findErased } from '../../src/core/deletion/come-back.js'
import { communityDay } from '../../src/core/progression/community-day.js'
import { readRestriction } from '../../src/core/restrictions/read-restriction.js'
import { restrict } from '../../src/core/restrictions/restrict.js'
import { attachEmail } from '../../src/core/website/website-email.js'
import { runnerOf } from '../../src/db/connect.js'
import { RULES } from '../support/rules.js'
import { discord, expectGreen, freshLeavers, HASH, telegram, tracesOf } from './support.js'

const T = telegram('7101000111')
const D = discord('810100011122233344')

/** Somebody who had everything that is given once, was restricted, and is erased. */
async function gone() {
  const people = await freshLeavers('postgres')
  const { db } = people
  await people.meet(T)
  const claimedAt = new Date()
  await people.come(T, { type: 'daily' }, 'daily:then', claimedAt)
  await people.gain(T, 1_300, 0)
  await people.come(
    T,
    { type: 'message', length: 60, fingerprint: null, multiplier: 1, place: '1' },
    'telegram:message:1:1',
  )
  const accountId = await people.idOf(T)
  await sql`update unified_users set achievements = '["first_win"]' where id = ${accountId}`.execute(
    db.kysely,
  )
  await db.transaction((tx) =>
    restrict(tx, { accountId, kind: 'unpaid', reason: 'накрутка', givenBy: 'cli:boss' }, people.context()),
  )
  await people.leave(T)
  await people.weekLater()
  await people.erase()
  return { people, db, accountId, claimedAt }
}

const facts = { username: 'again', displayName: 'Снова здесь', claimed: true, reachable: true }

test('the same hash is made here and in SQL', async () => {
  const { db } = await freshLeavers('postgres')
  const { inner, outer } = HASH.pads()
  const text = 'telegram:7101000111, Ёж'
  const { rows } = await sql<{ hash: Buffer }>`
    select sha256(${outer}::bytea || sha256(${inner}::bytea || convert_to(${text}, 'UTF8'))) as hash`.execute(
    db.kysely,
  )
  expect(rows[0]?.hash.equals(HASH.hash(text))).toBe(true)
})

test('every process opens the database with the key, so that none makes anybody clean', () => {
  const opened = ['src/app/start-app.ts', 'src/cli/open-database.ts'].flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/openDatabase\(\{[^)]*\}\)/g)].map((call) => call[0]),
  )
  expect(opened).toHaveLength(4)
  for (const call of opened) expect(call).toContain('idHashKey')
})

describe('whoever comes back after an erasure', () => {
  test('starts at 0 with his marks: nothing that is given once, a day or a minute is given again', async () => {
    const { people, db, accountId, claimedAt } = await gone()
    const context = { now: new Date(), newId: people.context().newId, timeZone: RULES.timeZone }
    const back = await ensureAccount(db, T, facts, context)
    expect(back).toMatchObject({ created: true })
    expect(back.accountId).not.toBe(accountId)
    expect(await people.balance(T)).toEqual([0, 0])

    const again = { occurredAt: new Date(Date.now() + 2_000) }
    const welcome = await people.come(T, { type: 'welcome' }, `welcome:telegram:${T.id}`, again.occurredAt)
    expect(welcome).toMatchObject({ status: 'refused', reason: 'already_claimed' })
    const daily = await people.come(T, { type: 'daily' }, 'daily:now', again.occurredAt)
    const sameDay = communityDay(again.occurredAt, RULES.timeZone) === communityDay(claimedAt, RULES.timeZone)
    if (sameDay) expect(daily).toMatchObject({ status: 'refused', reason: 'already_claimed' })
    const message = await people.come(
      T,
      { type: 'message', length: 60, fingerprint: null, multiplier: 1, place: '1' },
      'telegram:message:1:2',
      again.occurredAt,
    )
    expect(message).toMatchObject({ status: 'recorded', xp: 0, reason: 'restricted' })
    expect(await people.account(T)).toMatchObject({ highest_rank_paid: 3 })
    const held = await db.kysely.selectFrom('ttfd.restrictions').selectAll().execute()
    expect(held).toMatchObject([
      { account_id: back.accountId, kind: 'unpaid', reason: 'накрутка', until: null },
    ])
    const [identity] = await db.kysely.selectFrom('ttfd.identities').selectAll().execute()
    expect(identity?.marks).toMatchObject({ achievements: ['first_win'] })
    await expectGreen(db)
  })

  test('what he did before counts for nothing when it arrives late, and brings nobody back', async () => {
    const { people, db } = await gone()
    const message = { type: 'message', length: 60, fingerprint: null, multiplier: 1, place: '1' } as const
    const then = new Date(Date.now() - 60_000)
    for (const key of ['telegram:message:1:1', 'telegram:message:1:9']) {
      expect(await people.come(T, message, key, then)).toMatchObject({ status: 'refused', reason: 'closing' })
    }
    expect(await tracesOf(db, [T.id, 'Снова'])).toEqual([])

    await people.come(T, message, 'telegram:message:1:10', new Date(Date.now() + 2_000))
    expect(await people.come(T, message, 'telegram:message:1:11', then)).toMatchObject({
      status: 'refused',
      reason: 'closing',
    })
    expect(await people.events('message_sent')).toHaveLength(2)
  })

  test('is found by whoever brings in many at once, and by nobody without the key', async () => {
    const { db } = await gone()
    const found = await db.transaction((tx) => findErased(runnerOf(tx), [T, D], HASH))
    expect([...found.keys()]).toEqual([`telegram:${T.id}`])
    expect(await db.transaction((tx) => findErased(runnerOf(tx), [T], null))).toEqual(new Map())
    const { rows } = await sql<{
      identity_hash: Buffer
    }>`select identity_hash from ttfd.erased_identities`.execute(db.kysely)
    expect(rows.map((row) => row.identity_hash.toString('hex'))).toEqual([
      HASH.hash(`identity:telegram:${T.id}`).toString('hex'),
    ])
  })

  test('has used up his merges and unlinkings of the month still', async () => {
    const people = await freshLeavers('postgres')
    await people.meet(T, D)
    await people.link(T, D)
    expect(await people.unlink(D, 'discord')).toMatchObject({ status: 'unlinked' })
    await sql`update ttfd.link_history set happened_at = now() - interval '1 day'`.execute(people.db.kysely)
    await people.meet(D)
    await people.leave(D)
    await people.weekLater()
    await people.erase()
    const context = { now: new Date(), newId: people.context().newId, timeZone: RULES.timeZone }
    await ensureAccount(people.db, D, facts, context)
    const rows = await people.db.kysely
      .selectFrom('ttfd.link_history')
      .select(['platform_id', 'act', 'account_id'])
      .where('platform', '=', 'discord')
      .orderBy('id')
      .execute()
    expect(rows.map((row) => row.act)).toContain('unlinked')
    expect(new Set(rows.map((row) => row.account_id))).toEqual(new Set([await people.idOf(D)]))
  })

  test('brings what he may not do along to an account that he joins by his address', async () => {
    const people = await freshLeavers('postgres')
    const { db } = people
    const email = 'anna@example.org'
    await people.meet(T, D)
    const [accountId, other] = [await people.idOf(T), await people.idOf(D)]
    const attach = (to: number) =>
      db.transaction((tx) =>
        attachEmail(tx, { accountId: to, email, by: 'website' }, people.context().newId, db.keyedHash),
      )
    expect(await attach(accountId)).toBe(true)
    await people.gain(T, 1_300, 0)
    await db.transaction((tx) =>
      restrict(tx, { accountId, kind: 'banned', reason: 'обман', givenBy: 'cli:boss' }, people.context()),
    )
    await people.leave(T)
    await people.weekLater()
    await people.erase()
    expect(await attach(other)).toBe(true)
    expect(await readRestriction(db.kysely, other, new Date())).toMatchObject({ kind: 'banned' })
    expect(await people.account(D)).toMatchObject({ website_email: email, highest_rank_paid: 3 })
    await expectGreen(db)
  })

  test('is erased again, and keeps what both lives were given', async () => {
    const { people, db } = await gone()
    const context = { now: new Date(), newId: people.context().newId, timeZone: RULES.timeZone }
    await ensureAccount(db, T, facts, context)
    await people.leave(T)
    await people.weekLater()
    await people.erase()
    const rows = await db.kysely.selectFrom('ttfd.erased_identities').select('marks').execute()
    expect(rows).toHaveLength(1)
    expect(rows[0]?.marks).toMatchObject({
      achievements: ['first_win'],
      highest_rank_paid: 3,
      limits: { once: ['welcome'] },
      restrictions: [{ kind: 'unpaid' }],
    })
    await expectGreen(db)
  })
})
