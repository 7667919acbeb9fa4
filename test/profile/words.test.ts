import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { EVENT_TYPES } from '../../src/core/events/event-types.js'
import type { ZeroReason } from '../../src/core/progression/award.js'
import { en } from '../../src/i18n/en/index.js'
import { ru } from '../../src/i18n/ru/index.js'
import { LOCALES } from '../../src/i18n/translate.js'
import { explainAct, sourceName } from '../../src/platforms/web/views/explain-act.js'
import { createUi } from '../../src/platforms/web/views/ui.js'
import { leaves, values } from '../support/words.js'
import { act } from './acts.js'

const UI = { ru: createUi('ru', 'Europe/Moscow'), en: createUi('en', 'Europe/Moscow') }
const REASONS: Record<ZeroReason, true> = {
  short: true,
  cooldown: true,
  repeat: true,
  cap: true,
  place: true,
  rehearsal: true,
  too_late: true,
  restricted: true,
}
const CAUSES = ['welcome', 'link', 'stake', 'stake_cancelled', 'stake_expired', 'made up', null]
const PLURAL = /_(one|few|many|other)$/

const base = (key: string) => key.replace(PLURAL, '')

describe.each(['profile', 'statement'] as const)('words of the %s', (namespace) => {
  test('stand in both languages under the same keys, with the same values', () => {
    const english = new Map(leaves(en[namespace]).map(([key, text]) => [base(key), text]))
    const russian = new Map(leaves(ru[namespace]).map(([key, text]) => [base(key), text]))
    expect([...english.keys()].sort()).toEqual([...russian.keys()].sort())
    for (const [key, text] of russian) expect(values(text), key).toEqual(values(english.get(key) ?? ''))
  })

  test('have every plural of their language', () => {
    for (const locale of LOCALES) {
      const keys = leaves({ ru, en }[locale][namespace]).map(([key]) => key)
      const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories
      // `other` alone is a word of its own (the kind "other").
      const plurals = new Set(keys.filter((key) => /_(one|few|many)$/.test(key)).map(base))
      for (const plural of plurals) for (const form of forms) expect(keys).toContain(`${plural}_${form}`)
    }
  })

  test('are all in use', () => {
    const folder = 'src/platforms/web/views'
    const source = readdirSync(folder)
      .map((file) => readFileSync(`${folder}/${file}`, 'utf8'))
      .join('\n')
    const used = [...source.matchAll(new RegExp(`['"\`]${namespace}:([^'"\`]+)['"\`]`, 'g'))].map(
      ([, key = '']) =>
        new RegExp(`^${key.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}/g, '[a-z0-9_]+')}$`),
    )
    for (const [key] of leaves(ru[namespace])) {
      expect(
        used.some((pattern) => pattern.test(base(key)) || pattern.test(key)),
        key,
      ).toBe(true)
    }
  })
})

describe('an act in words', () => {
  test.each(EVENT_TYPES)('%s is named, and why it paid stands beside it, in both languages', (type) => {
    for (const ui of [UI.ru, UI.en]) {
      for (const cause of CAUSES) {
        for (const amount of [5, 0, -5]) {
          const said = explainAct(ui, act({ type, cause, xp: amount, game: 'guess', platform: 'discord' }))
          expect(said.title).not.toBe(ui.t('statement:act.other'))
          expect(said.title).not.toBe('')
          for (const words of [said.title, ...said.why])
            expect(words).not.toMatch(/\{\{|statement|act\.|why\.|—/)
        }
      }
    }
  })

  test.each(Object.keys(REASONS))('the reason %s is said first, in both languages', (reason) => {
    for (const ui of [UI.ru, UI.en]) {
      const [first, ...rest] = explainAct(ui, act({ reason: reason as ZeroReason, length: 64 })).why
      expect(first).toBe(ui.t(`statement:reason.${reason}`))
      expect(first).not.toContain('reason.')
      expect(rest).toEqual([])
    }
  })

  test.each([
    ['a message by its length', act({ xp: 10, length: 64 }), 'Сообщение, 64 знака', 'плата по длине'],
    ['one of one character', act({ xp: 0, length: 1 }), 'Сообщение, 1 знак', 'плата по длине'],
    ['one of eleven', act({ xp: 5, length: 11 }), 'Сообщение, 11 знаков', 'плата по длине'],
    ['a hidden text', act({ xp: 5 }), 'Сообщение', 'текст скрыт, плата наименьшая'],
    [
      'a multiplier',
      act({ xp: 15, length: 64, multiplier: 1.5 }),
      'Сообщение, 64 знака',
      'плата по длине, место умножает на 1,5',
    ],
    [
      'the rest of a cap',
      act({ xp: 3, length: 64, reason: 'cap' }),
      'Сообщение, 64 знака',
      'сколько оставалось до дневного предела, плата по длине',
    ],
    ['the daily', act({ type: 'daily_claimed', xp: 120, streak: 3 }), 'Награда дня', '3-й день серии'],
    [
      'a won bet',
      act({
        type: 'game_played',
        game: 'guess',
        won: true,
        bet: 50,
        drawn: 7,
        chosen: 7,
        xp: 50,
        coins: 150,
      }),
      'Угадай число',
      'победа, выпало: 7, твой выбор: 7, ставка 50 монет',
    ],
    [
      'a lost coin',
      act({ type: 'game_played', game: 'coinflip', won: false, drawn: 'heads', chosen: 'tails', xp: 5 }),
      'Монетка',
      'в другой раз повезёт, выпало: орёл, твой выбор: решка',
    ],
    [
      'an unknown game',
      act({ type: 'game_played', game: '<b>x</b>', won: true, drawn: '<b>', xp: 5 }),
      'Игра',
      'победа',
    ],
    ['the job', act({ type: 'coins_change', job: 'work', coins: 90 }), 'Работа', 'раз в час'],
    [
      'a stake',
      act({ type: 'coins_change', cause: 'stake', game: 'guess', coins: -10 }),
      'Ставка: Угадай число',
      'вернётся с выигрышем, если повезёт',
    ],
    [
      'a rank',
      act({ type: 'rank_up', coins: 50, reached: { tier: 'F', star: 2 } }),
      'Новый ранг: F II',
      'награда за ранг, один раз навсегда',
    ],
    [
      'an adjustment',
      act({ type: 'adjusted', xp: 5, note: 'за турнир' }),
      'Правка администратора',
      'за турнир',
    ],
    [
      'a link',
      act({ type: 'account_linked', platform: 'telegram' }),
      'Связана площадка: Telegram',
      'ничего не стоит и не платит',
    ],
    ['a service', act({ type: 'xp_change', source: 'api:quests', xp: 5 }), 'Опыт', 'начислил сервис'],
  ])('%s', (_name, one, title, why) => {
    const said = explainAct(UI.ru, one)
    expect([said.title, said.why.join(', ')]).toEqual([title, why])
  })

  test('what an old program left behind stays a plain event', () => {
    expect(explainAct(UI.ru, act({ type: 'legacy_thing' }))).toEqual({ title: 'Событие', why: [] })
    expect(sourceName(UI.en, 'unknown')).toBe('TTFD')
    expect(sourceName(UI.en, 'api:quests')).toBe('Service quests')
  })
})

test('a month that was summed up is one line that says of what, when and how many', () => {
  const sums = [
    act({ summed: 312 }),
    act({ summed: 41, wins: 22, type: 'game_played', game: 'dice' }),
    act({ summed: 2, type: 'coins_change', game: 'guess' }),
    act({ summed: 5, type: 'coins_change', job: 'miner', at: new Date('2026-03-31T21:30:00Z') }),
  ]
  expect(sums.map((sum) => explainAct(UI.ru, sum))).toEqual([
    { title: 'Сообщения, март 2026 г.', why: ['312 событий одной строкой'] },
    { title: 'Кости, март 2026 г.', why: ['41 событие одной строкой', '22 победы'] },
    { title: 'Ставки: Угадай число, март 2026 г.', why: ['2 события одной строкой'] },
    { title: 'Работа, апрель 2026 г.', why: ['5 событий одной строкой'] },
  ])
  expect(explainAct(UI.en, act({ summed: 1 }))).toEqual({
    title: 'Messages, March 2026',
    why: ['1 act in one line'],
  })
})
