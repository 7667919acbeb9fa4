import { once } from 'node:events'
import fc from 'fast-check'
import { CompiledQuery, sql } from 'kysely'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runnerOf } from '../../src/db/connect.js'
import { KINDS } from '../support/databases.js'
import { sharedDatabase } from '../support/shared-database.js'

const RUNS = process.env.LONG ? 500 : 50

// One suite for both: whatever differs here would be a bug on one of them.
describe.each(KINDS)('the driver on %s', (kind) => {
  const shared = sharedDatabase(kind)
  const client = async (options?: { pipeline?: boolean; queryTimeoutMs?: number }) => {
    const made = shared.db.client(options)
    made.on('error', () => {})
    await made.connect()
    onTestFinished(() => made.end().catch(() => {}))
    return made
  }
  const one = async (text: string, values: unknown[] = []) => {
    const { rows } = await shared.db.kysely.executeQuery<Record<string, unknown>>(
      CompiledQuery.raw(text, values),
    )
    return rows[0]
  }

  test('gives bigint as a safe integer, and refuses one that is not safe', async () => {
    expect(
      await one(
        `select 9007199254740991::bigint as a, (-9007199254740991)::bigint as b, count(*) as c from ttfd.ranks`,
      ),
    ).toEqual({
      a: 9_007_199_254_740_991,
      b: -9_007_199_254_740_991,
      c: 20,
    })
    await expect(one('select 9007199254740992::bigint as a')).rejects.toThrow(RangeError)
    expect(await one('select 1 as fine')).toEqual({ fine: 1 })
  })

  test('gives times as Date to the millisecond, dates as they are written, numeric as text', async () => {
    const at = new Date('2026-03-01T12:34:56.789Z')
    expect(await one('select $1::timestamptz as at', [at])).toEqual({ at })
    expect(
      await one(
        `select '2026-03-01'::date as day, 1.50::numeric(4, 2) as n, null::date as nothing, 0.1::float8 as f`,
      ),
    ).toEqual({
      day: '2026-03-01',
      n: '1.50',
      nothing: null,
      f: 0.1,
    })
    const old = new Date('0099-05-05T00:00:00Z')
    expect(await one('select $1::timestamptz as at', [old])).toEqual({ at: old })
  })

  test('keeps any JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ noUnicodeString: false }), async (value) => {
        const text = JSON.stringify(value)
        if (text.includes('\\u0000') || !text.isWellFormed() || /\\ud[89a-f]/i.test(text)) return
        expect(await one('select $1::jsonb as value', [text])).toEqual({
          value: JSON.parse(text),
        })
      }),
      { numRuns: RUNS },
    )
    for (const text of ['"\\u0000"', '"\\ud800"', '{']) {
      await expect(one('select $1::jsonb as value', [text])).rejects.toMatchObject({
        code: expect.stringMatching(/^22P0[25]$/),
      })
    }
  })

  test('keeps every code point of text but U+0000, which it refuses', async () => {
    for (let from = 1; from <= 0x10ffff; from += 0x8000) {
      let text = ''
      for (let point = from; point < from + 0x8000 && point <= 0x10ffff; point++) {
        if (point < 0xd800 || point > 0xdfff) text += String.fromCodePoint(point)
      }
      const row = await one('select $1::text as text, char_length($1) as length', [text])
      expect(row?.text === text).toBe(true)
      expect(row?.length).toBe([...text].length)
    }
    await expect(one('select $1::text', ['a\u0000b'])).rejects.toMatchObject({ code: '22021' })
  })

  test('carries arrays with nulls, quotes, backslashes and braces through unnest', async () => {
    const item = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('', 'NULL', 'null', '"', '\\', '{}', '{,}', "'", ' ', '\n', ','),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(item, fc.option(fc.maxSafeInteger())), { maxLength: 20 }),
        async (items) => {
          if (items.some(([text]) => text?.includes('\u0000'))) return
          const { rows } = await shared.db.kysely.executeQuery(
            CompiledQuery.raw('select * from unnest($1::text[], $2::bigint[]) as v (a, b)', [
              items.map(([a]) => a),
              items.map(([, b]) => b),
            ]),
          )
          expect(rows).toEqual(items.map(([a, b]) => ({ a, b: b === 0 ? 0 : b })))
        },
      ),
      { numRuns: RUNS },
    )
    const dates = [new Date(0), null]
    expect((await one('select array_agg(v) as v from unnest($1::timestamptz[]) as v', [dates]))?.v).toEqual(
      dates,
    )
    expect(
      (await one('select array_agg(v) as v from unnest($1::boolean[]) as v', [[true, null, false]]))?.v,
    ).toEqual([true, null, false])
  })

  test.each([
    ['a unique key', `insert into ttfd.ranks select * from ttfd.ranks limit 1`, '23505'],
    [
      'a foreign key',
      `insert into ttfd.deliveries (event_id, account_id, destination) values (gen_random_uuid(), 1, 'x')`,
      '23503',
    ],
    [
      'a CHECK',
      `insert into ttfd.places (platform, place_id, multiplier, added_by) values ('discord', 'x', 4, 'me')`,
      '23514',
    ],
    ['not null', `insert into ttfd.places (platform) values ('discord')`, '23502'],
    ['syntax', `selec 1`, '42601'],
    ['an unknown table', `select * from ttfd.nowhere`, '42P01'],
    ['an unknown column', `select nothing from ttfd.ranks`, '42703'],
    ['a number out of range', `select 9223372036854775807 + 1`, '22003'],
    ['a uuid that is none', `select 'x'::uuid`, '22P02'],
    ['division by zero', `select 1 / 0`, '22012'],
  ])('says the same code for %s', async (_, statement, code) => {
    await expect(one(statement)).rejects.toMatchObject({ code })
    expect(await one('select 1 as fine')).toEqual({ fine: 1 })
  })

  test('a pipelined client answers each in its order, and one error spoils only its transaction', async () => {
    const piped = await client({ pipeline: true })
    const named = (n: number) =>
      piped.query({ name: `n${n % 3}`, text: `select $1::int + ${n % 3} as n`, values: [n] })
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => named(n)))
    expect(results.map((result) => result.rows[0].n)).toEqual(
      Array.from({ length: 30 }, (_, n) => n + (n % 3)),
    )
    const mixed = await Promise.allSettled([
      piped.query({ name: 'begin', text: 'begin' }),
      piped.query({ name: 'bad', text: 'select 1 / $1::int', values: [0] }),
      piped.query({ name: 'after', text: 'select 1' }),
      piped.query({ name: 'commit', text: 'commit' }),
      piped.query({ name: 'next', text: 'select 2 as n' }),
    ])
    expect(mixed.map((result) => (result.status === 'rejected' ? result.reason.code : 'ok'))).toEqual([
      'ok',
      '22012',
      '25P02',
      'ok',
      'ok',
    ])
    expect((await named(4)).rows).toEqual([{ n: 5 }])
  })

  test('announcements come after the commit, once for equal ones, and not at all after a rollback', async () => {
    const listener = await client()
    await listener.query('listen news')
    const heard: (string | undefined)[] = []
    listener.on('notification', ({ payload }) => heard.push(payload))
    await shared.db
      .transaction(async (tx) => {
        await sql`select pg_notify('news', 'never')`.execute(tx)
        throw new Error('no')
      })
      .catch(() => {})
    await shared.db.transaction(async (tx) => {
      await sql`select pg_notify('news', 'twice')`.execute(tx)
      await sql`select pg_notify('news', 'twice')`.execute(tx)
      await sql`select pg_notify('news', ${'ж'.repeat(3_900)})`.execute(tx)
      expect(heard).toEqual([])
    })
    while (heard.length < 2) await once(listener, 'notification')
    expect(heard).toEqual(['twice', 'ж'.repeat(3_900)])
    await expect(
      sql`select pg_notify('news', ${'x'.repeat(8_000)})`.execute(shared.db.kysely),
    ).rejects.toMatchObject({ code: '22023' })
  })

  test('a transaction that lost a conflict is run again, and one that fails leaves nothing', async () => {
    let runs = 0
    const value = await shared.db.transaction(async (tx) => {
      runs += 1
      await sql`insert into ttfd.settings (key, value) values (${`run ${runs}`}, '1')`.execute(tx)
      if (runs < 3)
        await sql`do $$ begin raise exception 'again' using errcode = ${sql.raw(runs === 1 ? `'40001'` : `'40P01'`)}; end $$`.execute(
          tx,
        )
      return runs
    })
    expect(value).toBe(3)
    const kept = await shared.db.kysely
      .selectFrom('ttfd.settings')
      .select('key')
      .where('key', 'like', 'run %')
      .execute()
    expect(kept).toEqual([{ key: 'run 3' }])
    await expect(
      shared.db.transaction(async (tx) => {
        runs += 1
        await sql`do $$ begin raise exception 'again' using errcode = '40001'; end $$`.execute(tx)
      }),
    ).rejects.toMatchObject({ code: '40001' })
    expect(runs).toBe(3 + 8)
  })

  test('statements of one runner see each other inside their transaction', async () => {
    const answers = await shared.db.transaction((tx) =>
      runnerOf(tx).run([
        { text: 'create temp table seen (n bigint) on commit drop', values: [] },
        { text: 'insert into seen select * from unnest($1::bigint[]) returning n', values: [[1, 2]] },
        { text: 'select sum(n)::bigint as sum from seen', values: [] },
      ]),
    )
    expect(answers).toEqual([[], [{ n: 1 }, { n: 2 }], [{ sum: 3 }]])
  })
})
