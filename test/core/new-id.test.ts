import { expect, test } from 'vitest'
import { newId } from '../../src/core/events/new-id.js'

test('an id is a UUID of version 7 that bears its time', () => {
  const id = newId(Date.UTC(2026, 2, 1))
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 2, 1))
})

test('ids of later milliseconds sort later, and no two are equal', () => {
  const ids = Array.from({ length: 20_000 }, (_, n) => newId(1_000_000 + Math.floor(n / 100)))
  expect(new Set(ids).size).toBe(ids.length)
  const firsts = ids.filter((_, n) => n % 100 === 0)
  expect(firsts.toSorted()).toEqual(firsts)
})
