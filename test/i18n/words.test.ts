import fc from 'fast-check'
import { createInstance } from 'i18next'
import { describe, expect, test } from 'vitest'
import { en } from '../../src/i18n/en/index.js'
import { MessageTable } from '../../src/i18n/message-table.js'
import { ru } from '../../src/i18n/ru/index.js'
import { formatNumber, LOCALES, translator } from '../../src/i18n/translate.js'

// The words are written in i18next's format; i18next itself says what they must come out as.

const PLURAL = /_(zero|one|two|few|many|other)$/
const COUNTS = [0, 1, 2, 5, 11, 21, 22, 101, 1_000, 1.5]

function keysOf(words: object, path: string): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [path + key] : keysOf(value, `${path}${key}.`),
  )
}

function at(namespaces: object, key: string): unknown {
  return key
    .split(/[:.]/)
    .reduce<unknown>((words, part) => (words as Record<string, unknown>)[part], namespaces)
}

function outside(resources: Record<string, object>) {
  const instance = createInstance()
  void instance.init({
    fallbackLng: false,
    resources: resources as never,
    ns: Object.keys(ru),
    defaultNS: 'common',
    initAsync: false,
    interpolation: { escapeValue: false },
  })
  return instance
}

describe.each(LOCALES)('every message in %s', (locale) => {
  const namespaces = locale === 'ru' ? ru : en
  const reference = outside({ ru, en }).getFixedT(locale)
  const t = translator(locale)
  const keys = Object.entries(namespaces).flatMap(([name, words]) => keysOf(words, `${name}:`))
  /** What a message asks for: numbers and texts in turn. */
  const valuesOf = (key: string) => {
    const names = [...String(at(namespaces, key)).matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name ?? '')
    return Object.fromEntries(names.map((name, n) => [name, n % 2 === 0 ? `<b>${name}</b> $1 & Ёж` : n]))
  }

  test('is there to be compared', () => {
    expect(keys.length).toBeGreaterThan(1_000)
    expect(keys.filter((key) => Object.keys(valuesOf(key)).length > 1).length).toBeGreaterThan(100)
  })

  test('says with its values what i18next says', () => {
    for (const key of keys) {
      const values = { ...valuesOf(key), count: undefined }
      expect(t(key, values), key).toBe(reference(key, values))
    }
  })

  test('bends its plurals as i18next does', () => {
    const bases = new Set(keys.filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')))
    expect(bases.size).toBeGreaterThan(10)
    for (const key of bases) {
      for (const count of COUNTS) {
        const values = { ...valuesOf(`${key}_other`), count }
        expect(t(key, values), `${key} ${count}`).toBe(reference(key, values))
      }
    }
  })
})

test('a form for none at all goes before the plural; a message without forms serves every count', () => {
  const words = { cup_zero: 'no cups', cup_one: 'a cup', cup_other: '{{count}} cups', tea: 'tea {{count}}' }
  const table = new MessageTable('en', { kitchen: words }, 'kitchen')
  const reference = outside({ en: { kitchen: words } }).getFixedT('en', 'kitchen')
  for (const count of [0, 1, 2]) {
    for (const key of ['cup', 'tea']) expect(table.say(key, { count })).toBe(reference(key, { count }))
  }
})

test('what a person wrote is never read as a message', () => {
  const t = translator('en')
  const hostile = '{{place}} $t(common:coins) {{n}}'
  expect(t('web:meta.profile_title', { name: hostile, rank: 'F I', xp: 1, place: 'no', n: 'no' })).toContain(
    hostile,
  )
})

test('a value that was forgotten and a key that is not there can be seen', () => {
  const t = translator('ru')
  const reference = outside({ ru, en }).getFixedT('ru')
  for (const values of [undefined, {}, { xp: undefined }, { xp: null }, { xp: 0 }, { xp: '' }]) {
    expect(t('web:chart.total', values)).toBe(reference('web:chart.total', values ?? {}))
  }
  expect(t('web:chart.total')).toContain('{{xp}}')
  expect(t('web:no.such.key')).toBe('no.such.key')
  expect(t('platform.discord')).toBe(t('common:platform.discord'))
})

test('whole numbers are grouped as Intl groups them', () => {
  const whole = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -20_000, max: 20_000 }))
  for (const locale of LOCALES) {
    const intl = new Intl.NumberFormat(locale)
    fc.assert(fc.property(whole, (value) => formatNumber(locale, value) === intl.format(value)))
    for (const value of [0, -0, 999, 1_000, 1.5, -12.25])
      expect(formatNumber(locale, value)).toBe(intl.format(value))
  }
})
