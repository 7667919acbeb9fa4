import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { uniteLimits, uniteStreaks } from '../../src/core/linking/unite.js'
import { type Limits, readLimits } from '../../src/core/progression/limits.js'

const day = fc.constantFrom('2026-03-08', '2026-03-09', '2026-03-10')
const counters = fc.record(
  { message_xp: fc.nat(1_000), game_xp: fc.nat(500), bets_net: fc.integer({ min: -2_000, max: 1_000 }) },
  { requiredKeys: [] },
)
const limits: fc.Arbitrary<Limits> = fc.record({
  paid: fc.uniqueArray(fc.nat(100_000), { maxLength: 10 }).map((all) => all.sort((a, b) => a - b)),
  prints: fc
    .array(fc.tuple(fc.nat(200_000), fc.constantFrom('aa', 'bb', 'cc')), { maxLength: 5 })
    .map((all) => all.sort((a, b) => a[0] - b[0])),
  days: fc.dictionary(day, counters, { noNullPrototype: true }),
  daily: fc.option(day),
  played: fc.dictionary(fc.constantFrom('dice', 'work'), fc.nat(100_000), { noNullPrototype: true }),
})

describe('limits of two accounts that become one', () => {
  test('free no more than either had, whoever comes first', () => {
    fc.assert(
      fc.property(limits, limits, (a, b) => {
        const one = uniteLimits(a, b)
        expect(uniteLimits(b, a)).toEqual(one)
        for (const side of [a, b]) {
          for (const [at, used] of Object.entries(side.days)) {
            for (const [counter, amount] of Object.entries(used)) {
              const united = one.days[at]?.[counter as keyof typeof used] ?? 0
              expect(united).toBeGreaterThanOrEqual(amount)
            }
          }
          if (side.daily !== null) expect((one.daily ?? '') >= side.daily).toBe(true)
          for (const [game, at] of Object.entries(side.played))
            expect(one.played[game]).toBeGreaterThanOrEqual(at)
          if (side.paid.length > 0) expect(one.paid.at(-1)).toBeGreaterThanOrEqual(side.paid.at(-1) ?? 0)
        }
        expect(one.paid.length).toBeLessThanOrEqual(10)
        expect(one.prints.length).toBeLessThanOrEqual(5)
      }),
    )
  })

  test('with nothing on one side are those of the other', () => {
    fc.assert(
      fc.property(limits, (a) => {
        expect(uniteLimits(a, readLimits({})).paid).toEqual(a.paid)
        expect(uniteLimits(a, readLimits({})).daily).toBe(a.daily)
      }),
    )
  })
})

describe('the streak of two accounts that become one', () => {
  const on = (lastDay: string | null, days: number) => ({
    days,
    lastDay,
    lastDaily: lastDay === null ? null : new Date(`${lastDay}T10:00:00Z`),
  })

  test('is the longer one that is still alive', () => {
    const [today, yesterday] = [on('2026-03-10', 3), on('2026-03-09', 7)]
    expect(uniteStreaks(today, yesterday, '2026-03-10')).toEqual({ days: 7, lastDaily: today.lastDaily })
    expect(uniteStreaks(on(null, 0), today, '2026-03-10')).toEqual({ days: 3, lastDaily: today.lastDaily })
  })

  test("a broken one is not revived by the other's claim", () => {
    expect(uniteStreaks(on('2026-03-01', 40), on('2026-03-10', 1), '2026-03-10').days).toBe(1)
    expect(uniteStreaks(on('2026-03-01', 40), on(null, 0), '2026-03-10').days).toBe(0)
  })
})
