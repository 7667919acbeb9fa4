import { describe, expect, test } from 'vitest'
import { dailyOffer } from '../../src/core/economy/daily-offer.js'
import { addDays } from '../../src/core/progression/community-day.js'
import { groupActs, totals } from '../../src/platforms/web/views/act-groups.js'
import { heatGeometry } from '../../src/platforms/web/views/heat-geometry.js'
import { originRows } from '../../src/platforms/web/views/own-view-models.js'
import { RULES } from '../support/rules.js'
import { act, NOON } from './acts.js'

describe('the day’s offer', () => {
  const offer = (lastDay: string | null, streak: number, now = NOON) =>
    dailyOffer({ lastDay, streak }, RULES, now)

  test.each([
    ['who never came starts at day 1', null, 0, false, 1, 100, 110],
    ['who came yesterday goes on', '2026-03-09', 4, false, 5, 140, 150],
    ['who missed a day starts again, whatever stands in the account', '2026-03-08', 4, false, 1, 100, 110],
    ['who came today is told of tomorrow', '2026-03-10', 5, true, 5, 140, 150],
    ['a clock that went back opens nothing', '2026-03-11', 6, true, 6, 150, 160],
    ['day 11 pays in full', '2026-03-09', 10, false, 11, 200, 200],
    ['and no day after it pays more', '2026-03-10', 40, true, 40, 200, 200],
  ])('%s', (_name, lastDay, streak, claimed, day, pays, tomorrow) => {
    expect(offer(lastDay, streak)).toMatchObject({
      claimed,
      today: { day, pays },
      tomorrow: { day: day + 1, pays: tomorrow },
      fullFrom: 11,
      pays: true,
    })
  })

  test('the day changes at the community’s midnight', () => {
    expect(offer('2026-03-10', 1, new Date('2026-03-10T20:59:59Z')).claimed).toBe(true)
    expect(offer('2026-03-10', 1, new Date('2026-03-10T21:00:00Z'))).toMatchObject({
      claimed: false,
      today: { day: 2 },
    })
  })
})

describe('where the XP came from', () => {
  test('sums by kind and platform, the largest first; services and the program stand together', () => {
    const rows = originRows(
      [
        { source: 'discord', type: 'message_sent', xp: 30 },
        { source: 'telegram', type: 'message_sent', xp: 20 },
        { source: 'discord', type: 'voice_time', xp: 90 },
        { source: 'api:quests', type: 'xp_change', xp: 7 },
        { source: 'discord', type: 'coins_change', xp: 5 },
        { source: 'system', type: 'adjusted', xp: -2 },
      ],
      150,
    )
    expect(rows.map(({ kind, xp }) => [kind, xp])).toEqual([
      ['voice', 90],
      ['messages', 50],
      ['bonus', 7],
      ['work', 5],
      ['adjusted', -2],
    ])
    expect(rows[1]?.parts).toEqual([
      { source: 'telegram', xp: 20 },
      { source: 'discord', xp: 30 },
    ])
    expect(rows[2]?.parts).toEqual([{ source: 'other', xp: 7 }])
  })

  test('what was there before the daily sums counts as brought over, so that all rows make the whole', () => {
    const rows = originRows([{ source: 'discord', type: 'message_sent', xp: 30 }], 100)
    expect(rows.map(({ kind, xp }) => [kind, xp])).toEqual([
      ['imported', 70],
      ['messages', 30],
    ])
  })

  test('what only moved between joined accounts is left out', () => {
    const rows = originRows(
      [
        { source: 'system', type: 'accounts_merged', xp: 0 },
        { source: 'discord', type: 'message_sent', xp: 30 },
      ],
      30,
    )
    expect(rows.map(({ kind }) => kind)).toEqual(['messages'])
  })
})

describe('the year of days', () => {
  const year = (xp: (n: number) => number) =>
    Array.from({ length: 366 }, (_, n) => ({ day: addDays('2025-03-10', n), xp: xp(n) }))

  test('stands in two halves of weeks from Monday to Sunday, ending today', () => {
    const { halves } = heatGeometry(year(() => 0))
    expect(halves.map(({ cells }) => cells.length)).toEqual([189, 177])
    expect(halves.map(({ from }) => new Date(from).getUTCDay())).toEqual([1, 1])
    expect(halves[1].to).toBe('2026-03-10')
    const [first, second] = halves[0].cells
    expect([second?.x === first?.x, (second?.y ?? 0) > (first?.y ?? 0)]).toEqual([true, true])
  })

  test('one record day does not pale all others', () => {
    const { halves } = heatGeometry(year((n) => (n === 5 ? 100_000 : n % 8)))
    const levels = halves.flatMap(({ cells }) => cells.map(({ level }) => level))
    for (const level of [0, 1, 2, 3, 4])
      expect(levels.filter((one) => one === level).length).toBeGreaterThan(20)
  })

  test('today’s XP moves no other day', () => {
    const before = heatGeometry(year((n) => (n === 365 ? 0 : n % 8)))
    const after = heatGeometry(year((n) => (n === 365 ? 1_000_000 : n % 8)))
    expect(after.halves[0]).toEqual(before.halves[0])
    expect(after.halves[1].cells.slice(0, -1)).toEqual(before.halves[1].cells.slice(0, -1))
    expect(after.halves[1].cells.at(-1)?.level).toBe(4)
  })

  test('takes back XP without falling below nothing', () => {
    const { halves, activeDays, best } = heatGeometry(year(() => -5))
    expect([activeDays, best]).toEqual([0, null])
    expect(new Set(halves[0].cells.map(({ level }) => level))).toEqual(new Set([0]))
  })
})

describe('minutes of voice', () => {
  const minute = (at: number, more: Partial<ReturnType<typeof act>> = {}) =>
    act({ type: 'voice_time', xp: 2, at: new Date(NOON.getTime() + at * 60_000), ...more })

  test('in a row are one line, parted by a pause, another reason and another platform', () => {
    const groups = groupActs([
      minute(30),
      minute(29),
      minute(28, { reason: 'cap', xp: 0 }),
      minute(10),
      act({ type: 'message_sent' }),
      minute(9),
      minute(8, { source: 'telegram' }),
    ])
    expect(groups.map((group) => group.length)).toEqual([2, 1, 1, 1, 1, 1])
    expect(groups[0] && totals(groups[0])).toEqual({ xp: 4, coins: 0 })
  })

  test('messages never melt together', () => {
    expect(groupActs([act({ type: 'message_sent' }), act({ type: 'message_sent' })])).toHaveLength(2)
  })
})
