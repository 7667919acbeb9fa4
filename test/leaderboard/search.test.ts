import { beforeEach, describe, expect, test } from 'vitest'
import { changeSettings } from '../../src/core/accounts/settings.js'
import { findMembers, readNameQuery } from '../../src/core/boards/find-members.js'
import { KINDS } from '../support/databases.js'
import { sharedDatabase } from '../support/shared-database.js'
import { ban, clearMembers, makeMembers, type NewMember } from './support.js'

describe.each(KINDS)('searching by name on %s', (kind) => {
  const shared = sharedDatabase(kind)
  beforeEach(() => clearMembers(shared.db))

  const members = (names: readonly (string | NewMember)[]) =>
    makeMembers(
      shared.db,
      names.map((name) => (typeof name === 'string' ? { name } : name)),
    )
  const find = async (name: string) =>
    (await findMembers(shared.db.kysely, name)).found.map(({ displayName }) => displayName)

  test('a name is found by its beginning, in whatever letters it is written', async () => {
    await members([
      'Ёжик в тумане',
      'ЕЖЕВИКА',
      'ежонок',
      'Еж',
      'Старый ёжик',
      'Alice',
      'ALIna',
      'Éloïse',
      'Їжак',
    ])
    expect(await find('ёж')).toEqual(['Еж', 'ЕЖЕВИКА', 'Ёжик в тумане', 'ежонок'])
    expect(await find('ЕЖИК В')).toEqual(['Ёжик в тумане'])
    expect(await find('aLi')).toEqual(['Alice', 'ALIna'])
    expect(await find('éLO')).toEqual(['Éloïse'])
    expect(await find('їЖ')).toEqual(['Їжак'])
    expect(await find('жик')).toEqual([])
  })

  test('signs that mean something to databases mean themselves', async () => {
    await members(['100% ника', '100 ников', 'a_b', 'axb', 'a\\b', "o'hara", '%%%', '🦊 лис', '$1 доллар'])
    expect(await find('100%')).toEqual(['100% ника'])
    expect(await find('a_')).toEqual(['a_b'])
    expect(await find('a\\')).toEqual(['a\\b'])
    expect(await find("o'")).toEqual(["o'hara"])
    expect(await find('%%')).toEqual(['%%%'])
    expect(await find('__')).toEqual([])
    expect(await find('🦊 ')).toEqual(['🦊 лис'])
    expect(await find('$1')).toEqual(['$1 доллар'])
    expect(await find("x' or '1'='1")).toEqual([])
    expect(await find("'; delete from unified_users; --")).toEqual([])
    expect(await find('a_b')).toEqual(['a_b'])
  })

  test('hidden, banned, nameless and departed members are never found', async () => {
    const [hidden, banned] = await members([
      'Тень первая',
      'Тень вторая',
      { name: 'Тень безымянная', claimed: false },
      'Unknown',
      'Тень видимая',
    ])
    await changeSettings(shared.db, hidden ?? 0, { private: true })
    await ban(shared.db, banned ?? 0)
    expect(await find('тень')).toEqual(['Тень видимая'])
    expect(await find('unknown')).toEqual([])
    await changeSettings(shared.db, hidden ?? 0, { private: false })
    expect(await find('тень')).toEqual(['Тень видимая', 'Тень первая'])
  })

  test('at most a hundred are found, and it is said that there are more', async () => {
    await members(Array.from({ length: 103 }, (_, n) => `Клон ${n}`))
    const most = await findMembers(shared.db.kysely, 'клон')
    expect([most.found.length, most.more]).toEqual([100, true])
    const none = await findMembers(shared.db.kysely, 'клон', { limit: 5_000 })
    expect(none.found).toHaveLength(100)
    expect(await findMembers(shared.db.kysely, 'клон 7')).toMatchObject({ more: false })
  })
})

test('a query is 2 to 32 characters after cleaning, never more', () => {
  const read = (typed: string) => {
    const query = readNameQuery(typed)
    return query.status === 'ready' ? query.name : query.status
  }
  expect(read('  аня\t\n  к ')).toBe('аня к')
  expect(read('е\u0308ж')).toBe('ёж')
  expect(read('\u202eаб\u200b')).toBe('аб')
  expect(read('а')).toBe('too_short')
  expect(read(' \u0000 ')).toBe('too_short')
  expect(read('')).toBe('too_short')
  expect(read('🦊')).toBe('too_short')
  expect(read('🦊🦊')).toBe('🦊🦊')
  expect(read('я'.repeat(32))).toBe('я'.repeat(32))
  expect(read('я'.repeat(33))).toBe('too_long')
  expect(read('я'.repeat(1_000_000))).toBe('too_long')
  expect(read(' '.repeat(100_000))).toBe('too_long')
})
