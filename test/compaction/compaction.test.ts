import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'
import { exportAccount } from '../../src/core/export/export-account.js'
import { applyAwards } from '../../src/core/progression/apply-awards.js'
import type { Award } from '../../src/core/progression/award.js'
import { type Database, runnerOf } from '../../src/db/connect.js'
import { installation } from '../cli/support.js'
import { freshDatabase, KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { compact, countEvents, type Happened, ledgerIsRight, remember, statementTotals } from './support.js'

const RUNS = process.env.LONG ? 200 : 8

const at = (day: string) => new Date(`${day}T12:00:00Z`)
const message = (account: number, day: string, more: Partial<Happened> = {}): Happened => ({
  account,
  type: 'message_sent',
  source: 'discord',
  xp: 5,
  coins: 1,
  at: at(day),
  ...more,
})
const year = (account: number): Happened[] =>
  Array.from({ length: 12 }, (_, month) =>
    Array.from({ length: 6 }, (_, n) =>
      message(account, `2025-${String(month + 1).padStart(2, '0')}-${10 + n}`),
    ),
  ).flat()

/** An act of somebody through the one door. */
async function act(db: Database, award: Omit<Award, 'source'>) {
  const [outcome] = await db.transaction((tx) =>
    applyAwards(runnerOf(tx), [{ source: 'telegram', ...award }], {
      rules: RULES,
      newId: () => newId(Date.now()),
    }),
  )
  return outcome
}
const says = (id: number, key: string, occurredAt: Date) => ({
  key,
  who: { platform: 'telegram' as const, id: String(id) },
  occurredAt,
  act: { type: 'message' as const, length: 40, fingerprint: null, multiplier: 1, place: '1' },
})

const happening = (account: number) =>
  fc.record({
    account: fc.constant(account),
    type: fc.constantFrom(
      'message_sent',
      'voice_time',
      'game_played',
      'daily_claimed',
      'coins_change',
      'xp_change',
      'rank_up',
      'imported',
    ),
    source: fc.constantFrom('telegram', 'discord', 'api:shop', 'system'),
    xp: fc.integer({ min: 0, max: 500 }),
    coins: fc.integer({ min: 0, max: 50 }),
    at: fc.date({
      min: new Date('2025-01-01T00:00:00Z'),
      max: new Date('2025-08-31T23:59:59Z'),
      noInvalidDate: true,
    }),
    data: fc.constantFrom<Record<string, unknown>>(
      {},
      { game_type: 'dice', won: true },
      { game_type: 'guess', won: false, bet: 3 },
      { job: 'miner' },
      { duration: 60, new_xp: 7 },
      { duration: 'nonsense', summed_up: 'nonsense', wins: [], new_xp: {} },
    ),
  })

describe('whatever happened, and whenever it is summed up', () => {
  // The embedded database takes long to open and is asked nothing that the driver could change.
  test.each(process.env.LONG ? KINDS : (['postgres'] as const))(
    'balances, the statement and doctor say the same on %s',
    async (kind) => {
      const db = await freshDatabase(kind)
      let account = 0
      await fc.assert(
        fc.asyncProperty(
          fc.array(happening(0), { minLength: 1, maxLength: 60 }),
          fc.array(fc.constantFrom('2025-02-01', '2025-04-01', '2025-07-01', '2025-09-01'), {
            minLength: 1,
            maxLength: 3,
          }),
          async (events, cuts) => {
            account += 1
            await remember(
              db,
              events.map((one) => ({ ...one, account })),
            )
            const before = await statementTotals(db, account)
            for (const cut of cuts) {
              expect((await compact(db, cut)).left).toEqual([])
              expect(await statementTotals(db, account)).toEqual(before)
            }
            expect(await ledgerIsRight(db)).toBe(true)
            const again = await compact(db, cuts.toSorted().at(-1) ?? '')
            expect(again.gone, 'nothing is left to sum up').toBe(0)
          },
        ),
        {
          numRuns: kind === 'embedded' ? Math.ceil(RUNS / 4) : RUNS,
          seed: Number(process.env.SEED ?? 20260208),
        },
      )
    },
    process.env.LONG ? 900_000 : 120_000,
  )
})

describe('summing up', () => {
  test('leaves one event per month, source and kind, in its place among the others', async () => {
    const db = await freshDatabase('postgres')
    await remember(db, [
      ...year(1),
      message(1, '2025-03-11', { source: 'telegram' }),
      message(1, '2025-03-12', { source: 'telegram' }),
    ])
    const { gone, sums } = await compact(db, '2025-07-01')
    expect([gone, sums]).toEqual([6 * 6 + 2, 7])
    const { rows } = await sql<{ data: Record<string, unknown>; xp: number; at: string; order: boolean }>`
      select data, xp_delta as xp, created_at::date::text as at, seq = max(seq) over (order by created_at, seq) as order
      from cross_platform_events order by seq`.execute(db.kysely)
    expect(rows.every(({ order }) => order)).toBe(true)
    expect(rows[0]).toMatchObject({
      xp: 30,
      at: '2025-01-15',
      data: { summed_up: 6, summed_from: '2025-01-10T12:00:00Z', delta_xp: 30, delta_coins: 6 },
    })
    let text = ''
    for await (const piece of exportAccount(db.kysely, 1, { now: new Date() })) text += piece
    const { events } = JSON.parse(text) as { events: { xp_delta: number }[] }
    expect(events.reduce((sum, one) => sum + one.xp_delta, 0)).toBe(74 * 5)
  })

  test('leaves alone what is for ever, what is under way, and what can still be delivered', async () => {
    const db = await freshDatabase('postgres')
    const twice = (more: Partial<Happened>) => [
      message(2, '2025-01-10', more),
      message(2, '2025-01-11', more),
    ]
    await remember(db, [
      ...twice({ type: 'rank_up' }),
      ...twice({ type: 'imported' }),
      ...twice({ type: 'accounts_merged' }),
      ...twice({ type: 'adjusted' }),
      ...twice({ type: 'xp_change', data: { reason: 'welcome' } }),
      ...twice({ type: 'coins_change' }),
      ...twice({ processed: false }),
      ...twice({ source: 'telegram' }),
    ])
    await sql`insert into ttfd.deliveries (event_id, account_id, destination, state, ended_at)
      select id, 2, 'telegram', 'failed', now() from cross_platform_events where source_platform = 'telegram'`.execute(
      db.kysely,
    )
    expect(await compact(db, '2025-07-01')).toMatchObject({ gone: 0, left: [] })
    await sql`update ttfd.deliveries set state = 'delivered'`.execute(db.kysely)
    expect(await compact(db, '2025-07-01')).toMatchObject({ gone: 2, sums: 1, left: [] })
    expect((await sql`select from ttfd.deliveries`.execute(db.kysely)).rows).toEqual([])
  })

  test('months are those of the community, not of Greenwich', async () => {
    const db = await freshDatabase('postgres')
    const evening = new Date('2025-03-31T21:30:00Z')
    await remember(db, [
      message(3, '2025-03-10'),
      message(3, '2025-03-11'),
      message(3, '', { at: evening }),
      message(3, '2025-04-10'),
    ])
    expect(await compact(db, '2025-04-01')).toMatchObject({ gone: 2, sums: 1 })
    expect(await compact(db, '2025-05-01')).toMatchObject({ gone: 2, sums: 1 })
  })

  test('an event that the database cannot add up holds up no other', async () => {
    const db = await freshDatabase('postgres')
    const huge = { xp: 9_007_199_254_740_991 }
    await remember(db, [...year(4), ...year(6)])
    await sql`insert into ttfd.accounts (id) values (5)`.execute(db.kysely)
    for (const day of ['2025-02-10', '2025-02-11'])
      await sql`insert into cross_platform_events (user_id, event_type, source_platform, xp_delta, dedupe_key, processed, processed_at, created_at)
        values (5, 'message_sent', 'discord', ${huge.xp}, ${`huge:${day}`}, true, now(), ${at(day)})`.execute(
        db.kysely,
      )
    const result = await compact(db, '2026-01-01')
    expect(result.left).toEqual([
      expect.objectContaining({ accountId: 5, month: '2025-01-31T21:00:00.000Z' }),
    ])
    expect(await countEvents(db)).toBe(12 + 12 + 2)
  })
})

describe('a key that was given up', () => {
  test('pays nothing when its act comes again, and makes no account; younger acts pay as ever', async () => {
    const db = await freshDatabase('postgres')
    const old = new Date('2025-02-10T12:00:00Z')
    await remember(db, [message(7, '2025-02-10', { key: 'telegram:message:1:1' }), message(7, '2025-02-11')])
    expect(await act(db, says(7, 'telegram:message:1:1', old))).toMatchObject({ status: 'duplicate' })
    await compact(db, '2025-03-01')
    expect(await act(db, says(7, 'telegram:message:1:1', old))).toEqual({
      status: 'refused',
      reason: 'too_old',
      accountId: null,
    })
    const stranger = { ...says(999, 'telegram:message:1:2', old), create: { displayName: 'X' } }
    expect(await act(db, stranger)).toMatchObject({ status: 'refused', reason: 'too_old' })
    expect(await act(db, says(7, 'telegram:message:1:3', new Date('2025-03-02T12:00:00Z')))).toMatchObject({
      status: 'recorded',
    })
    expect(await countEvents(db)).toBe(2)
    expect(await ledgerIsRight(db)).toBe(true)
    await compact(db, '2025-02-01')
    expect(await act(db, says(7, 'telegram:message:1:1', old)), 'the horizon never moves back').toMatchObject(
      { reason: 'too_old' },
    )
  })
})

describe('while the program works', () => {
  test('two at once, one of which dies in the middle, and awards all the time: every sum is right', async () => {
    const db = await freshDatabase('postgres')
    await remember(db, Array.from({ length: 8 }, (_, n) => year(100 + n)).flat())
    let isOver = false
    const awards = (async () => {
      let paid = 0
      for (let n = 0; !isOver || n < 30; n++) {
        const day = new Date(Date.UTC(2026, 0, 1, 12, n))
        const outcome = await act(db, says(100 + (n % 8), `telegram:message:2:${n}`, day))
        if (outcome && 'status' in outcome && outcome.status === 'recorded') paid += outcome.xp
      }
      return paid
    })()
    const dies = compact(db, '2026-01-01', {
      onProgress: () => {
        throw new Error('kill -9')
      },
    })
    const [died] = await Promise.allSettled([dies, compact(db, '2026-01-01'), compact(db, '2026-01-01')])
    expect(died.status).toBe('rejected')
    isOver = true
    const paid = await awards
    expect(await ledgerIsRight(db)).toBe(true)
    const { rows } = await sql<{
      xp: number
      old: number
    }>`select sum(xp)::int as xp, (select count(*)::int from cross_platform_events
      where created_at < '2026-01-01') as old from unified_users`.execute(db.kysely)
    expect(rows[0]).toEqual({ xp: 8 * 72 * 5 + paid, old: 8 * 12 })
  })
})

describe('ttfd events compact', () => {
  test('counts first, sums up then, and never touches the last weeks', async () => {
    const { run, db } = await installation('postgres')
    await remember(db, year(1))
    const counted = await run(['events', 'compact', '--before', '2025-05-20', '--dry-run', '--json'])
    expect(JSON.parse(counted.out)).toMatchObject({
      before: '2025-04-30T21:00:00.000Z',
      dry_run: true,
      gone: 24,
      sums: 4,
    })
    expect(await countEvents(db)).toBe(72)
    const done = await run(['events', 'compact', '--before', '2025-05-20'])
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('сумм: 4')])
    expect(await countEvents(db)).toBe(52)
    expect((await run(['events', 'compact', '--before', '2025-05-20'])).out).toContain('нечего')
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
    for (const wrong of [
      ['--keep-days', '3'],
      ['--before', yesterday],
    ].slice(0, new Date().getDate() > 3 ? 2 : 1))
      expect((await run(['events', 'compact', ...wrong])).code).toBe(1)
    for (const wrong of [
      ['--keep-days', 'x'],
      ['--before', '2025-02-31'],
      ['--before', '2025-01-01', '--keep-days', '90'],
    ])
      expect((await run(['events', 'compact', ...wrong])).code).toBe(2)
  })
})
