import { describe, expect, test } from 'vitest'
import { addDays, communityDay, secondsToNextDay } from '../../src/core/progression/community-day.js'

describe('the community day', () => {
  test('is the calendar day of the community’s zone', () => {
    const at = new Date('2026-03-01T21:00:00Z')
    expect(communityDay(at, 'Europe/Moscow')).toBe('2026-03-02')
    expect(communityDay(new Date(at.getTime() - 1), 'Europe/Moscow')).toBe('2026-03-01')
    expect(communityDay(at, 'America/New_York')).toBe('2026-03-01')
    // Zones that stand a quarter of an hour apart from the rest.
    expect(communityDay(new Date('2026-03-01T18:14:59Z'), 'Asia/Kathmandu')).toBe('2026-03-01')
    expect(communityDay(new Date('2026-03-01T18:15:00Z'), 'Asia/Kathmandu')).toBe('2026-03-02')
  })

  test.each([
    ['2026-03-29T11:00:00Z', 'Europe/Berlin', 11 * 3600],
    ['2026-03-28T23:00:00Z', 'Europe/Berlin', 23 * 3600],
    ['2026-10-24T22:00:00Z', 'Europe/Berlin', 25 * 3600],
    ['2026-03-02T20:59:59.999Z', 'Europe/Moscow', 1],
    ['2026-03-02T21:00:00Z', 'Europe/Moscow', 24 * 3600],
  ])('after %s in %s the next one begins in %i seconds', (at, zone, seconds) => {
    expect(secondsToNextDay(new Date(at), zone)).toBe(seconds)
  })

  test('days are counted over months and leap years', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
  })

  test('a moment that is none is refused', () => {
    expect(() => communityDay(new Date(Number.NaN), 'Europe/Moscow')).toThrow(RangeError)
  })
})
