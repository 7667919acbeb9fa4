import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Limits, readLimits } from '../../src/core/progression/limits.js'
import { packLimits } from '../../src/core/progression/packed-limits.js'
import { ByteWriter } from '../../src/db/byte-writer.js'

const packed = (limits: Limits): unknown => {
  // Small, so that it must grow.
  const to = new ByteWriter(1)
  packLimits(limits, to)
  return JSON.parse(to.copy().toString())
}

const seconds = fc.integer({ min: 0, max: 9_999_999_999 })
const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
const limits: fc.Arbitrary<Limits> = fc.record(
  {
    paid: fc.array(seconds, { maxLength: 10 }),
    prints: fc.array(fc.tuple(seconds, fc.stringMatching(/^[0-9a-f]{16}$/)), { maxLength: 5 }),
    days: fc.dictionary(
      day.map((at) => at.toISOString().slice(0, 10)),
      fc.record(
        { message_xp: fc.nat(), bets_net: fc.maxSafeInteger(), free_rounds: fc.nat(10) },
        { requiredKeys: [] },
      ),
      { maxKeys: 3 },
    ),
    daily: fc.option(fc.constant('2026-02-20')),
    played: fc.dictionary(fc.constantFrom('dice', 'work'), seconds),
    frozen: fc.record({ coins: fc.nat(), until: seconds }),
    restricted: fc.constantFrom({ banned: null }, { unpaid: 5 }),
    closed: fc.constantFrom({ until: null }, { until: 7 }),
    once: fc.constant(['welcome']),
  },
  { requiredKeys: ['paid', 'prints', 'days', 'daily', 'played'] },
)

test('limits are the same after packing, and a spread-out document reads like its packed form', () => {
  fc.assert(
    fc.property(limits, (given) => {
      expect(readLimits(packed(given))).toEqual(given)
      expect(readLimits(JSON.parse(JSON.stringify(given)))).toEqual(given)
    }),
  )
})

test('of limits without anything nothing is stored', () => {
  expect(packed(readLimits({}))).toEqual({})
  expect(packed({ ...readLimits({}), paid: [1_763_000_000] })).toEqual({ paid: '1763000000' })
})

test('what is no fingerprint is refused rather than stored as another document', () => {
  expect(() => packed({ ...readLimits({}), prints: [[1, '","x":"']] })).toThrow(RangeError)
})
