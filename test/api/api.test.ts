import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { listKeys, revokeKey } from '../../src/core/api-keys/manage-keys.js'
import { sharedDatabase } from '../support/shared-database.js'
import { ALL_SCOPES, apiWorld, gift } from './support.js'

const ALL = ALL_SCOPES
const shared = sharedDatabase('postgres')
const world = (options: Parameters<typeof apiWorld>[1] = {}) => apiWorld(shared.db, options)

describe('a key', () => {
  test('opens only what its scopes name, and nothing once revoked', async () => {
    const { ask, award, member, name, key, site } = await world({ scopes: ['read'] })
    const { telegramId } = await member()
    expect((await ask(`/accounts/telegram/${telegramId}`)).status).toBe(200)
    expect((await award(gift(telegramId))).body.error.code).toBe('forbidden')
    expect((await ask('/accounts/website/a@example.org')).status).toBe(403)
    for (const authorization of [
      '',
      'Bearer',
      `Bearer ${key}x`,
      `Basic ${key}`,
      `Bearer ttfd_${'a'.repeat(43)}`,
    ])
      expect((await ask('/leaderboard', { headers: { authorization } })).status).toBe(401)
    expect((await ask(`/leaderboard?key=${key}`, { headers: { authorization: '' } })).status).toBe(401)
    expect(await revokeKey(shared.db, name, { now: new Date(), actor: 'cli:test' })).toBe('revoked')
    expect((await ask('/leaderboard')).status).toBe(401)
    expect(JSON.stringify(site.logged)).not.toContain(key)
    const stored = await sql`select k::text from ttfd.api_keys k`.execute(shared.db.kysely)
    expect(JSON.stringify(stored.rows)).not.toContain(key)
    expect((await listKeys(shared.db.kysely)).find((one) => one.name === name)?.revokedAt).not.toBeNull()
  })

  test('may ask so many times a minute', async () => {
    const { ask } = await world({ scopes: ['awards'] })
    const answers = await Promise.all(Array.from({ length: 125 }, () => ask('/leaderboard')))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 429)).toHaveLength(5)
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/)
  })
})

describe('an award', () => {
  test('pays once per Idempotency-Key; the same body gets the first answer, another one 409', async () => {
    const { award, member, balance, name } = await world()
    const { id, telegramId } = await member(495)
    const first = await award(gift(telegramId), 'quest:1')
    expect(first).toMatchObject({
      status: 200,
      body: { status: 'recorded', account_id: id, xp: 10, new_xp: 505 },
    })
    const again = await award(gift(telegramId), 'quest:1')
    expect(again.text).toBe(first.text)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await award(gift(telegramId, 11), 'quest:1')).status).toBe(409)
    expect((await award({ ...gift(telegramId), reason: 'another' }, 'quest:1')).status).toBe(409)
    expect((await balance(id)).xp).toBe(505)
    const { rows } = await sql<{ source_platform: string }>`select source_platform from cross_platform_events
      where dedupe_key = ${`api:${name}:quest:1`}`.execute(shared.db.kysely)
    expect(rows).toEqual([{ source_platform: `api:${name}` }])
  })

  test('sent many times at once pays exactly once and costs the day once', async () => {
    const { award, member, balance, name } = await world()
    const { id, telegramId } = await member()
    const answers = await Promise.all(Array.from({ length: 12 }, () => award(gift(telegramId), 'same')))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(await balance(id)).toEqual({ xp: 10, coins: 5 })
    const { rows } = await sql`select d.xp, d.coins from ttfd.api_key_days d
      join ttfd.api_keys k on k.id = d.key_id where k.name = ${name}`.execute(shared.db.kysely)
    expect(rows).toEqual([{ xp: 10, coins: 5 }])
  })

  test('ends at the day of the key, also in a race; answers given before stand', async () => {
    const { award, member, balance } = await world({ dailyMax: 1_000 })
    const { id, telegramId } = await member()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => award(gift(telegramId, 300, 0), `n${n}`)),
    )
    const paid = answers.flatMap(({ status }, n) => (status === 200 ? [n] : []))
    expect(paid).toHaveLength(3)
    expect(answers.filter(({ body }) => body.error?.code === 'daily_limit')).toHaveLength(5)
    expect((await award(gift(telegramId, 300, 0), `n${paid[0]}`)).status).toBe(200)
    expect((await balance(id)).xp).toBe(900)
  })

  test("obeys the member's cap of 1,000 XP a day, unless its key says otherwise", async () => {
    const capped = await world()
    const { id, telegramId } = await capped.member()
    await capped.award(gift(telegramId, 900, 0))
    expect((await capped.award(gift(telegramId, 900, 0))).body).toMatchObject({ xp: 100, note: 'cap' })
    const free = await world({ uncapped: true })
    expect((await free.award(gift(telegramId, 900, 0))).body).toMatchObject({ xp: 900, note: null })
    expect((await free.balance(id)).xp).toBe(1_900)
  })

  test('makes no account unless the key may, and never one of an e-mail', async () => {
    const { award } = await world()
    expect((await award(gift('990001'))).status).toBe(404)
    const maker = await world({ scopes: ALL })
    expect((await maker.award(gift('990001'))).status).toBe(200)
    expect((await maker.award({ ...gift('x'), platform: 'website', id: 'no@example.org' })).status).toBe(404)
    expect((await maker.ask('/accounts/telegram/990001')).body.display_name).toBeNull()
  })

  test('that was kept for later is answered with 202', async () => {
    const { award, member, site } = await world()
    const { telegramId } = await member()
    expect((await award(gift(telegramId))).status).toBe(200)
    Object.assign(site.writer, { take: async () => ({ status: 'kept' }) })
    expect(await award(gift(telegramId))).toMatchObject({ status: 202, body: { status: 'kept' } })
  })
})

describe('bad input', () => {
  test('is answered with 4xx and changes nothing', async () => {
    const { award, member, balance, site } = await world({ scopes: ALL })
    const { id, telegramId } = await member()
    const good = JSON.stringify(gift(telegramId))
    // By its name: the same digits may stand in the id.
    const withXp = (xp: string) => good.replace('"xp":10', `"xp":${xp}`)
    const bodies = [
      '',
      '[]',
      'null',
      '{',
      ...['NaN', '1e999', '1001', '-1', '1.5', '"10"'].map(withXp),
      good.replace('{', '{"__proto__":{"xp":1},'),
      good.replace('{', '{"constructor":1,'),
      `${'['.repeat(7_000)}${']'.repeat(7_000)}`,
      `{"platform":${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}}`,
      good.replace('a quest', '\\u0000\\u200b\\ud800'),
      good.replace('telegram', 'account'),
    ]
    const statuses = await Promise.all(bodies.map(async (body) => (await award(body)).status))
    expect(statuses).toEqual(bodies.map(() => 400))
    expect((await award('x'.repeat(20_000), 'large', { connection: 'close' })).status).toBe(413)
    expect((await award(good, 'k', { 'content-type': 'text/plain' })).status).toBe(415)
    for (const key of ['x'.repeat(65), 'a b']) expect((await award(good, key)).status).toBe(400)
    expect(await balance(id)).toEqual({ xp: 0, coins: 0 })
    expect(site.logged).toEqual([])
    // The server may hang up before it has read so much.
    const huge = await award('x'.repeat(1_000_000)).catch(() => null)
    expect([413, undefined]).toContain(huge?.status)
  })

  test('in every parameter reaches no SQL', async () => {
    const { ask, award, site } = await world({ scopes: ALL })
    const evil = "1' or '1'='1'; drop table unified_users; --"
    const word = encodeURIComponent(evil)
    for (const platform of ['telegram', 'discord', 'website', 'account'])
      for (const tail of ['', '/events'])
        expect((await ask(`/accounts/${platform}/${word}${tail}`)).status).toBe(404)
    expect((await ask(`/accounts/${word}/1`)).status).toBe(400)
    for (const name of ['metric', 'period', 'limit', 'after', 'other'])
      expect((await ask(`/leaderboard?${name}=${word}`)).status).toBe(400)
    for (const name of ['limit', 'before'])
      expect([400, 404]).toContain((await ask(`/accounts/account/1/events?${name}=${word}`)).status)
    expect((await ask('/leaderboard?limit=101')).status).toBe(400)
    expect((await ask('/leaderboard?metric=%00')).status).toBe(400)
    expect((await ask('/leaderboard?limit=1&limit=2')).status).toBe(400)
    expect((await award(gift(evil))).status).toBe(404)
    expect((await ask('/nothing')).body.error.code).toBe('not_found')
    expect(site.logged).toEqual([])
  })
})

describe('privacy', () => {
  test('ids, e-mails and places show with the scope identities alone', async () => {
    const plain = await world()
    const deep = await world({ scopes: ALL })
    const { id, telegramId } = await plain.member(20)
    await plain.award(gift(telegramId))
    await sql`update unified_users set website_email = ${`a${id}@example.org`} where id = ${id}`.execute(
      shared.db.kysely,
    )
    const open = await plain.ask(`/accounts/account/${id}`)
    const events = await plain.ask(`/accounts/telegram/${telegramId}/events?limit=1`)
    for (const secret of [telegramId, 'example.org', 'a quest'])
      expect(open.text + events.text).not.toContain(secret)
    expect(open.body).toMatchObject({ id, xp: 30, coins: 5, rank_id: 1, platforms: ['telegram', 'website'] })
    expect(events.body.events).toMatchObject([{ event_type: 'xp_change', xp_delta: 10, user_id: id }])
    const older = await plain.ask(`/accounts/account/${id}/events?before=${events.body.next}`)
    expect(older.body.events.every((event: { xp_delta: number }) => event.xp_delta !== 10)).toBe(true)
    expect((await deep.ask(`/accounts/website/A${id}@Example.org`)).body).toMatchObject({
      telegram_id: telegramId,
      website_email: `a${id}@example.org`,
    })
  })

  test('private members are as unknown as unknown ones', async () => {
    const { ask, member } = await world()
    const unknown = await ask('/accounts/telegram/123')
    const hidden = await member()
    await sql`insert into ttfd.account_settings (account_id, private) values (${hidden.id}, true)
      on conflict (account_id) do update set private = true`.execute(shared.db.kysely)
    for (const path of [
      `account/${hidden.id}`,
      `telegram/${hidden.telegramId}`,
      `telegram/${hidden.telegramId}/events`,
    ])
      expect(await ask(`/accounts/${path}`)).toMatchObject({ status: 404, text: unknown.text })
  })
})

test('the leaderboard pages through members', async () => {
  const { ask, member } = await world()
  await Promise.all([member(9_000), member(8_000), member(7_000)])
  const { admitLeaders, rebuildBoard } = await import('../../src/core/boards/board.js')
  await admitLeaders(shared.db, [])
  await rebuildBoard(shared.db, () => 0, 'Europe/Moscow')
  const first = await ask('/leaderboard?limit=2')
  expect(first.body.entries.map((entry: { value: number }) => entry.value)).toEqual([9_000, 8_000])
  const second = await ask(`/leaderboard?limit=1&after=${first.body.next}`)
  expect(second.body.entries).toMatchObject([{ place: 3, value: 7_000 }])
  expect((await ask('/leaderboard?metric=coins&period=week')).body.entries).toEqual([])
})

test('the description is for everyone and names every route and answer', async () => {
  const { site } = await world()
  const answer = await fetch(`${site.url}/api/v1/openapi.json`, {
    headers: { origin: 'https://evil.example' },
  })
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  expect(answer.headers.get('set-cookie')).toBeNull()
  const document = (await answer.json()) as {
    openapi: string
    paths: Record<string, Record<string, unknown>>
  }
  expect(document.openapi).toBe('3.1.0')
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
  expect(routes.sort()).toEqual([
    'get /accounts/{platform}/{id}',
    'get /accounts/{platform}/{id}/events',
    'get /leaderboard',
    'get /openapi.json',
    'post /awards',
  ])
  expect(JSON.stringify(document)).not.toContain('"$schema"')
})
