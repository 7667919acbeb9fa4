import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { en } from '../../src/i18n/en/index.js'
import { ru } from '../../src/i18n/ru/index.js'
import { LOCALES } from '../../src/i18n/translate.js'
import { createUi } from '../../src/platforms/web/views/ui.js'
import { leaves } from '../support/words.js'
import { samplePages, ZONE } from './views-pages.js'

const VIEWS = 'src/platforms/web/views'
const PLURAL = /_(zero|one|two|few|many|other)$/

const keysOf = (table: unknown) => leaves(table).map(([key]) => key)
const words = { ru: keysOf(ru.web), en: keysOf(en.web) }
const bases = (keys: string[]) => [...new Set(keys.map((key) => key.replace(PLURAL, '')))].sort()

/** Keys that the views name, those with a `${}` part as patterns. */
function usedKeys(): RegExp[] {
  const source = readdirSync(VIEWS)
    .map((file) => readFileSync(`${VIEWS}/${file}`, 'utf8'))
    .join('\n')
  const used = [...source.matchAll(/['"`]web:([^'"`]+)['"`]/g)].map((match) => match[1] ?? '')
  return used.map((key) => {
    const pattern = key
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replaceAll('.', '\\.'))
      .join('[a-z0-9_]+')
    return new RegExp(`^${pattern}$`)
  })
}

describe('words of the website', () => {
  it('exist in both languages under the same keys', () => {
    expect(bases(words.en)).toEqual(bases(words.ru))
  })

  it('name the same values in both languages', () => {
    const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
    const at = (tree: unknown, path: string) =>
      path
        .split('.')
        .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], tree)
    for (const key of words.en) {
      const russian = at(ru.web, key)
      expect(values(String(russian)), key).toEqual(values(String(at(en.web, key))))
    }
  })

  it('have all plural forms that the language knows', () => {
    for (const [locale, keys] of Object.entries(words)) {
      const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories
      const plurals = new Set(keys.filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, '')))
      for (const base of plurals) {
        for (const form of forms) expect(keys, `${locale} ${base}`).toContain(`${base}_${form}`)
      }
    }
  })

  it('are there for every key that a view names, and none is left unused', () => {
    const used = usedKeys()
    for (const pattern of used)
      expect(
        bases(words.ru).some((key) => pattern.test(key)),
        String(pattern),
      ).toBe(true)
    const unused = bases(words.ru).filter((key) => !used.some((pattern) => pattern.test(key)))
    expect(unused).toEqual([])
  })

  it.each(LOCALES)('leave no key and no empty value on any page (%s)', (locale) => {
    for (const [path, html] of samplePages(locale)) {
      expect(html, path).not.toMatch(/\{\{|undefined|NaN|\[object/)
      const texts = [
        ...html.matchAll(/>([^<]+)</g),
        ...html.matchAll(/(?:content|aria-label|title)="([^"]*)"/g),
      ]
      for (const [, text] of texts) {
        const asKey = (text ?? '').trim()
        expect(
          words.ru.some((key) => asKey === key || asKey === `web:${key}`),
          `${path}: ${asKey}`,
        ).toBe(false)
        expect(asKey, path).not.toMatch(/^(web:)?[a-z]+(\.[a-z0-9_]+)+$/)
      }
    }
  })
})

describe('numbers and dates', () => {
  const russian = createUi('ru', ZONE)
  const english = createUi('en', ZONE)

  it.each([
    [0, '0 дней'],
    [1, '1 день'],
    [2, '2 дня'],
    [5, '5 дней'],
    [11, '11 дней'],
    [21, '21 день'],
    [112, '112 дней'],
  ])('bends the Russian noun by %i', (days, text) => {
    expect(russian.count('web:profile.streak_days', days)).toBe(text)
  })

  it('counts coins as people do', () => {
    const coins = (n: number) => russian.count('common:coins', n)
    expect([1, 2, 5, 1001].map(coins)).toEqual(['1 монета', '2 монеты', '5 монет', '1\u00a0001 монета'])
  })

  it('groups digits by language', () => {
    expect(russian.number(1_234_567)).toBe('1\u00a0234\u00a0567')
    expect(english.number(1_234_567)).toBe('1,234,567')
  })

  it('says voice time in hours and minutes', () => {
    expect(russian.duration(59)).toBe('0 мин')
    expect(russian.duration(463_500)).toBe('128 ч 45 мин')
    expect(english.duration(3600)).toBe('1 h 0 min')
  })

  it('dates an instant in the zone of the community, not of the server', () => {
    const lateEvening = new Date('2025-03-07T21:30:00Z')
    expect(russian.date(lateEvening)).toBe(
      '8 марта 2025\u202fг.'.replace('\u202f', russian.date(lateEvening).at(-3) ?? ''),
    )
    expect(english.date(lateEvening)).toBe('March 8, 2025')
    expect(english.isoDay(lateEvening)).toBe('2025-03-08')
    expect(createUi('en', 'America/New_York').date(lateEvening)).toBe('March 7, 2025')
  })

  it('keeps a community day in its place whatever the zone', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      expect(createUi('en', zone).day('2026-02-08', 'long')).toBe('February 8')
    }
  })
})
