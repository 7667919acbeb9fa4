import { expect, test } from 'vitest'
import { atMostEvery } from '../../src/observability/at-most-every.js'

test('the same thing is said once a minute and tells how often it was kept back', () => {
  let now = 0
  const said: string[] = []
  const gate = atMostEvery(60_000, () => now)
  for (now = 0; now < 180_000; now += 1_000) gate('down', (kept) => said.push(`${now / 1000}s kept ${kept}`))
  expect(said).toEqual(['0s kept 0', '60s kept 59', '120s kept 59'])
})

test('different things do not silence each other', () => {
  const said: string[] = []
  const gate = atMostEvery(60_000, () => 0)
  for (const key of ['a', 'b', 'a']) gate(key, () => said.push(key))
  expect(said).toEqual(['a', 'b'])
})
