import { describe, expect, test } from 'vitest'
import { fingerprint, isNear } from '../../src/core/messages/fingerprint.js'
import { CHAT_LINES } from './chat-lines.js'

const KEYS = Array.from({ length: 10 }, (_, n) => `key ${n}`)
const near = (a: string, b: string) =>
  KEYS.filter((key) => isNear(fingerprint(a, key), fingerprint(b, key))).length / KEYS.length

describe('a near-repeat', () => {
  test.each([
    ['спам', 'спам спам спам'],
    ['спам спам', 'СПАМ спамспам!!!'],
    ['го в рейд', 'го в рейд го в рейд'],
    ['farm farm farm xp', 'farm farm xp'],
    ['хахаха', 'хахахахахаха'],
    ['ааа', 'аааааааааа'],
    ['Кто сегодня вечером идёт в рейд на дракона?', 'кто сегодня вечером идёт в рейд на дракона 2'],
    ['набираю опыт 1', 'набираю опыт 348'],
    ['набираю опыт', 'н а б и р а ю  о п ы т'],
    ['12345', '99 281'],
    ['....', '!?!?'],
    ['😀😀😀😀', '😀 😀'],
    ['🔥🎮🔥🎮', '🎮🔥🎮🔥🎮🔥'],
  ])('%s / %s is always known', (a, b) => {
    expect(near(a, b)).toBe(1)
  })

  test.each([
    ['Кто сегодня вечером идёт в рейд на дракона?', 'Кто сегодня вечером идет в рейд на дракона'],
    ['Кто сегодня вечером идёт в рейд на дракона?', 'кто сегодня вечером пойдёт в рейд на дракона'],
    ['Кто сегодня вечером идёт в рейд на дракона?', 'ну кто сегодня вечером идёт в рейд на дракона?'],
    ['фармлю опыт потихоньку', 'фармлю опыт потихоньку же'],
  ])('%s / %s is nearly always known', (a, b) => {
    expect(near(a, b)).toBeGreaterThanOrEqual(0.8)
  })
})

test('a hundred ordinary lines are all different from each other, whatever the key', () => {
  const mistaken: string[] = []
  for (const key of KEYS) {
    const prints = CHAT_LINES.map((line) => fingerprint(line, key))
    prints.forEach((print, i) => {
      prints.slice(0, i).forEach((other, j) => {
        if (isNear(print, other)) mistaken.push(`${CHAT_LINES[i]} / ${CHAT_LINES[j]}`)
      })
    })
  }
  expect(mistaken).toEqual([])
})

test('another key gives another print, and a print is 16 hex digits of any text', () => {
  expect(fingerprint('привет', 'a')).not.toBe(fingerprint('привет', 'b'))
  for (const text of ['', ' ', '\u0000', '\ud800', '👩‍🚀', 'ж'.repeat(1_000_000), 'абв'.repeat(100_000)]) {
    expect(fingerprint(text, 'a')).toMatch(/^[0-9a-f]{16}$/)
  }
})
