import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { admitLeaders, rebuildBoard } from '../../src/core/boards/board.js'
import { eraseDue } from '../../src/core/deletion/erase-account.js'
import { startDeletion } from '../../src/core/deletion/start-deletion.js'
import { mergeAccounts } from '../../src/core/merging/merge-accounts.js'
import { liftRestrictions, restrict } from '../../src/core/restrictions/restrict.js'
import { createKeyedHash } from '../../src/db/keyed-hash.js'
import { sharedDatabase } from '../support/shared-database.js'
import { ALL_SCOPES, acting, apiWorld } from './support.js'

/** Whom others may not see is not seen by other programs either, through any route, whatever a key may do. */

const shared = sharedDatabase('postgres')

const states = {
  private: async (id: number) => {
    await sql`insert into ttfd.account_settings (account_id, private) values (${id}, true)
      on conflict (account_id) do update set private = true`.execute(shared.db.kysely)
  },
  banned: async (id: number) => {
    const order = { accountId: id, kind: 'banned', reason: 'cheating', givenBy: 'cli:test' } as const
    await shared.db.transaction((tx) => restrict(tx, order, acting()))
  },
  'being deleted': async (id: number) => {
    await startDeletion(shared.db, { accountId: id, by: 'website' }, acting())
  },
  erased: async (id: number) => {
    shared.db.keyedHash = createKeyedHash(() => 'a key for the erased of this file', 'erased ids')
    await startDeletion(shared.db, { accountId: id, by: 'website' }, acting())
    await sql`update ttfd.deletions set asked_at = asked_at - interval '168 hours',
      due_at = due_at - interval '168 hours' where account_id = ${id}`.execute(shared.db.kysely)
    await eraseDue(shared.db, { random: () => 0 })
  },
} satisfies Record<string, (id: number) => Promise<void>>

/** Every address under which a member could be read. */
const waysTo = ({ id, telegramId, discordId }: { id: number; telegramId: string; discordId: string }) =>
  [`account/${id}`, `telegram/${telegramId}`, `discord/${discordId}`, `website/a${id}@example.org`].flatMap(
    (who) => [
      `/accounts/${who}`,
      `/accounts/${who}/events`,
      `/accounts/${who}/events?before=9007199254740991`,
    ],
  )

async function known(member: Awaited<ReturnType<typeof apiWorld>>['member'], xp: number) {
  const made = await member(xp)
  const discordId = String(910_000_000_000_000_000n + BigInt(made.id))
  await sql`update unified_users set website_email = ${`a${made.id}@example.org`}, discord_id = ${discordId}
    where id = ${made.id}`.execute(shared.db.kysely)
  return { ...made, discordId }
}

describe.each(Object.entries(states))('a member who is %s', (state, become) => {
  test('is answered as one that never was, at every address, with and without scopes', async () => {
    const [deep, plain] = [
      await apiWorld(shared.db, { scopes: ALL_SCOPES }),
      await apiWorld(shared.db, { scopes: ['read'] }),
    ]
    const person = await known(deep.member, 40_000)
    await admitLeaders(shared.db, [])
    await rebuildBoard(shared.db, () => 0, 'Europe/Moscow')
    for (const way of waysTo(person)) expect((await deep.ask(way)).status, way).toBe(200)
    expect((await plain.ask('/leaderboard')).text).toContain(`"id":${person.id},`)

    await become(person.id)
    for (const way of waysTo(person)) {
      const answer = await deep.ask(way)
      const unknown = await deep.ask(
        way
          .replace(/\d+(?=@|\/|$|\?)/, '999999999999999999')
          .replace('account/999999999999999999', 'account/99999999'),
      )
      expect(answer, way).toMatchObject({ status: 404, text: unknown.text })
      expect([403, 404], way).toContain((await plain.ask(way)).status)
    }
    for (const query of ['', '?metric=coins', '?period=week'])
      expect((await plain.ask(`/leaderboard${query}`)).text, query).not.toContain(`"id":${person.id},`)
    expect((await plain.ask('/openapi.json')).text).not.toContain(person.telegramId)

    const given = await deep.award({
      platform: 'telegram',
      id: person.telegramId,
      xp: 1,
      coins: 0,
      reason: 'x',
    })
    for (const secret of ['40001', '40000', `"account_id":${person.id}`])
      expect(given.text).not.toContain(secret)
    if (state === 'private')
      expect(given).toMatchObject({
        status: 200,
        body: { account_id: null, new_xp: null, rank_id: null, xp: 1 },
      })
    else if (state !== 'erased') expect(given.status).toBe(404)
  })
})

test('whoever was merged is read under what he became; into a hidden one, not at all', async () => {
  const deep = await apiWorld(shared.db, { scopes: ALL_SCOPES })
  const survivor = await deep.member(100)
  const discordId = '920000000000000001'
  const loser = await deep.meet({ platform: 'discord', id: discordId }, 50)
  const merged = await mergeAccounts(shared.db, { survivor: survivor.id, loser, by: 'operator' }, acting())
  expect(merged.status).toBe('merged')
  const [old, now] = [
    await deep.ask(`/accounts/account/${loser}`),
    await deep.ask(`/accounts/account/${survivor.id}`),
  ]
  expect(old.text).toBe(now.text)
  expect(now.body).toMatchObject({ id: survivor.id, xp: 150 })
  await states.private(survivor.id)
  for (const way of [`account/${loser}`, `discord/${discordId}`, `account/${survivor.id}`])
    for (const tail of ['', '/events'])
      expect((await deep.ask(`/accounts/${way}${tail}`)).status, way).toBe(404)
})

test('who is freed again is seen again', async () => {
  const { ask, member } = await apiWorld(shared.db)
  const { id } = await member(5)
  await states.banned(id)
  expect((await ask(`/accounts/account/${id}`)).status).toBe(404)
  await shared.db.transaction((tx) => liftRestrictions(tx, { accountId: id, liftedBy: 'cli:test' }, acting()))
  expect((await ask(`/accounts/account/${id}`)).status).toBe(200)
})
