import { describe, expect, test } from 'vitest'
import { type Press, packPress, readPress } from '../../src/platforms/telegram/callback-data.js'
import { describeError } from '../../src/platforms/telegram/errors.js'
import { FloodGate } from '../../src/platforms/telegram/flood-gate.js'
import { durationText, escapeHtml, progressBar, wordsOf } from '../../src/platforms/telegram/render.js'

describe('words', () => {
  test.each([
    [1, '1 монета', '1 coin'],
    [3, '3 монеты', '3 coins'],
    [11, '11 монет', '11 coins'],
    [22, '22 монеты', '22 coins'],
    [12_500, '12 500 монет', '12,500 coins'],
  ])('%i coins are counted rightly', (count, russian, english) => {
    const plainSpaces = (text: string) => text.replace(/\s/g, ' ')
    expect(plainSpaces(wordsOf('ru').count('common:coins', count))).toBe(russian)
    expect(wordsOf('en').count('common:coins', count)).toBe(english)
  })

  test('every value is escaped, in messages only', () => {
    const name = '<b>&"$t(telegram:start.about){{xp}}'
    const escaped = '&lt;b&gt;&amp;&quot;$t(telegram:start.about){{xp}}'
    expect(escapeHtml(name)).toBe(escaped)
    expect(wordsOf('en').html('start.hello', { name })).toBe(`👋 Hi, <b>${escaped}</b>!`)
  })

  test('a progress bar is full only at the end', () => {
    expect(['▱▱▱▱▱▱▱▱▱▱', '▰▰▰▰▰▰▰▰▰▱', '▰▰▰▰▰▰▰▰▰▰']).toEqual([0, 99, 100].map(progressBar))
  })

  test('spans are told in hours and minutes', () => {
    const words = wordsOf('en')
    expect([20, 90, 3_600, 86_399].map((seconds) => durationText(words, seconds))).toEqual([
      'a minute',
      '2 min',
      '1 h 0 min',
      '24 h 0 min',
    ])
  })
})

test('a button’s bytes fit Telegram’s 64 and say what they said', () => {
  const round = '0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'
  const presses: Press[] = [
    { act: 'open', page: 'settings' },
    { act: 'round', bet: 100 },
    { act: 'pick', round, pick: 10 },
    { act: 'cancel', round },
    { act: 'top', page: 99, board: 'messages', period: 'month' },
    { act: 'set', name: 'locale', value: 'ru' },
    { act: 'set', name: 'private', value: false },
  ]
  for (const press of presses) {
    expect(Buffer.byteLength(packPress(press))).toBeLessThanOrEqual(64)
    expect(readPress(packPress(press))).toEqual(press)
  }
})

test('patience returns with time', () => {
  let now = 0
  const gate = new FloodGate({ burst: 2, perSecond: 1 }, () => now)
  expect([1, 2, 3, 4].map(() => gate.take(7))).toEqual(['pass', 'pass', 'warn', 'drop'])
  expect(gate.take(8)).toBe('pass')
  now = 1_000
  expect([1, 2].map(() => gate.take(7))).toEqual(['pass', 'warn'])
})

test('an error is described without the token', () => {
  const token = '7000000001:AAsecretsecretsecretsecretsecretsec'
  const error = new TypeError(`fetch of https://api.telegram.org/bot${token}/getMe failed`)
  expect(describeError(error)).not.toContain('secretsecret')
})
