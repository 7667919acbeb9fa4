import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanName } from '../../src/core/accounts/clean-name.js'

describe('a name is cut to what may be shown', () => {
  test.each([
    ['an ordinary one stays', 'Аня Смирнова', 'Аня Смирнова'],
    ['spaces are single and none at the ends', '  Аня \t\n  С.  ', 'Аня С.'],
    ['control characters and U+0000 go', 'a\u0000b\u0007c\u009fd', 'abcd'],
    ['bidi overrides go', 'user\u202egnp.exe', 'usergnp.exe'],
    ['zero-width characters go', 'a\u200bd\u200cm\u2060i\ufeffn', 'admin'],
    ['a joiner between letters goes', 'a\u200db', 'ab'],
    ['lone surrogates go', 'a\ud800b\udc00c', 'abc'],
    ['private-use and tag characters go', 'a\ue000b\u{e0041}c', 'abc'],
    ['composed as NFC', 'e\u0301', '\u00e9'],
    ['composed even when something invisible stood between', 'e\u200b\u0301', '\u00e9'],
    ['two marks a letter', 'z\u0334\u0335\u0336\u0337o', 'z\u0334\u0335o'],
    ['emoji sequences are kept', '👩🏽‍🚀 ❤️‍🔥 👨‍👩‍👧', '👩🏽‍🚀 ❤️‍🔥 👨‍👩‍👧'],
    ['flags and keycaps are kept', '🇷🇺 1️⃣', '🇷🇺 1️⃣'],
    ['markup is no business of storing', '<b>*x*</b>', '<b>*x*</b>'],
  ])('%s', (_, raw, clean) => {
    expect(cleanName(raw)).toBe(clean)
  })

  test.each([
    null,
    undefined,
    '',
    '   ',
    '\u200b\u200b',
    '\u3164',
    '\u2800',
    '\u0301\u0301',
    '\ud800',
    '\u202e',
    '\ufe0f',
    '\u{e0020}',
  ])('%j is no name', (raw) => {
    expect(cleanName(raw)).toBeNull()
  })

  test('32 graphemes, 128 code points', () => {
    expect([...(cleanName('ж'.repeat(200)) ?? '')]).toHaveLength(32)
    const families = cleanName('👨‍👩‍👧‍👦'.repeat(40)) ?? ''
    expect([...families].length).toBeLessThanOrEqual(128)
    expect(families.endsWith('👨‍👩‍👧‍👦')).toBe(true)
  })

  test('a megabyte costs nothing', () => {
    const began = process.cpuUsage()
    for (const part of ['ж', '\u0301', '👨‍👩‍👧‍👦', ' ', '\u200b', 'a\u0301\u0302\u0303']) {
      cleanName(part.repeat(1_000_000 / part.length))
    }
    // Work, not time: others may have the machine meanwhile. What grows with the square would take minutes.
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(2_000)
  })

  test('whatever comes in, what goes out keeps the rules, and is cleaned already', {
    timeout: 300_000,
  }, () => {
    const nasty = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 8 }),
        fc.string({ unit: 'grapheme', maxLength: 8 }),
        fc.constantFrom(
          '\u200d',
          '\u202e',
          '\u0301',
          '\ufe0f',
          '\ud83d',
          '👩',
          '🏽',
          ' ',
          '\u3164',
          '\u1100',
          '\u0000',
        ),
      ),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(nasty, (parts) => {
        const name = cleanName(parts.join(''))
        if (name === null) return
        expect(cleanName(name)).toBe(name)
        expect(name).toBe(name.normalize('NFC'))
        expect(name.isWellFormed()).toBe(true)
        expect(name).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b]/u)
        expect([...name].length).toBeLessThanOrEqual(128)
        expect([...new Intl.Segmenter('und').segment(name)].length).toBeLessThanOrEqual(32)
      }),
      { numRuns: process.env.LONG ? 20_000 : 2_000 },
    )
  })
})
