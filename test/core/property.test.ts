import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'
import { AccountsByIdentity } from '../../src/core/progression/account-state.js'
import { applyAwards } from '../../src/core/progression/apply-awards.js'
import type { Act, Award } from '../../src/core/progression/award.js'
import { foldDaySums } from '../../src/core/progression/day-sums.js'
import { decideAward } from '../../src/core/progression/decide-awards.js'
import { rankFor } from '../../src/core/progression/ranks.js'
import { type Database, runnerOf } from '../../src/db/connect.js'
import { blankAccount, NOON } from '../support/awards.js'
import { KINDS } from '../support/databases.js'
import { RANKS, RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

const RUNS = process.env.LONG ? 10 : 1
const TIMEOUT_MS = process.env.LONG ? 600_000 : 60_000

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('message' as const),
      length: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant(null)),
      fingerprint: fc.constantFrom(null, '00000000000000ff', 'ffffffff00000000', '00000000000000fe'),
      multiplier: fc.constantFrom(null, 0, 0.5, 1, 3),
      place: fc.constant('c'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Act>(
      { type: 'voice_minute', multiplier: 1, place: 'v' },
      { type: 'voice_minute', multiplier: 3, place: 'v' },
    ),
  },
  { weight: 2, arbitrary: fc.constant<Act>({ type: 'daily' }) },
  { weight: 1, arbitrary: fc.constant<Act>({ type: 'welcome' }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(10, 25, 50, 100)
      .map((bet): Act => ({ type: 'stake', game: 'guess', round: 'r', bet })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ bet: fc.constantFrom(0, 10, 100), won: fc.boolean() }).map(
      ({ bet, won }): Act => ({
        type: 'game',
        game: 'guess',
        round: 'r',
        bet,
        free: bet === 0,
        won,
        xp: won ? 50 : 5,
        payout: won ? bet * 3 : 0,
        detail: {},
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({
        xp: fc.integer({ min: -3_000, max: 6_000 }),
        coins: fc.integer({ min: -500, max: 500 }),
        silent: fc.boolean(),
      })
      .map(
        ({ xp, coins, silent }): Act => ({ type: 'grant', event: 'adjusted', xp, coins, silent, data: {} }),
      ),
  },
)

/** Acts of a few people over a few days, some of which arrive late, out of order or several times. */
const history = (people: number, length: number) =>
  fc.array(
    fc.record({
      person: fc.integer({ min: 1, max: people }),
      act,
      minute: fc.integer({ min: 0, max: 60 * 24 * 4 }),
      repeatOf: fc.option(fc.nat(), { freq: 6, nil: null }),
    }),
    { maxLength: length },
  )

type History = { person: number; act: Act; minute: number; repeatOf: number | null }[]

function awardsOf(steps: History, prefix: string): Award[] {
  const awards: Award[] = []
  for (const { person, act, minute, repeatOf } of steps) {
    const again = repeatOf === null || awards.length === 0 ? undefined : awards[repeatOf % awards.length]
    awards.push(
      again ?? {
        key: `${prefix}:${awards.length}`,
        who: { platform: 'telegram', id: `${prefix}${person}` },
        occurredAt: new Date(NOON.getTime() + minute * 60_000),
        source: 'telegram',
        act,
        create: { displayName: `Person ${person}` },
      },
    )
  }
  return awards
}

describe('whatever is decided in whatever order', () => {
  test(
    'balances are the sums of the events, nothing falls below 0, no cap is passed, no rank pays twice',
    () => {
      fc.assert(
        fc.property(history(1, 80), (steps) => {
          const account = blankAccount(1, { identities: { telegram: 'p1', discord: null, website: null } })
          const accounts = new AccountsByIdentity([account])
          const keys = new Set<string>()
          const sum = { xp: 0, coins: 0 }
          for (const award of awardsOf(steps, 'p')) {
            if (keys.has(award.key)) continue
            keys.add(award.key)
            const before = structuredClone({ ...account, limits: account.limits })
            const { outcome, events } = decideAward(accounts, award, RULES, () => newId(0))
            for (const event of events) {
              sum.xp += event.xpDelta
              sum.coins += event.coinsDelta
              if (event.type === 'rank_up') {
                expect(keys.has(event.dedupeKey)).toBe(false)
                keys.add(event.dedupeKey)
              }
            }
            expect({ xp: account.xp, coins: account.coins }).toEqual(sum)
            expect(account.xp).toBeGreaterThanOrEqual(0)
            expect(account.coins).toBeGreaterThanOrEqual(0)
            expect(account.rankId).toBe(
              outcome.status === 'refused' ? before.rankId : rankFor(account.xp, RANKS).id,
            )
            expect(account.highestRankPaid).toBeGreaterThanOrEqual(
              Math.max(before.highestRankPaid, account.rankId),
            )
            if (outcome.status === 'refused') expect(account).toEqual(before)
            for (const day of Object.values(account.limits.days)) {
              expect(day.message_xp ?? 0).toBeLessThanOrEqual(1_000)
              expect(day.voice_xp ?? 0).toBeLessThanOrEqual(480)
              expect(day.game_xp ?? 0).toBeLessThanOrEqual(500)
            }
            expect(Object.keys(account.limits.days).length).toBeLessThanOrEqual(3)
            expect(account.limits.paid.length).toBeLessThanOrEqual(10)
            expect(account.limits.prints.length).toBeLessThanOrEqual(5)
          }
        }),
        { numRuns: 300 * RUNS },
      )
    },
    TIMEOUT_MS,
  )
})

describe.each(KINDS)('cut into batches, mixed and repeated on %s', (kind) => {
  const shared = sharedDatabase(kind)
  let runs = 0

  test(
    'the same order per person gives the same balances, limits and events as one by one',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          history(4, 25),
          fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
          fc.infiniteStream(fc.nat()),
          async (steps, cuts, picks) => {
            const run = ++runs
            const one = await written(
              shared.db,
              `a${run}-`,
              awardsOf(steps, `a${run}-`).map((award) => [award]),
            )
            const mixed = interleave(awardsOf(steps, `b${run}-`), picks)
            expect(await written(shared.db, `b${run}-`, cut(mixed, cuts))).toEqual(one)
          },
        ),
        { numRuns: (kind === 'postgres' ? 8 : 3) * RUNS, endOnFailure: true },
      )
    },
    TIMEOUT_MS,
  )
})

/** Any order that keeps each person's own. */
function interleave(awards: readonly Award[], picks: Iterator<number>): Award[] {
  const queues = new Map<string, Award[]>()
  for (const award of awards) {
    const who = JSON.stringify(award.who)
    queues.set(who, [...(queues.get(who) ?? []), award])
  }
  const mixed: Award[] = []
  for (let open = [...queues.values()]; open.length > 0; open = open.filter((queue) => queue.length > 0)) {
    const next = open[(picks.next().value ?? 0) % open.length]?.shift()
    if (next) mixed.push(next)
  }
  return mixed
}

function cut<T>(items: readonly T[], sizes: readonly number[]): T[][] {
  const batches: T[][] = []
  for (let at = 0, n = 0; at < items.length; n++) {
    const size = sizes[n % sizes.length] ?? 1
    batches.push(items.slice(at, at + size))
    at += size
  }
  return batches
}

async function written(db: Database, prefix: string, batches: readonly Award[][]) {
  for (const batch of batches) {
    await db.transaction((tx) => applyAwards(runnerOf(tx), batch, { rules: RULES, newId: () => newId(0) }))
  }
  const users = await db.kysely
    .selectFrom('unified_users as u')
    .innerJoin('ttfd.account_limits as l', 'l.account_id', 'u.id')
    .selectAll('u')
    .select('l.state')
    .where('telegram_id', 'like', `${prefix}%`)
    .orderBy('telegram_id')
    .execute()
  return Promise.all(
    users.map(async ({ id, telegram_id, created_at, ...user }) => {
      const events = await db.kysely
        .selectFrom('cross_platform_events')
        .select(['event_type', 'xp_delta', 'coins_delta', 'data', 'dedupe_key', 'source_platform'])
        .where('user_id', '=', id)
        .orderBy('seq')
        .execute()
      // Keys without what differs between the two runs: the prefix and the account's id.
      const plainKey = (key: string) =>
        key.startsWith(prefix) ? key.slice(prefix.length) : key.replace(`:${id}`, '')
      await db.transaction(foldDaySums)
      const rollups = await db.kysely
        .selectFrom('ttfd.daily_rollups')
        .select(['day', 'event_type', 'xp', 'coins', 'events'])
        .where('account_id', '=', id)
        .orderBy('day')
        .orderBy('event_type')
        .execute()
      expect(events.reduce((sum, event) => sum + event.xp_delta, 0)).toBe(user.xp)
      expect(events.reduce((sum, event) => sum + event.coins_delta, 0)).toBe(user.coins)
      const plain = {
        ...user,
        username: null,
        rollups,
        events: events.map((event) => ({
          ...event,
          dedupe_key: plainKey(event.dedupe_key),
          // A hash over whom it was for, who differs between the runs.
          data: { ...event.data, content: undefined },
        })),
      }
      return { person: telegram_id?.replace(prefix, ''), ...plain }
    }),
  )
}
