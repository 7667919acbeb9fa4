import { describe, expect, test } from 'vitest'
import { auth as en } from '../../src/i18n/en/auth.js'
import { auth as ru } from '../../src/i18n/ru/auth.js'
import { translator } from '../../src/i18n/translate.js'
import { SIGN_IN_PROBLEMS } from '../../src/platforms/web/auth/web-auth.js'
import { leaves, sources, values } from '../support/words.js'

const PLURAL = /_(one|few|many|other)$/

const base = (key: string) => key.replace(PLURAL, '')

describe('words of signing in', () => {
  test('stand in both languages, with the same values', () => {
    const english = new Map(leaves(en).map(([key, text]) => [base(key), text]))
    const russian = new Map(leaves(ru).map(([key, text]) => [base(key), text]))
    expect([...english.keys()].sort()).toEqual([...russian.keys()].sort())
    for (const [key, text] of russian) expect(values(text), key).toEqual(values(english.get(key) ?? ''))
  })

  test('have every plural of their language', () => {
    for (const [locale, tree] of [
      ['ru', ru],
      ['en', en],
    ] as const) {
      const keys = leaves(tree).map(([key]) => key)
      const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories
      for (const key of keys.filter((one) => PLURAL.test(one))) {
        for (const form of forms) expect(keys).toContain(`${base(key)}_${form}`)
      }
    }
  })

  test('are there for every key that the program names, and none is left unused', () => {
    const source = ['src/platforms', 'src/app', 'src/core', 'src/i18n/device-name.ts'].map(sources).join('\n')
    const named = [...source.matchAll(/[`'"]auth:((?:[\w.]|\$\{[^}]*\})+)[`'"]/g)].map(
      (match) => match[1] ?? '',
    )
    const patterns = named.map(
      (key) =>
        new RegExp(
          `^${key
            .split(/\$\{[^}]*\}/)
            .map((part) => part.replaceAll('.', '\\.'))
            .join('[a-z0-9_.]+')}$`,
        ),
    )
    const known = [...new Set(leaves(ru).map(([key]) => base(key)))]
    for (const pattern of patterns)
      expect(
        known.some((key) => pattern.test(key)),
        String(pattern),
      ).toBe(true)
    const unused = known.filter((key) => !patterns.some((pattern) => pattern.test(key)))
    expect(unused).toEqual([])
  })

  test.each(SIGN_IN_PROBLEMS)('say what happened and what to do: %s', (problem) => {
    for (const locale of ['ru', 'en'] as const) {
      const t = translator(locale)
      for (const part of ['title', 'text']) {
        const text = t(`auth:problem.${problem}.${part}`, { min: 8, max: 128 })
        expect(text).not.toContain('problem.')
        expect(text).not.toMatch(/\{\{|—/)
      }
    }
  })
})
