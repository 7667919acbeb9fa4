import { describe, expect, test } from 'vitest'
import { fingerprint } from '../../src/core/messages/fingerprint.js'
import { days, hours, message, minutes, NOON, PureAccount, recorded, seconds } from '../support/awards.js'
import { RULES } from '../support/rules.js'

const print = (text: string) => fingerprint(text, 'key')

describe('a message pays', () => {
  test.each([
    [0, 0],
    [3, 0],
    [4, 5],
    [49, 5],
    [50, 10],
    [99, 10],
    [100, 15],
    [199, 15],
    [200, 20],
    [4_000, 20],
  ])('by its length: %i characters, %i XP', (length, xp) => {
    expect(new PureAccount().pays(message({ length }))).toEqual([xp, xp === 0 ? 'short' : null])
  })

  test('5 XP when the platform hides its text', () => {
    expect(new PureAccount().pays(message({ length: null }))).toEqual([5, null])
  })

  test('once in 60 seconds over all platforms, by when it was written', () => {
    const account = new PureAccount()
    expect(account.pays(message())).toEqual([10, null])
    expect(account.pays(message(), seconds(59))).toEqual([0, 'cooldown'])
    expect(account.pays(message(), seconds(60))).toEqual([10, null])
    expect(account.pays(message({ place: 'elsewhere' }), seconds(100))).toEqual([0, 'cooldown'])
  })

  test('an unpaid message begins no cooldown', () => {
    const account = new PureAccount()
    expect(account.pays(message({ length: 2 }))).toEqual([0, 'short'])
    expect(account.pays(message(), seconds(1))).toEqual([10, null])
  })

  test('a late message is held against the paid ones on both sides of it', () => {
    const account = new PureAccount()
    account.pays(message(), seconds(0))
    account.pays(message(), seconds(100))
    expect(account.pays(message(), seconds(50))).toEqual([0, 'cooldown'])
    account.pays(message(), seconds(400))
    expect(account.pays(message(), seconds(250))).toEqual([10, null])
    expect(account.pays(message(), seconds(249))).toEqual([0, 'cooldown'])
  })

  test('one older than all that is remembered never pays', () => {
    const account = new PureAccount()
    for (let i = 0; i < 10; i++) account.pays(message(), minutes(10 + i))
    expect(account.pays(message(), minutes(5))).toEqual([0, 'cooldown'])
  })

  test('at most 1,000 XP a community day, however it is cut', () => {
    const account = new PureAccount()
    for (let i = 0; i < 49; i++) expect(account.pays(message({ length: 300 }), minutes(i))[0]).toBe(20)
    expect(account.pays(message({ length: 120 }), minutes(49))).toEqual([15, null])
    expect(account.pays(message({ length: 300 }), minutes(50))).toEqual([5, 'cap'])
    expect(account.pays(message({ length: 300 }), minutes(51))).toEqual([0, 'cap'])
    // 21:00 UTC is midnight in Moscow.
    expect(account.pays(message(), new Date('2026-03-02T20:59:59Z'))).toEqual([0, 'cap'])
    expect(account.pays(message(), new Date('2026-03-02T21:00:00Z'))).toEqual([10, null])
  })

  test('by the place: a multiplier of 0 to 3, with the cap after it, and nothing where nothing pays', () => {
    expect(new PureAccount().pays(message({ multiplier: 3 }))).toEqual([30, null])
    expect(new PureAccount().pays(message({ length: 10, multiplier: 1.5 }))).toEqual([7, null])
    expect(new PureAccount().pays(message({ multiplier: 0 }))).toEqual([0, 'place'])
    const rich = new PureAccount()
    for (let i = 0; i < 16; i++) rich.pays(message({ length: 300, multiplier: 3 }), minutes(i))
    expect(rich.pays(message({ length: 300, multiplier: 3 }), minutes(20))).toEqual([40, 'cap'])
    expect(rich.state.xp).toBe(1_000)
  })

  test('nowhere that does not pay: no count, no cooldown, no print', () => {
    const account = new PureAccount()
    expect(account.pays(message({ multiplier: null, fingerprint: print('привет всем') }))).toEqual([
      0,
      'place',
    ])
    expect(account.state.messages).toBe(0)
    expect(account.pays(message({ fingerprint: print('привет всем') }), seconds(1))).toEqual([10, null])
    expect(account.state.messages).toBe(1)
  })

  test('nothing for a near-repeat of one of the last five, for a day', () => {
    const account = new PureAccount()
    const text = 'Кто сегодня вечером идёт в рейд на дракона?'
    account.pays(message({ fingerprint: print(text) }))
    expect(account.pays(message({ fingerprint: print(`${text}!!! 12`) }), minutes(2))).toEqual([0, 'repeat'])
    expect(account.pays(message({ fingerprint: print(text) }), hours(25))).toEqual([10, null])
  })

  test('a repeat is known even when the first one was unpaid, and forgotten behind five others', () => {
    const account = new PureAccount()
    const others = [
      'Завтра будет турнир по шахматам, приходите',
      'Мой кот снова спит на клавиатуре',
      'Where can I find the blue key card?',
      'Надо бы обновить драйвер видеокарты',
      'Пицца уже в пути, ждём курьера',
    ]
    account.pays(message())
    expect(account.pays(message({ fingerprint: print('Собираю отряд на ночь') }), seconds(5))).toEqual([
      0,
      'cooldown',
    ])
    expect(account.pays(message({ fingerprint: print('собираю отряд на ночь') }), minutes(2))).toEqual([
      0,
      'repeat',
    ])
    others.forEach((text, i) => {
      expect(account.pays(message({ fingerprint: print(text) }), minutes(4 + i))).toEqual([10, null])
    })
    expect(account.pays(message({ fingerprint: print('Собираю отряд на ночь') }), minutes(20))).toEqual([
      10,
      null,
    ])
  })

  test('nothing when it comes days late, beyond what counters remember', () => {
    const account = new PureAccount()
    account.pays(message(), days(5))
    expect(account.pays(message(), days(2))).toEqual([0, 'too_late'])
    expect(account.pays(message(), days(3))).toEqual([10, null])
  })

  test('nothing while PAY is off, though everything is recorded', () => {
    const account = new PureAccount({}, { ...RULES, pay: false })
    expect(account.pays(message())).toEqual([0, 'rehearsal'])
    expect(account.state.messages).toBe(1)
    account.rules = RULES
    expect(account.pays(message(), seconds(1))).toEqual([10, null])
  })
})

test('fingerprints are kept for a day at most, whatever the account does meanwhile', () => {
  const account = new PureAccount()
  account.pays(message({ fingerprint: print('первое сообщение') }))
  account.decide({ type: 'voice_minute', multiplier: 1, place: 'v1' }, hours(23))
  expect(account.state.limits.prints).toHaveLength(1)
  account.decide({ type: 'voice_minute', multiplier: 1, place: 'v1' }, hours(24))
  expect(account.state.limits.prints).toHaveLength(0)
})

test('a message event tells its length and place, never its text', () => {
  const account = new PureAccount()
  recorded(account.decide(message({ fingerprint: print('секрет') }), NOON))
  expect(account.decisions[0]?.events).toMatchObject([
    { type: 'message_sent', xpDelta: 10, data: { length: 60, place: 'c1', delta_xp: 10, new_xp: 10 } },
  ])
  expect(JSON.stringify(account.decisions)).not.toContain(print('секрет'))
})
