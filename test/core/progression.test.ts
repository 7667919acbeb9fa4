import { describe, expect, test } from 'vitest'
import { rankFor, rankProgress } from '../../src/core/progression/ranks.js'
import { days, grantOf, message, minutes, NOON, PureAccount, recorded } from '../support/awards.js'
import { RANKS, RULES } from '../support/rules.js'

const daily = { type: 'daily' } as const
const voice = { type: 'voice_minute', multiplier: 1, place: 'v1' } as const

describe('ranks', () => {
  test('follow from XP alone', () => {
    for (const rank of RANKS) {
      expect(rankFor(rank.xp_needed, RANKS).id).toBe(rank.id)
      expect(rankFor(Math.max(0, rank.xp_needed - 1), RANKS).id).toBe(Math.max(1, rank.id - 1))
    }
    expect(rankFor(Number.MAX_SAFE_INTEGER, RANKS).id).toBe(20)
  })

  test('progress is told in whole percent and ends at the top', () => {
    expect(rankProgress(0, RANKS)).toMatchObject({ percent: 0, missing: 500, span: 500 })
    expect(rankProgress(499, RANKS)).toMatchObject({ percent: 99, missing: 1 })
    expect(rankProgress(60_000, RANKS)).toMatchObject({ percent: 100, next: null, missing: 0 })
  })

  test('a jump pays every rank crossed, one event each, once', () => {
    const account = new PureAccount()
    const { rankUps, newCoins } = recorded(account.decide(grantOf(2_250)))
    expect(rankUps).toEqual([
      { rank: 2, reward_coins: 50 },
      { rank: 3, reward_coins: 100 },
      { rank: 4, reward_coins: 150 },
    ])
    expect(newCoins).toBe(300)
    expect(
      account.decisions[0]?.events.map((e) => [e.type, e.dedupeKey, e.data.old_rank, e.destinations]),
    ).toEqual([
      ['adjusted', expect.any(String), undefined, []],
      ['rank_up', 'rank:1:2', 1, ['telegram']],
      ['rank_up', 'rank:1:3', 2, ['telegram']],
      ['rank_up', 'rank:1:4', 3, ['telegram']],
    ])
  })

  test('falling and climbing again pays nothing twice', () => {
    const account = new PureAccount()
    account.decide(grantOf(600))
    expect(account.state).toMatchObject({ rankId: 2, coins: 50 })
    account.decide(grantOf(-200))
    expect(account.state.rankId).toBe(1)
    expect(recorded(account.decide(grantOf(1_000))).rankUps).toEqual([{ rank: 3, reward_coins: 100 }])
    expect(account.state.coins).toBe(150)
  })

  test('a silent grant sets the rank, pays none, tells nobody and is no XP of the season', () => {
    const account = new PureAccount()
    expect(recorded(account.decide(grantOf(5_000, 7, { silent: true, event: 'imported' })))).toMatchObject({
      rank: 6,
      rankUps: [],
      newCoins: 7,
    })
    expect(account.state).toMatchObject({ highestRankPaid: 6, seasonXp: 0 })
    expect(recorded(account.decide(grantOf(1_750))).rankUps).toEqual([{ rank: 7, reward_coins: 400 }])
  })

  test('a ladder that the operator changed regrades silently and pays nothing', () => {
    const account = new PureAccount()
    account.decide(grantOf(1_200))
    expect(account.state).toMatchObject({ rankId: 2, coins: 50 })
    const lowered = RANKS.map((rank) => (rank.id === 3 ? { ...rank, xp_needed: 1_000 } : rank))
    account.rules = { ...RULES, ranks: lowered }
    expect(recorded(account.decide(message()))).toMatchObject({ rank: 3, rankUps: [], newCoins: 50 })
  })

  test('nothing is paid for a rank while PAY is off', () => {
    const account = new PureAccount({}, { ...RULES, pay: false })
    expect(recorded(account.decide(grantOf(600, 5)))).toMatchObject({ newXp: 600, newCoins: 5, rank: 2 })
  })
})

describe('the daily', () => {
  test('pays 100 + 10 a day of streak, up to 200, as XP and as coins', () => {
    const account = new PureAccount()
    const paid = Array.from({ length: 13 }, (_, day) => recorded(account.decide(daily, days(day))))
    expect(paid.map(({ xp, coins, streak }) => [streak, xp, coins])).toEqual(
      Array.from({ length: 13 }, (_, n) => [n + 1, 100 + 10 * Math.min(n, 10), 100 + 10 * Math.min(n, 10)]),
    )
  })

  test('once a community day; a missed day begins again', () => {
    const account = new PureAccount()
    account.decide(daily, new Date('2026-03-02T20:59:00Z'))
    expect(account.decide(daily, new Date('2026-03-02T20:59:59Z'))).toMatchObject({
      reason: 'already_claimed',
    })
    expect(recorded(account.decide(daily, new Date('2026-03-02T21:00:00Z'))).streak).toBe(2)
    expect(recorded(account.decide(daily, new Date('2026-03-04T21:00:00Z'))).streak).toBe(1)
  })

  test('a claimed day never opens again when a clock goes back', () => {
    const account = new PureAccount()
    account.decide(daily, days(10))
    expect(account.decide(daily, days(9))).toMatchObject({ status: 'refused', reason: 'already_claimed' })
    expect(account.decide(daily, NOON)).toMatchObject({ status: 'refused', reason: 'already_claimed' })
  })

  test('a streak goes on over the nights in which clocks change', () => {
    const claims = (...at: string[]) => {
      const account = new PureAccount({}, { ...RULES, timeZone: 'Europe/Berlin' })
      return at.map((moment) => recorded(account.decide(daily, new Date(moment))).streak)
    }
    // The last and the first minute of days around the one of 23 hours, and the one of 25.
    expect(claims('2026-03-28T22:59:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z')).toEqual([1, 2, 3])
    expect(claims('2026-10-24T21:59:00Z', '2026-10-25T22:59:00Z', '2026-10-25T23:00:00Z')).toEqual([1, 2, 3])
    // 23:30, then 24 hours later: 00:30 two days on. The short day was missed.
    expect(claims('2026-03-28T22:30:00Z', '2026-03-29T22:30:00Z')).toEqual([1, 1])
  })
})

describe('voice', () => {
  test('pays 2 XP a minute, at most 480 a day after the multiplier, and counts the seconds', () => {
    const account = new PureAccount()
    for (let i = 0; i < 239; i++) account.decide(voice, minutes(i))
    expect(account.pays({ ...voice, multiplier: 3 }, minutes(240))).toEqual([2, 'cap'])
    expect(account.pays(voice, minutes(241))).toEqual([0, 'cap'])
    expect(account.state).toMatchObject({ xp: 480, voiceSeconds: 241 * 60 })
    expect(new PureAccount().pays({ ...voice, multiplier: 0 })).toEqual([0, 'place'])
  })
})

describe('games', () => {
  const game = (xp: number, bet: number, payout: number, free = bet === 0) =>
    ({ type: 'game', game: 'guess', round: 'r', bet, free, won: payout > 0, xp, payout, detail: {} }) as const
  const stake = (bet: number) => ({ type: 'stake', game: 'guess', round: 'r', bet }) as const

  test('pay at most 500 XP a day together', () => {
    const account = new PureAccount()
    for (let i = 0; i < 9; i++) account.decide(game(50, 10, 0, false), minutes(i))
    expect(account.pays(game(45, 10, 0, false), minutes(9))).toEqual([45, null])
    expect(account.pays(game(50, 10, 0, false), minutes(10))).toEqual([5, 'cap'])
    expect(account.pays(game(50, 10, 0, false), minutes(11))).toEqual([0, 'cap'])
    expect(account.pays(game(50, 10, 0, false), days(1))).toEqual([50, null])
  })

  test('bets win at most 1,000 coins net a day; what was lost can be won back', () => {
    const account = new PureAccount({ coins: 1_000 })
    for (let i = 0; i < 5; i++) {
      account.decide(stake(100), minutes(i))
      account.decide(game(5, 100, 300), minutes(i))
    }
    expect(account.state.coins).toBe(2_000)
    account.decide(stake(100), minutes(9))
    expect(recorded(account.decide(game(5, 100, 300), minutes(9)))).toMatchObject({
      coins: 100,
      reason: 'cap',
    })
    expect(account.state.coins).toBe(2_000)
    account.decide(stake(100), minutes(10))
    account.decide(game(5, 100, 0), minutes(10))
    account.decide(stake(100), minutes(11))
    expect(recorded(account.decide(game(5, 100, 300), minutes(11))).coins).toBe(200)
    expect(account.state.coins).toBe(2_000)
  })

  test('a stake is taken only from who has it, and given back whole', () => {
    const account = new PureAccount({ coins: 40 })
    expect(account.decide(stake(50))).toMatchObject({ status: 'refused', reason: 'insufficient_coins' })
    account.decide(stake(40))
    expect(account.state.coins).toBe(0)
    account.decide({ type: 'return_stake', game: 'guess', round: 'r', bet: 40, reason: 'cancelled' })
    expect(account.state.coins).toBe(40)
    expect(account.state.limits.days['2026-03-02']?.bets_net).toBe(0)
  })

  test('an eleventh free round of a day pays nothing', () => {
    const account = new PureAccount()
    for (let i = 0; i < 10; i++) expect(account.pays(game(20, 0, 0), minutes(i))[0]).toBe(20)
    expect(account.pays(game(20, 0, 0), minutes(11))).toEqual([0, 'cap'])
  })
})

describe('what no award may do', () => {
  test.each([
    ['go below 0 XP', grantOf(-1)],
    ['go below 0 coins', grantOf(0, -1)],
    ['be larger than a billion', grantOf(1_000_000_001)],
    ['be a fraction', grantOf(0.5)],
    ['be no number', grantOf(Number.NaN)],
  ])('%s', (_, act) => {
    const account = new PureAccount()
    expect(account.decide(act)).toMatchObject({ status: 'refused', reason: 'out_of_range' })
    expect(account.decisions[0]?.events).toEqual([])
    expect(account.state.changed).toBe(false)
  })

  test('pass what the database can hold; who has that much may still spend', () => {
    const top = Number.MAX_SAFE_INTEGER
    const rich = { xp: top - 10, coins: top - 10, rankId: 20, highestRankPaid: 20 }
    expect(new PureAccount(rich).decide(grantOf(11))).toMatchObject({ reason: 'out_of_range' })
    expect(new PureAccount(rich).decide(grantOf(0, 11))).toMatchObject({ reason: 'out_of_range' })
    expect(recorded(new PureAccount(rich).decide(grantOf(10, -10)))).toMatchObject({
      newXp: top,
      newCoins: top - 20,
    })
  })

  test('hide what it changed behind its own words', () => {
    const account = new PureAccount()
    account.decide(grantOf(5, 6, { data: { delta_xp: 0, new_xp: 9, new_coins: 9, note: 'x' } }))
    expect(account.decisions[0]?.events[0]?.data).toEqual({
      note: 'x',
      delta_xp: 5,
      new_xp: 5,
      delta_coins: 6,
      new_coins: 6,
    })
  })
})

test('the welcome is an XP change with its reason', () => {
  const account = new PureAccount()
  expect(recorded(account.decide({ type: 'welcome' }))).toMatchObject({ xp: 10, newXp: 10 })
  expect(account.decisions[0]?.events[0]).toMatchObject({ type: 'xp_change', data: { reason: 'welcome' } })
})
