import { expect, test } from 'vitest'
import type { Wanted } from '../../src/core/deliveries/claim-deliveries.js'
import { DestinationLane } from '../../src/sync/destination-lane.js'

function lane() {
  const made = new DestinationLane('telegram', async () => ({ status: 'delivered' }), 64)
  const look = (): Wanted => {
    const asked = made.wanted()
    if (!asked) throw new Error('there is room')
    return asked
  }
  return { made, look }
}

test('a sweep asked for while another look is under way still goes through everything', () => {
  const { made, look } = lane()
  const first = look()
  expect(first.dueWithinSeconds).toBeNull()
  made.took(first, [])
  const recent = look()
  expect(recent.dueWithinSeconds).toBe(60)
  made.sweep()
  made.took(recent, [])
  const second = look()
  expect([second.dueWithinSeconds, second.after]).toEqual([null, null])
  made.took(second, [])
  expect(look().dueWithinSeconds).toBe(60)
})
