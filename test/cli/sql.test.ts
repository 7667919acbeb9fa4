import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { KINDS } from '../support/databases.js'
import { installation, sharedInstallation } from './support.js'

describe.each(KINDS)('ttfd sql on %s', (kind) => {
  const installed = sharedInstallation(kind)

  test("answers the seed's checks word for word", async () => {
    const { db, run, earn } = installed()
    const account = await earn('123456789', 40, 7)
    await db.kysely
      .updateTable('cross_platform_events')
      .set({ processed: false, processed_at: null })
      .where('event_type', '=', 'xp_change')
      .execute()

    const users = await run(['sql', 'SELECT COUNT(*) FROM unified_users;'])
    expect(users).toEqual({ code: 0, err: '', out: ' count\n-------\n     1\n(1 строка)' })
    const events = await run(['sql', '--json', 'SELECT COUNT(*) FROM cross_platform_events;'])
    expect(JSON.parse(events.out)).toEqual([{ count: 2 }])

    const counts = await run([
      'sql',
      '--json',
      `SELECT 
    COUNT(*) as total,
    COUNT(telegram_id) as telegram,
    COUNT(discord_id) as discord,
    COUNT(website_email) as website
FROM unified_users;`,
    ])
    expect(JSON.parse(counts.out)).toEqual([{ total: 1, telegram: 1, discord: 0, website: 0 }])

    const open = await run([
      'sql',
      '--json',
      `-- Проверь события
SELECT * FROM cross_platform_events 
WHERE processed = false 
ORDER BY created_at DESC 
LIMIT 10;`,
    ])
    expect(JSON.parse(open.out)).toMatchObject([
      { user_id: account, event_type: 'xp_change', xp_delta: 40, processed: false },
    ])

    const person = await run([
      'sql',
      '--json',
      `-- Проверь пользователя
SELECT * FROM unified_users 
WHERE telegram_id = '123456789';`,
    ])
    expect(JSON.parse(person.out)).toMatchObject([
      {
        id: account,
        telegram_id: '123456789',
        xp: 40,
        coins: 7,
        display_name: 'Аня',
        platforms: ['telegram'],
      },
    ])
  })

  test('changes nothing, whatever is tried', async () => {
    const { db, run, earn } = installed()
    await earn('2', 40)
    const tries = [
      'DELETE FROM unified_users',
      'with gone as (delete from cross_platform_events returning *) select * from gone',
      'select * into copy from unified_users',
      'select * from unified_users for update',
      `select setval('ttfd.accounts_id_seq', 999)`,
      `select nextval('ttfd.accounts_id_seq')`,
      `select set_config('transaction_read_only', 'off', false)`,
      `select "set_config"('timezone', 'UTC', false)`,
      'select 1; delete from unified_users',
      'select 1; commit; delete from unified_users',
      `select e'\\'; delete from unified_users; --'; delete from unified_users`,
      'explain analyze delete from unified_users',
      'begin',
      'set session characteristics as transaction read write',
      'copy unified_users to stdout',
      `select pg_advisory_lock(1)`,
      `select pg_notify('ttfd_deliveries', '')`,
    ]
    for (const statement of tries) {
      const { code, err } = await run(['sql', statement])
      expect({ statement, code }).toEqual({ statement, code: 1 })
      expect(err).toMatch(/только чита|не читает|больше одного|закрыты|не понят/)
    }
    const { rows } = await sql<{ users: number; events: number }>`
      select (select count(*) from unified_users)::int as users,
        (select count(*) from cross_platform_events)::int as events`.execute(db.kysely)
    expect(rows).toEqual([{ users: 2, events: 4 }])
    expect(await earn('3', 1)).toBe(3)
  })

  test('leaves the session as it was: the next command sees no trace', async () => {
    const { run } = installed()
    await run(['sql', 'select 1'], { COMMUNITY_TIME_ZONE: 'Asia/Tokyo' })
    const { out } = await run(['sql', '--json', 'show timezone'], { COMMUNITY_TIME_ZONE: 'Asia/Omsk' })
    expect(JSON.parse(out)).toEqual([{ TimeZone: 'Asia/Omsk' }])
  })

  test('tables stay aligned under Cyrillic, emoji and broken lines', async () => {
    const { run } = installed()
    const { out } = await run([
      'sql',
      `select 'Привет 👋' as "имя", 5 as n union all select e'a\\nb', 12345 order by 2`,
    ])
    expect(out.split('\n')).toEqual([
      ' имя       |     n',
      '-----------+-------',
      ' Привет 👋 |     5',
      ' a\\u000ab  | 12345',
      '(2 строки)',
    ])
  })

  test('a row that is wider than the terminal is shown field by field', async () => {
    const { run } = installed()
    const { out } = await run(['sql', `select 'left' as first, null as second_one`], {}, { columns: 18 })
    expect(out.split('\n')).toEqual([
      '-[ 1 ]--------',
      'first      | left',
      'second_one | NULL',
      '(1 строка)',
    ])
  })

  test('JSON has numbers, booleans, times, JSON and null as such, and huge numbers as text', async () => {
    const { run } = installed()
    const { out } = await run([
      'sql',
      '--json',
      `select 5::bigint as n, 1.5::float8 as f, true as b, '{"a": [1]}'::jsonb as j, null::int as x,
        timestamptz '2026-02-08 12:00:00+03' as t, 9007199254740993::bigint as huge, 0.10::numeric as exact`,
    ])
    expect(JSON.parse(out)).toEqual([
      {
        n: 5,
        f: 1.5,
        b: true,
        j: { a: [1] },
        x: null,
        t: '2026-02-08T09:00:00.000Z',
        huge: '9007199254740993',
        exact: '0.10',
      },
    ])
  })

  test('more than 10,000 rows are cut, and it says so', async () => {
    const { run } = installed()
    const { code, out, err } = await run(['sql', '--json', 'select * from generate_series(1, 10001) as n'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveLength(10_000)
    expect(err).toContain('Показаны первые строки: 10000')
  })

  test('a mistake in the statement is told in the words of the database', async () => {
    const { run } = installed()
    const { code, err } = await run(['sql', 'select nope from unified_users'])
    expect(code).toBe(1)
    expect(err).toContain('column "nope" does not exist')
  })

  test("psql's own commands get the way that works here", async () => {
    const { run } = installed()
    for (const [typed, hint] of [
      ['\\dt', 'information_schema.tables'],
      ['\\d unified_users', 'information_schema.columns'],
      ['\\i TTFD/shared/migration_unified.sql', 'ttfd migrate'],
      ['\\q', 'закончит сам'],
    ] as const) {
      const { code, err } = await run(['sql', typed])
      expect(code).toBe(1)
      expect(err).toContain(hint)
    }
  })

  test('a statement may come through a pipe; none at all is wrong use', async () => {
    const { run } = installed()
    expect((await run(['sql', '--json'], {}, { input: 'select 1 as one\n' })).out).toContain('"one": 1')
    expect((await run(['sql'])).code).toBe(2)
    expect((await run(['sql', ' -- nothing\n'])).code).toBe(2)
  })
})

test('on PostgreSQL a statement without an end is stopped after 5 s', async () => {
  const { run } = await installation('postgres')
  const { code, err } = await run([
    'sql',
    'with recursive r as (select 1 as n union all select n + 1 from r) select count(*) from r',
  ])
  expect(code).toBe(1)
  expect(err).toContain('не закончился за 5 секунд')
})

test('on the embedded database, which can stop nothing, a statement that looks long is not begun', async () => {
  const { run } = await installation('embedded')
  const cross = 'select count(*) from generate_series(1, 10000) a, generate_series(1, 10000) b'
  for (const [statement, words] of [
    [cross, 'выглядит слишком долгим'],
    [
      'with recursive r as (select 1 as n union all select n + 1 from r) select count(*) from r',
      'WITH RECURSIVE',
    ],
    [`explain analyze ${cross}`, 'EXPLAIN ANALYZE'],
  ] as const) {
    const { code, err } = await run(['sql', statement])
    expect(code).toBe(1)
    expect(err).toContain(words)
    // What is said of one that was begun.
    expect(err).not.toContain('не закончился')
  }
  expect((await run(['sql', `explain ${cross}`])).code).toBe(0)
})

test('on the embedded database rows that come slowly end after 5 s', async () => {
  const { run } = await installation('embedded')
  // Cheap by its plan, endless by its rows: each takes milliseconds of real work that the planner does not see. Ten
  // thousand of them, after which the rest is cut, take far longer than 5 s on any machine.
  const slow = `select length(repeat(md5(n::text), 60000)) from generate_series(1, 60000) as n`
  const { code, err } = await run(['sql', slow])
  expect(code).toBe(1)
  expect(err).toContain('не закончился за 5 секунд')
})
