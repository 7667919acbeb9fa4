import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/import/open-store.js'
import type { OldItem, OldRecord, Rejected, Source } from '../../src/import/records.js'
import { type Sample, writeSample } from '../../src/import/sample/write-sample.js'
import { sharedDatabase } from '../support/shared-database.js'

// The old tables lie beside our own, in the very database that we run on.
const shared = sharedDatabase('postgres')
const NOW = new Date('2026-03-01T12:00:00Z')
const D = '300000000000000001'
const folder = mkdtempSync(join(tmpdir(), 'ttfd-old-tables-'))
let sample: Sample

beforeAll(async () => {
  sample = await writeSample(folder, { members: 600, seed: 3, traps: true })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(async () => {
  await run(
    'drop table if exists user_achievements, game_history, inventory, users, voice_activity, accounts, sessions, discord_links cascade',
  )
})

async function run(text: string): Promise<void> {
  const client = shared.db.client()
  await client.connect()
  await client.query(text).finally(() => client.end())
}

async function read(source: Source, where = shared.url) {
  const store = await openStore(source, where, { timeZone: 'Europe/Moscow', now: NOW })
  try {
    const items: OldItem[] = []
    for await (const piece of store.read()) items.push(...piece.items)
    return {
      records: items.flatMap((item): OldRecord[] => (item.kind === 'record' ? [item.record] : [])),
      rejected: items.flatMap((item): Rejected[] => (item.kind === 'rejected' ? [item.rejected] : [])),
      links: items.flatMap((item) => (item.kind === 'link' ? [item.link] : [])),
      hash: store.hash(),
      size: store.size,
      name: store.name,
    }
  } finally {
    await store.close()
  }
}

const load = (file: string) => run(readFileSync(join(folder, 'sql', file), 'utf8'))
const byId = (records: readonly OldRecord[]) => new Map(records.map((record) => [record.id, record]))

describe('the invented stores', () => {
  test.each([
    ['telegram', 'telegram.sql', ['gamesPlayed', 'gamesWon', 'achievements', 'rest']],
    [
      'telegram',
      'telegram-older.sql',
      ['gamesPlayed', 'gamesWon', 'achievements', 'rest', 'lastDaily', 'banned'],
    ],
    ['discord', 'discord.sql', []],
    ['voice', 'discord.sql', ['username']],
    ['website', 'website.sql', []],
  ] as const)(
    '%s: %s tells the same of everybody as the file does, but for columns that it lacks',
    async (source, file, lacks) => {
      await load(file)
      const [table, json] = [await read(source), byId((await read(source, sample.files[source])).records)]
      const without = (record: OldRecord | undefined) => ({
        ...record,
        ...Object.fromEntries(lacks.map((name) => [name, null])),
      })
      const both = table.records.filter(({ id }) => json.has(id))
      // A running number is all that the trap with another id inside can be found by.
      expect(table.records.filter(({ id }) => !json.has(id)).length).toBeLessThanOrEqual(2)
      expect(both.length).toBeGreaterThan(source === 'voice' ? 70 : 100)
      for (const record of both) {
        // Of two records with one id a table took the first.
        if (record.id !== '1007') expect(without(record)).toEqual(without(json.get(record.id)))
      }
    },
  )

  test('traps that fit into a table are found there too', async () => {
    await load('telegram.sql')
    const { rejected } = await read('telegram')
    expect(rejected.map(({ id, field, reason }) => `${id} ${field} ${reason}`).sort()).toEqual([
      '1002 coins fraction',
      '1002 xp fraction',
      '1003 xp negative',
      '1004 xp too_big',
      '1016 last_active in_future',
      '1022 created_at too_long_ago',
      '777000 null not_a_person',
      'null null bad_id',
    ])
  })

  test('the same seed invents the same people', async () => {
    const again = join(folder, 'again')
    await writeSample(again, { members: 600, seed: 3, traps: true })
    for (const file of ['telegram.json', 'website.json', 'sql/discord.sql', 'other-bots/mee6.json']) {
      expect(readFileSync(join(again, file), 'utf8'), file).toBe(readFileSync(join(folder, file), 'utf8'))
    }
  })
})

test('nothing is lost in numbers, times and lists of a database', async () => {
  await run(`create table users (id text primary key, username text, xp numeric, coins bigint, clicks bigint,
      achievements jsonb, telegram_id bigint, created_at timestamp, last_active timestamptz, odd float8, note text);
    insert into users values ('${D}', 'Аня', 12.0, 999999999, 9007199254740993, '["first_win"]', 5123456789,
      '2014-10-26 01:30:00.5', '2025-01-01 00:00:00+05', 'NaN', E'quote " and \\\\')`)
  const { records, rejected } = await read('discord')
  expect(rejected).toEqual([])
  expect(records).toMatchObject([
    {
      id: D,
      username: 'Аня',
      xp: 12,
      coins: 999_999_999,
      achievements: ['first_win'],
      provesTelegramId: '5123456789',
      createdAt: new Date('2014-10-25T21:30:00.500Z'),
      lastActive: new Date('2024-12-31T19:00:00Z'),
      rest: { clicks: '9007199254740993', odd: 'NaN', note: 'quote " and \\' },
    },
  ])
})

test('a table may lack nearly everything', async () => {
  await run(`create table users (telegram_id bigint); insert into users values (5), (null), (-7)`)
  const { records, rejected, size } = await read('telegram')
  expect(size).toBe(3)
  expect(records).toMatchObject([{ id: '5', xp: 0, coins: 0, createdAt: null, rest: {} }])
  expect(rejected.map(({ id, reason }) => [id, reason])).toEqual([
    ['-7', 'bad_id'],
    [null, 'bad_id'],
  ])
})

test('of rows with one id one comes over', async () => {
  await run(
    `create table users (id text, xp int, first_name text); insert into users values ('5', 1), ('5', 1), ('6', 2)`,
  )
  const { records, rejected } = await read('telegram')
  expect(records.map(({ id }) => id)).toEqual(['5', '6'])
  expect(rejected.map(({ id, reason, lost }) => [id, reason, lost?.xp])).toEqual([['5', 'duplicate', 1]])
})

describe('whose `users` it is, the columns tell', () => {
  test.each([
    ['telegram', 'id serial, telegram_id text, first_name text, discord_id text', 'discord'],
    ['telegram', 'id text, first_name text, discord_id text', 'discord'],
    ['telegram', 'id serial, telegram_id text, xp int', 'discord'],
    ['discord', 'id text, clicks int, telegram_id text', 'telegram'],
    ['discord', 'id text, xp int, telegram_id text', 'telegram'],
  ] as const)('%s (%s) is not taken for the one of %s', async (own, columns, other) => {
    await run(`create table users (${columns})`)
    expect((await read(own)).records).toEqual([])
    await expect(read(other)).rejects.toMatchObject({ reason: 'other_store', detail: own })
  })

  test('no table, no id and no database are said plainly, without a password', async () => {
    await expect(read('telegram')).rejects.toMatchObject({ reason: 'no_table', detail: 'public.users' })
    await run('create table users (first_name text)')
    await expect(read('telegram')).rejects.toMatchObject({ reason: 'no_id_column' })
    const refused = await read('voice', 'postgres://me:hunter2@127.0.0.1:1/old').catch(
      (error: Error) => error,
    )
    expect(refused).toMatchObject({ name: 'UnreadableStoreError', reason: 'unreachable' })
    expect(String(refused)).not.toContain('hunter2')
  })
})

test('only active rows of discord_links are proofs', async () => {
  await run(`create table users (telegram_id text, first_name text);
    create table discord_links (telegram_id bigint, discord_id text, status text);
    insert into discord_links values (1, '${D}', 'active'), (1, '${D}', 'active'), (2, '${D}', 'pending'), (3, 'x', 'active'),
      (null, '${D}', 'active'), (4, '${D}', null)`)
  const { links, rejected } = await read('telegram')
  expect(links).toEqual([{ telegramId: '1', discordId: D }])
  expect(rejected.map(({ id, reason }) => [id, reason])).toEqual([
    ['3', 'bad_link'],
    [null, 'bad_link'],
  ])
})

test('what the Telegram bot kept beside its users comes with them, where it is sure whose it is', async () => {
  await run(`create table users (id serial primary key, telegram_id varchar unique, first_name text, xp int);
    create table user_achievements (user_id int references users, achievement_id text);
    create table game_history (user_id varchar, won boolean);
    create table inventory (user_id int, item text);
    insert into users (telegram_id, xp) values ('501', 1), ('502', 2);
    insert into user_achievements values (1, 'first_win'), (1, 'first_win'), (2, null);
    insert into game_history values ('501', true), ('501', false), ('999', true);
    insert into inventory values (1, 'of an account of the website')`)
  const { records } = await read('telegram')
  expect(records).toMatchObject([
    { id: '501', achievements: ['first_win'], gamesPlayed: 2, gamesWon: 1, rest: {} },
    { id: '502', achievements: [], gamesPlayed: 0, gamesWon: 0, rest: {} },
  ])
})

test('the old tables are only read, at one moment, and the same rows have the same hash', async () => {
  await run(
    `create table users (telegram_id text, first_name text, xp int); insert into users values ('2', 'b', 2), ('1', 'a', 1)`,
  )
  const before = await read('telegram')
  const store = await openStore('telegram', shared.url, { timeZone: 'UTC', now: NOW })
  // The old bot goes on meanwhile.
  await run(`update users set xp = 50; insert into users values ('3', 'c', 3)`)
  const items: OldItem[] = []
  for await (const piece of store.read()) items.push(...piece.items)
  await store.close()
  expect(items).toMatchObject([{ record: { id: '1', xp: 1 } }, { record: { id: '2', xp: 2 } }])
  expect(store.hash()).toBe(before.hash)
  await run(`truncate users; insert into users values ('1', 'a', 1), ('2', 'b', 2)`)
  expect((await read('telegram')).hash).toBe(before.hash)
  await run(`update users set xp = 3 where telegram_id = '2'`)
  expect((await read('telegram')).hash).not.toBe(before.hash)
})

test('whoever stops in the middle leaves nothing behind', async () => {
  await run(`create table users (telegram_id text, first_name text, xp int);
    insert into users select n::text, 'x', n from generate_series(1, 9000) n`)
  const store = await openStore('telegram', shared.url, { timeZone: 'UTC', now: NOW })
  for await (const { done } of store.read()) {
    expect([done, store.size]).toEqual([2_000, 9_000])
    break
  }
  await store.close()
  const { records } = await read('telegram')
  expect(records.length).toBe(9_000)
})
