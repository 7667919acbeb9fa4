import { describe, expect, test } from 'vitest'
import { discord as en } from '../../src/i18n/en/discord.js'
import { discord as ru } from '../../src/i18n/ru/discord.js'
import { readCustomId, writeCustomId } from '../../src/platforms/discord/commands/custom-id.js'
import { COMMANDS } from '../../src/platforms/discord/commands/registry.js'
import { describeError } from '../../src/platforms/discord/errors.js'
import { nonceOf } from '../../src/platforms/discord/notices/nonce.js'
import { escapeName, wordsOf } from '../../src/platforms/discord/render/words.js'

const PLURAL = /_(one|few|many|other)$/

/** Every key with its text, plurals of one word taken together. */
function keysOf(tree: object, path = ''): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'object')
      for (const [deep, forms] of keysOf(value, `${path}${key}.`)) keys.set(deep, forms)
    else {
      const name = `${path}${key.replace(PLURAL, '')}`
      keys.set(name, (keys.get(name) ?? new Set()).add(PLURAL.exec(key)?.[1] ?? ''))
    }
  }
  return keys
}

function textsOf(tree: object): string[] {
  return Object.values(tree).flatMap((value) =>
    typeof value === 'object' ? textsOf(value) : [String(value)],
  )
}

describe('the words of the Discord bot', () => {
  test('say the same things in both languages, each with its plurals', () => {
    const [russian, english] = [keysOf(ru), keysOf(en)]
    expect([...russian.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [key, forms] of russian) {
      if (forms.has('')) continue
      expect([...forms].sort(), key).toEqual(['few', 'many', 'one', 'other'])
      expect([...(english.get(key) ?? [])].sort(), key).toEqual(['one', 'other'])
    }
  })

  test('name the same values', () => {
    const values = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()
    const look = (a: Record<string, unknown>, b: Record<string, unknown>): void => {
      for (const [key, text] of Object.entries(a)) {
        const other = b[key]
        if (typeof text === 'object' && text !== null) look(text as never, (other ?? {}) as never)
        else if (typeof other === 'string') expect(values(other), key).toEqual(values(String(text)))
      }
    }
    look(ru, en)
  })

  test('have no long dash, and Russian has no English left in it', () => {
    for (const text of [...textsOf(ru), ...textsOf(en)]) expect(text).not.toMatch(/\u2014/)
  })

  test('fit what Discord takes of commands: lower-case names, descriptions up to 100', () => {
    type Named = {
      name: string
      description?: string
      name_localizations?: { ru?: string }
      description_localizations?: { ru?: string }
      type?: number
      options?: Named[]
      choices?: { name: string; name_localizations?: { ru?: string } }[]
    }
    const look = (command: Named, isMenu: boolean): void => {
      for (const name of [command.name, command.name_localizations?.ru ?? '']) {
        expect(name).not.toBe('')
        if (!isMenu) expect(name).toMatch(/^[-_\p{Ll}\p{N}]{1,32}$/u)
      }
      if (!isMenu)
        for (const text of [command.description ?? '', command.description_localizations?.ru ?? '']) {
          expect(text.length).toBeGreaterThan(0)
          expect(text.length).toBeLessThanOrEqual(100)
        }
      for (const choice of command.choices ?? []) expect(choice.name_localizations?.ru ?? '').not.toBe('')
      for (const option of command.options ?? []) look(option, false)
    }
    for (const { data } of COMMANDS) look(data as Named, data.type === 2)
  })
})

describe('what people and bytes bring', () => {
  test('a name is shown without its markup, mentions and links', () => {
    const name = '**@everyone** <@&1> `x` ||s|| [a](http://x.y) # t'
    const shown = escapeName(name)
    expect(shown).not.toMatch(/@everyone|(^|[^\\])<@|(^|[^\\])\*\*|(^|[^\\])`|http:\/\//)
    expect(wordsOf('en').say('rank.now', { name, rank: 'x', xp: '1' })).not.toContain('@everyone')
  })

  test('a button id that no button of ours carries is none', () => {
    expect(readCustomId(writeCustomId('top', '1', 'xp', 'all', 2))).toEqual({
      kind: 'top',
      userId: '1',
      args: ['xp', 'all', '2'],
    })
    for (const raw of [
      '',
      'top',
      'top:x',
      'top:1:a b',
      `top:1:${'a'.repeat(200)}`,
      'top:1:<@1>',
      "set:1:';--",
    ])
      expect(readCustomId(raw)).toBeNull()
  })

  test('errors are told without tokens', () => {
    const token = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789AB'
    expect(describeError(new Error(`bad token ${token}`))).not.toContain('abcdefghijklmnop')
    const url = 'https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb246c2VjcmV0/messages/@original'
    expect(describeError(new Error(`PATCH ${url}`))).not.toContain('aW50ZXJh')
  })

  test('a nonce fits and is the same at every attempt', () => {
    expect(nonceOf('ffffffff-ffff-ffff-ffff-ffffffffffff').length).toBe(25)
    expect(nonceOf('019a0000-0000-7000-8000-000000000001')).toBe(
      nonceOf('019a0000-0000-7000-8000-000000000001'),
    )
  })
})
