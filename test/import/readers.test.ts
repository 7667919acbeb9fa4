import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { cleanName } from '../../src/core/accounts/clean-name.js'
import { oldName } from '../../src/import/convert/text.js'
import { openStore } from '../../src/import/open-store.js'
import type { OldItem, OldRecord, Rejected, Source, TelegramRecord } from '../../src/import/records.js'

const folder = mkdtempSync(join(tmpdir(), 'ttfd-readers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const NOW = new Date('2026-03-01T12:00:00Z')
/** For tests of which the long run has many more inputs. */
const LIMIT = { timeout: process.env.LONG ? 600_000 : 60_000 }
let files = 0

function written(content: string | Buffer): string {
  const path = join(folder, `store-${++files}.json`)
  writeFileSync(path, content)
  return path
}

async function readAll(source: Source, content: string | Buffer, timeZone = 'Europe/Moscow') {
  const store = await openStore(source, written(content), { timeZone, now: NOW })
  const items: OldItem[] = []
  for await (const piece of store.read()) items.push(...piece.items)
  await store.close()
  const records = items.flatMap((item): OldRecord[] => (item.kind === 'record' ? [item.record] : []))
  const rejected = items.flatMap((item): Rejected[] => (item.kind === 'rejected' ? [item.rejected] : []))
  return { store, records, rejected }
}

const users = (members: string) => `{"users":{${members}},"global_stats":{"a":[1,{"b":"}"}]}}`
const ID = '300000000000000001'

/** One Telegram member, given the JSON of his fields. */
async function readOne(fields: string, timeZone?: string) {
  const { records, rejected } = await readAll('telegram', users(`"7":{${fields}}`), timeZone)
  return {
    record: (records[0] ?? null) as TelegramRecord | null,
    rejected,
    faults: rejected.map(({ field, reason, whole }) => [field, reason, whole]),
  }
}

describe('a Telegram file', () => {
  test('comes over field by field; what has no place of its own is kept word for word', async () => {
    const { records, rejected, store } = await readAll(
      'telegram',
      users(`"7":{"telegram_id":7,"username":"@anna","first_name":"Аня","xp":120,"coins":5,"rank_id":3,
        "discord_id":"${ID}","created_at":"2024-05-01T12:00:00","last_active":"2025-01-01T00:00:00.123456",
        "last_daily":null,"last_spin":"2025-01-01T00:00:00","inventory":["a"],"achievements":["first_win"],
        "games_played":4,"games_won":1,"total_coins_won":9,"pet":{"name":"Рекс"}}`),
    )
    expect(rejected).toEqual([])
    expect(records).toEqual([
      {
        source: 'telegram',
        id: '7',
        username: 'anna',
        displayName: 'Аня',
        xp: 120,
        coins: 5,
        gamesPlayed: 4,
        gamesWon: 1,
        messages: 0,
        streak: 0,
        createdAt: new Date('2024-05-01T09:00:00Z'),
        lastActive: new Date('2024-12-31T21:00:00.123Z'),
        lastDaily: null,
        achievements: ['first_win'],
        claimsDiscordId: ID,
        banned: null,
        rest: {
          rank_id: 3,
          last_spin: '2025-01-01T00:00:00',
          inventory: ['a'],
          total_coins_won: 9,
          pet: { name: 'Рекс' },
        },
      },
    ])
    expect([store.source, store.origin, store.size]).toEqual(['telegram', 'telegram', expect.any(Number)])
  })

  test.each([
    ['nothing at all', '', 0],
    ['nulls', '"xp":null,"coins":null,"username":null,"created_at":null,"achievements":null', 0],
    ['a number as text', '"xp":"12"', 12],
    ['a float as text', '"xp":"12.0"', 12],
    ['a float', '"xp":12.0', 12],
    ['an exponent', '"xp":1.2e1', 12],
    ['empty text', '"xp":""', 0],
    ['the largest', '"xp":1000000000', 1_000_000_000],
    ['the last of two fields with one name', '"xp":1,"xp":12', 12],
  ])('%s is read without complaint', async (_, fields, xp) => {
    const { record, faults } = await readOne(fields)
    expect([record?.xp, faults]).toEqual([xp, []])
  })

  test.each([
    ['negative', '"xp":-1', ['xp', 'negative', true], { xp: -1 }],
    ['too big', '"coins":1000000001', ['coins', 'too_big', true], { coins: 1_000_000_001 }],
    ['longer than a double', '"xp":12345678901234567890', ['xp', 'too_big', true], { xp: 0 }],
    ['NaN', '"xp":NaN', ['xp', 'not_a_number', true], { xp: 0 }],
    ['Infinity', '"coins":-Infinity', ['coins', 'not_a_number', true], { coins: 0 }],
    ['a word', '"xp":"many"', ['xp', 'not_a_number', true], { xp: 0 }],
    ['a switch', '"xp":true', ['xp', 'not_a_number', true], { xp: 0 }],
    ['another id inside', '"telegram_id":"8","xp":5', ['telegram_id', 'id_mismatch', true], { xp: 5 }],
    ['a rounded id inside', '"telegram_id":1.5,"xp":5', ['telegram_id', 'bad_id', true], { xp: 5 }],
  ])(
    'XP or coins or an id that is %s keeps the whole record back, its sums with it',
    async (_, fields, fault, lost) => {
      const { record, rejected, faults } = await readOne(fields)
      expect([record, faults]).toEqual([null, [fault]])
      expect(rejected[0]?.lost).toMatchObject(lost)
    },
  )

  test('of a fraction the whole part comes over', async () => {
    const { record, rejected } = await readOne('"xp":12.75,"coins":"3.5","games_played":2.5')
    expect([record?.xp, record?.coins, record?.gamesPlayed]).toEqual([12, 3, 2])
    expect(
      rejected.map(({ field, reason, lost }) => [field, reason, lost?.xp, lost?.coins, lost?.games]),
    ).toEqual([
      ['xp', 'fraction', 0.75, 0, 0],
      ['coins', 'fraction', 0, 0.5, 0],
      ['games_played', 'fraction', 0, 0, 0.5],
    ])
  })

  test.each([
    ['a count below zero', '"games_played":-3', ['games_played', 'negative', false]],
    ['a time in the future', '"last_active":"2026-03-01T15:00:01"', ['last_active', 'in_future', false]],
    ['a filler for a time', '"created_at":"0001-01-01T00:00:00"', ['created_at', 'too_long_ago', false]],
    ['no day of the calendar', '"created_at":"2025-02-30"', ['created_at', 'not_a_time', false]],
    ['a moment in words', '"last_daily":"yesterday"', ['last_daily', 'not_a_time', false]],
    ['a number for a time', '"last_daily":1700000000', ['last_daily', 'not_a_time', false]],
    ['a claim that is no id', '"discord_id":"12345"', ['discord_id', 'bad_link', false]],
    ['a claim that lost digits', '"discord_id":3.1e17', ['discord_id', 'bad_link', false]],
    ['a list that is none', '"achievements":5', ['achievements', 'not_a_list', false]],
    ['a list for a name', '"first_name":["a"]', ['first_name', 'not_text', false]],
    ['a forbidden name', '"__proto__":{"admin":true}', ['__proto__', 'forbidden_key', false]],
    ['a forbidden name deep below', '"pet":{"a":[{"constructor":1}]}', ['pet', 'forbidden_key', false]],
    ['a forbidden name in escapes', '"pet":{"\\u005f_proto__":1}', ['pet', 'forbidden_key', false]],
    [
      'a forbidden name behind a sign that is cut',
      '"__pro\\u0000to__":1',
      ['__proto__', 'forbidden_key', false],
    ],
  ])('%s stays behind, the member does not', async (_, fields, fault) => {
    const { record, faults } = await readOne(`"xp":5,${fields}`)
    expect([record?.xp, faults]).toEqual([5, [fault]])
    expect(Object.getPrototypeOf(record?.rest)).toBe(Object.prototype)
  })

  test('ids beyond 2^53 lose nothing when they are written as numbers, also in what is kept', async () => {
    const { record } = await readOne(`"discord_id":${ID},"pets":[9007199254740993, 1.5],"note":"x ${ID}"`)
    expect([record?.claimsDiscordId, record?.rest]).toEqual([
      ID,
      { pets: ['9007199254740993', 1.5], note: `x ${ID}` },
    ])
  })

  test('what no database takes is cut from names and from what is kept', async () => {
    const { record, faults } = await readOne(
      '"first_name":"a\\u0000b\\ud800\\u202e","pet\\u0000":["x\\u0000y\\ud83d","\\ud83d\\ude00"]',
    )
    expect([record?.displayName, record?.rest, faults]).toEqual(['ab', { pet: ['xy\ufffd', '😀'] }, []])
  })

  test.each(['Unknown', 'unknown', 'None', '', '  ', '@'])('%j is no name', async (name) => {
    expect((await readOne(`"username":${JSON.stringify(name)}`)).record?.username).toBe(null)
  })

  test('a ban comes with its reason', async () => {
    expect((await readOne('"is_banned":true,"ban_reason":" спам "')).record?.banned).toBe('спам')
    expect((await readOne('"is_banned":1')).record?.banned).toBe('')
    expect((await readOne('"is_banned":false,"ban_reason":"спам"')).record?.banned).toBe(null)
  })

  test('members without an id of a person are listed with what they had', async () => {
    const wrong = ['0', '-5', '007', '1.5', 'abc', '__proto__', '12345678901234567', '777000', '1087968824']
    const { records, rejected } = await readAll(
      'telegram',
      users(wrong.map((id) => `"${id}":{"xp":3}`).join()),
    )
    expect(records).toEqual([])
    expect(rejected.map(({ id, reason, lost }) => [id, reason, lost?.xp])).toEqual(
      wrong.map((id) => [id, /^(777000|1087968824)$/.test(id) ? 'not_a_person' : 'bad_id', 3]),
    )
  })

  test('what is no record, and what is nested deeper than 32, is listed', async () => {
    const nest = (depth: number) => `"a":${'['.repeat(depth)}${']'.repeat(depth)}`
    const { records, rejected } = await readAll(
      'telegram',
      users(`"1":null,"2":17,"3":"x","4":[],"5":{"xp":5,${nest(31)}},"6":{"xp":6,${nest(32)}}`),
    )
    expect(records.map(({ id }) => id)).toEqual(['5'])
    expect(rejected.map(({ id, reason }) => `${id} ${reason}`)).toEqual([
      '1 not_a_record',
      '2 not_a_record',
      '3 not_a_record',
      '4 not_a_record',
      '6 too_deep',
    ])
  })

  test('of several records with one id the last counts, as the old program read it', async () => {
    const { records, rejected } = await readAll(
      'telegram',
      users('"1":{"xp":1},"2":{"xp":9},"1":{"xp":2},"\\u0031":{"xp":3}'),
    )
    expect(records.map((record) => [record.id, (record as TelegramRecord).xp])).toEqual([
      ['2', 9],
      ['1', 3],
    ])
    expect(rejected.map(({ id, reason, lost }) => [id, reason, lost?.xp])).toEqual([
      ['1', 'duplicate', 1],
      ['1', 'duplicate', 2],
    ])
  })

  test('a record larger than 16 MB is listed and passed over', async () => {
    const { records, rejected } = await readAll(
      'telegram',
      users(`"1":{"a":"${'\\"'.repeat(9_000_000)}"},"2":{"xp":2}`),
    )
    expect([records.map(({ id }) => id), rejected.map(({ id, reason }) => [id, reason])]).toEqual([
      ['2'],
      [['1', 'too_large']],
    ])
  })
})

describe('times without a zone', () => {
  const at = async (time: string, zone: string) =>
    (await readOne(`"created_at":"${time}"`, zone)).record?.createdAt?.toISOString()

  test.each([
    ['2024-05-01T12:00:00', 'Europe/Moscow', '2024-05-01T09:00:00.000Z'],
    ['2014-10-26T01:30:00', 'Europe/Moscow', '2014-10-25T21:30:00.000Z'],
    ['2024-05-01 12:00', 'Asia/Kolkata', '2024-05-01T06:30:00.000Z'],
    ['2024-05-01', 'America/New_York', '2024-05-01T04:00:00.000Z'],
    ['2024-05-01T12:00:00.1234567', 'UTC', '2024-05-01T12:00:00.123Z'],
    ['2024-05-01T12:00:00Z', 'Europe/Moscow', '2024-05-01T12:00:00.000Z'],
    ['2024-05-01T12:00:00+05:30', 'Europe/Moscow', '2024-05-01T06:30:00.000Z'],
    // Clocks went from 2 to 3 on 31 March 2024: half past two never was, and back from 3 to 2 on 27 October.
    ['2024-03-31T02:30:00', 'Europe/Berlin', '2024-03-31T01:30:00.000Z'],
    ['2024-03-31T01:59:59', 'Europe/Berlin', '2024-03-31T00:59:59.000Z'],
    ['2024-03-31T03:00:00', 'Europe/Berlin', '2024-03-31T01:00:00.000Z'],
    ['2024-10-27T02:30:00', 'Europe/Berlin', '2024-10-27T00:30:00.000Z'],
    ['2024-10-27T03:00:00', 'Europe/Berlin', '2024-10-27T02:00:00.000Z'],
  ])('%s in %s is %s', async (time, zone, instant) => {
    expect(await at(time, zone)).toBe(instant)
  })

  test('an unknown zone is refused', async () => {
    await expect(readOne('', 'Mars/Olympus')).rejects.toThrow(RangeError)
  })
})

describe('the other files', () => {
  test('Discord: a Telegram id is a proof, the day of the daily stands in for its time', async () => {
    const { records, rejected } = await readAll(
      'discord',
      users(`"${ID}":{"id":${ID},"username":"Unknown","xp":5,"clicks":8,"daily_streak":4,"last_daily_date":"2025-05-01",
        "telegram_id":"77","daily_tasks":[],"game_stats":{"dice":3},"achievements":[{"id":"first_win"},"streak_3"]}`),
    )
    expect(rejected).toEqual([])
    expect(records).toMatchObject([
      {
        id: ID,
        username: null,
        xp: 5,
        streak: 4,
        provesTelegramId: '77',
        achievements: ['first_win', 'streak_3'],
        lastDaily: new Date('2025-04-30T21:00:00Z'),
        rest: { clicks: 8, game_stats: { dice: 3 } },
      },
    ])
  })

  test('voice: whole seconds, sessions kept; a damaged total keeps the record back', async () => {
    const session = { channel_id: '1', start: '2025-01-01T00:00:00', end: null, duration: 61.5 }
    const { records, rejected } = await readAll(
      'voice',
      `{"users":{"${ID}":{"total_time":90.9,"sessions":[${JSON.stringify(session)}],"username":"a"},
        "300000000000000002":{"total_time":-4}},"channels":{"x":{}}}`,
    )
    expect(records).toEqual([
      { source: 'voice', id: ID, username: 'a', voiceSeconds: 90, rest: { sessions: [session] } },
    ])
    expect(rejected.map(({ reason, lost }) => [reason, lost?.voiceSeconds])).toEqual([['negative', -4]])
  })

  const sha = createHash('sha256').update('пароль').digest('hex')
  const account = async (fields: object) => {
    const { records, rejected } = await readAll(
      'website',
      JSON.stringify({ accounts: { 3: { id: 3, ...fields } }, sessions: { t: {} } }),
    )
    return { record: records[0], rejected }
  }

  test('website: address in lower case, hash, profile', async () => {
    const { record, rejected } = await account({
      email: ' Anna@Example.org',
      username: 'anna',
      password: sha.toUpperCase(),
      display_name: 'Аня',
      discord_id: ID,
      profile: { bio: 'x', avatar_url: 'javascript:alert(1)' },
    })
    expect([rejected, record]).toEqual([
      [],
      {
        source: 'website',
        id: '3',
        username: 'anna',
        displayName: 'Аня',
        email: 'anna@example.org',
        passwordSha256: sha,
        claimsDiscordId: ID,
        createdAt: null,
        lastActive: null,
        rest: { profile: { bio: 'x', avatar_url: 'javascript:alert(1)' } },
      },
    ])
  })

  test('website: an address at discord.user is a claim, no e-mail, and its password stays behind', async () => {
    const { record, rejected } = await account({ email: `${ID}@discord.user`, password: sha })
    expect(record).toMatchObject({ email: null, passwordSha256: null, claimsDiscordId: ID })
    expect(rejected).toEqual([])
  })

  test('website: two ids in one record are no claim', async () => {
    const { record, rejected } = await account({
      email: `${ID}@discord.user`,
      discord_id: '300000000000000002',
    })
    expect([record, rejected.map(({ reason }) => reason)]).toMatchObject([
      { claimsDiscordId: null },
      ['links_differ'],
    ])
  })

  test.each([
    ['no address', { email: 'anna at example' }, 'bad_email'],
    ['an address of ours', { email: `${ID}@discord.invalid` }, null],
    ['a name at discord.user', { email: 'anna@discord.user' }, 'reserved_email'],
    ['an address with an invisible sign', { email: 'a\u0000@example.org' }, 'bad_email'],
  ])('website: %s is none', async (_, fields, reason) => {
    const { record, rejected } = await account(fields)
    expect(record).toMatchObject({ email: null })
    expect(rejected.map((one) => one.reason)).toEqual([reason ?? 'reserved_email'])
  })

  test('website: what is no hash may be the password itself and is shown to nobody', async () => {
    const { record, rejected } = await account({ email: 'a@example.org', password: 'qwerty' })
    expect(record).toMatchObject({ passwordSha256: null })
    expect(JSON.stringify(rejected)).not.toContain('qwerty')
    expect(rejected.map(({ reason }) => reason)).toEqual(['not_a_hash'])
  })
})

describe('a file as a whole', () => {
  const good = users('"1":{"xp":1},"2":{"first_name":"б\\"}{"}')

  test.each([
    ['nothing', '', 'truncated'],
    ['no JSON', 'PK\u0003\u0004', 'syntax'],
    ['a list', '[{"users":{}}]', 'shape'],
    ['another object', '{"members":{}}', 'shape'],
    ['a list of users', '{"users":[]}', 'shape'],
    ['two files in one', `${good}${good}`, 'syntax'],
    ['a comma too many', '{"users":{"1":{},}}', 'syntax'],
    ['a comma too few', '{"users":{"1":{} "2":{}}}', 'syntax'],
    ['a comma before', '{"users":{,"1":{}}}', 'syntax'],
    ['a key without a value', '{"users":{"1":}}', 'syntax'],
    ['a key without quotes', '{"users":{1:{}}}', 'syntax'],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), 'encoding'],
    ['UTF-16 without a mark', Buffer.from(good, 'utf16le'), 'encoding'],
    ['the Discord store', users(`"${ID}":{"id":"${ID}","clicks":3,"daily_streak":1}`), 'other_store'],
    ['the voice store', users(`"${ID}":{"total_time":3,"sessions":[]}`), 'other_store'],
  ])('%s is refused when it is opened', async (_, content, reason) => {
    await expect(readAll('telegram', content)).rejects.toMatchObject({ name: 'UnreadableStoreError', reason })
  })

  test('one that ends anywhere before its last bracket is refused', async () => {
    const bytes = Buffer.from(good)
    for (let end = 0; end < bytes.length; end++) {
      await expect(readAll('telegram', bytes.subarray(0, end)), `cut at ${end}`).rejects.toMatchObject({
        reason: 'truncated',
      })
    }
  })

  test.each([
    ['a bracket', '"1":{"a":[1}}'],
    ['a word', '"1":{"a":tru}'],
    ['a raw line break', '"1":{"a":"x\ny"}'],
    ['a word as a member', '"1":yes'],
  ])('%s that is no JSON refuses the store, naming the member', async (_, member) => {
    await expect(readAll('telegram', users(`${member},"2":{}`))).rejects.toMatchObject({
      reason: 'syntax',
      detail: '1',
    })
  })

  test('the wrong way round is refused as well, and a missing file', async () => {
    const telegram = users('"1":{"telegram_id":"1","first_name":"A","last_spin":null}')
    await expect(readAll('discord', telegram)).rejects.toMatchObject({
      reason: 'other_store',
      detail: 'telegram',
    })
    await expect(openStore('telegram', join(folder, 'none.json'), { timeZone: 'UTC' })).rejects.toMatchObject(
      { reason: 'not_found' },
    )
  })

  test('a mark of Windows editors, spaces and line ends change nothing', async () => {
    const { records } = await readAll(
      'telegram',
      `\ufeff \r\n{ "global_stats" : 1 ,\t"users" : { "1" : { "xp" : 1 } } }\n\n`,
    )
    expect(records).toMatchObject([{ id: '1', xp: 1 }])
  })

  test('the same bytes have the same hash, known from the start', async () => {
    const [a, b, c] = [
      await readAll('telegram', good),
      await readAll('telegram', good),
      await readAll('telegram', `${good} `),
    ]
    expect(a.store.hash()).toBe(createHash('sha256').update(good).digest('hex'))
    expect([b.store.hash() === a.store.hash(), c.store.hash() === a.store.hash()]).toEqual([true, false])
  })

  test('one that changes between its survey and its end is refused', async () => {
    const path = written(good)
    const store = await openStore('telegram', path, { timeZone: 'UTC', now: NOW })
    writeFileSync(path, good.replace('"xp":1', '"xp":2'))
    const read = async () => {
      for await (const _ of store.read());
    }
    await expect(read()).rejects.toMatchObject({ reason: 'changed' })
  })
})

test('names that need no cutting are taken as they stand, exactly as the door would', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'abzАяёйЁ09 .-_@<&'), maxLength: 40 })
  fc.assert(
    fc.property(letters, (name) => {
      const cut = cleanName(name)
      expect(oldName(name)).toBe(cut !== null && /^(-|\?)$/.test(cut) ? null : cut)
    }),
    { numRuns: 500, seed: 5 },
  )
})

test(
  'whatever members a store has, they come out as they went in, wherever the pieces are cut',
  LIMIT,
  async () => {
    const member = fc.record({
      xp: fc.nat({ max: 1_000_000_000 }),
      coins: fc.nat({ max: 1_000_000_000 }),
      games_played: fc.nat({ max: 10_000 }),
      achievements: fc.uniqueArray(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 9 })),
      pets: fc.array(
        fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 20 }),
          fc.double({ noNaN: true, min: -1e15, max: 1e15 }),
          fc.boolean(),
        ),
        {
          minLength: 1,
        },
      ),
    })
    const store = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), member), {
      selector: ([id]) => id,
      maxLength: 60,
    })
    await fc.assert(
      fc.asyncProperty(store, fc.constantFrom(0, 1, 2), async (members, indent) => {
        // Larger than a piece now and then, so that records lie across two.
        const filler = `"filler":${JSON.stringify('я'.repeat(members.length % 5 === 0 ? 524_200 : 3))}`
        const body = JSON.stringify(
          { users: Object.fromEntries(members.map(([id, one]) => [`x${id}`, one])) },
          null,
          indent,
        )
        const content = `{${filler},${body.slice(1).replaceAll(/"x(\d+)":/g, '"$1":')}`
        const { records, rejected } = await readAll('telegram', content)
        expect(rejected).toEqual([])
        expect(
          records.map((record) => {
            const { id, xp, coins, gamesPlayed, achievements, rest } = record as TelegramRecord
            return [Number(id), { xp, coins, games_played: gamesPlayed, achievements, ...rest }]
          }),
        ).toEqual(JSON.parse(JSON.stringify(members)))
      }),
      { numRuns: process.env.LONG ? 1_000 : 60, seed: 7 },
    )
  },
)

test(
  'whatever stands in a store, its sums are those of what comes over and of what stays behind',
  LIMIT,
  async () => {
    // Value, and what it counts for whoever adds up the file by hand.
    const amounts: [json: string, counts: number][] = [
      ['5', 5],
      ['"7"', 7],
      ['"8.0"', 8],
      ['12.5', 12.5],
      ['"0.25"', 0.25],
      ['-3', -3],
      ['-0.5', -0.5],
      ['2000000000', 2_000_000_000],
      ['1000000000', 1_000_000_000],
      ['null', 0],
      ['"x"', 0],
      ['NaN', 0],
      ['Infinity', 0],
      ['123456789012345678901', 0],
      ['[]', 0],
      ['false', 0],
    ]
    const amount = fc.constantFrom(...amounts)
    const id = fc.constantFrom('1', '2', '3', '4', 'x', '0', '777000', '__proto__')
    const member = fc.record({ id, xp: amount, coins: amount, games: amount, deep: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(member, { maxLength: 12 }), async (members) => {
        const text = members.map(
          ({ id: key, xp, coins, games, deep }) =>
            `"${key}":{"xp":${xp[0]},"coins":${coins[0]},"games_played":${games[0]},"a":${'['.repeat(deep ? 40 : 1)}${']'.repeat(deep ? 40 : 1)}}`,
        )
        const { records, rejected } = await readAll('telegram', users(text.join()))
        const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)
        const over = records as TelegramRecord[]
        expect({
          xp: sum(over.map(({ xp }) => xp)) + sum(rejected.map(({ lost }) => lost?.xp ?? 0)),
          coins: sum(over.map(({ coins }) => coins)) + sum(rejected.map(({ lost }) => lost?.coins ?? 0)),
          games:
            sum(over.map(({ gamesPlayed }) => gamesPlayed)) +
            sum(rejected.map(({ lost }) => lost?.games ?? 0)),
        }).toEqual({
          xp: sum(members.map(({ xp }) => xp[1])),
          coins: sum(members.map(({ coins }) => coins[1])),
          games: sum(members.map(({ games }) => games[1])),
        })
        expect(over.length + rejected.filter(({ whole }) => whole).length).toBe(members.length)
      }),
      { numRuns: process.env.LONG ? 2_000 : 150, seed: 11 },
    )
  },
)
