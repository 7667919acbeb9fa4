import { expect, test } from 'vitest'
import { weblink as en } from '../../src/i18n/en/weblink.js'
import { weblink as ru } from '../../src/i18n/ru/weblink.js'
import { leaves, sources, values } from '../support/words.js'

test('the words of linking stand in both languages, with the same values', () => {
  const english = new Map(leaves(en))
  expect([...english.keys()].sort()).toEqual(
    leaves(ru)
      .map(([key]) => key)
      .sort(),
  )
  for (const [key, text] of leaves(ru)) expect(values(text), key).toEqual(values(english.get(key) ?? ''))
})

test('every word that the program names is there, and none is left unused', () => {
  const source = ['src/platforms', 'src/core/linking', 'src/core/merging'].map(sources).join('\n')
  const named = [...source.matchAll(/weblink:((?:[\w.]|\$\{[^}]*\})+)/g)].map((match) => match[1] ?? '')
  const patterns = named.map(
    (key) => new RegExp(`^${key.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '\\w+')}$`),
  )
  const keys = leaves(ru).map(([key]) => key)
  expect(keys.filter((key) => !patterns.some((pattern) => pattern.test(key)))).toEqual([])
  expect(named.filter((_, at) => !keys.some((key) => patterns[at]?.test(key)))).toEqual([])
})
