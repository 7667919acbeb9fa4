import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Identity } from '../../src/core/accounts/identity.js'
import { newId } from '../../src/core/events/new-id.js'
import { guessNumber } from '../../src/core/games/guess-number.js'
import {
  cancelRound,
  expireRounds,
  playRound,
  type RoundContext,
  startRound,
} from '../../src/core/games/rounds.js'
import { grantOf, makeAward, minutes, NOON, writerOn } from '../support/awards.js'
import { KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

describe.each(KINDS)('a round of guess the number on %s', (kind) => {
  const shared = sharedDatabase(kind)
  let people = 0

  /** A person with some coins; the secret number is always 7. */
  async function player(coins = 1_000) {
    const { db } = shared
    const who: Identity = { platform: 'telegram', id: `${++people}` }
    const writer = writerOn(db)
    await writer.award(makeAward(grantOf(0, coins), { who, key: `seed:${who.id}` }))
    await writer.close()
    const context = (at = NOON, more: Partial<RoundContext> = {}): RoundContext => ({
      rules: RULES,
      now: at,
      newId: () => newId(at.getTime()),
      random: () => 6,
      ...more,
    })
    let press = 0
    return {
      db,
      who,
      context,
      start: (bet: number, at = NOON, requestKey = `press:${who.id}:${++press}`) =>
        startRound(db, guessNumber, who, { bet, requestKey }, context(at)),
      play: (round: string, pick: number, at = NOON) =>
        playRound(db, guessNumber, who, round, pick, context(at)),
      cancel: (round: string, at = NOON) => cancelRound(db, guessNumber, who, round, context(at)),
      account: async () => {
        const row = await db.kysely
          .selectFrom('unified_users')
          .selectAll()
          .where('telegram_id', '=', who.id)
          .executeTakeFirstOrThrow()
        const { rows } = await sql<{ sum: number }>`select coalesce(sum(coins_delta), 0)::bigint as sum
          from cross_platform_events where user_id = ${row.id}`.execute(db.kysely)
        expect(rows[0]?.sum).toBe(row.coins)
        return { coins: row.coins, xp: row.xp, played: row.games_played, won: row.games_won }
      },
    }
  }

  async function started(p: Awaited<ReturnType<typeof player>>, bet: number, at = NOON) {
    const outcome = await p.start(bet, at)
    if (outcome.status !== 'started') throw new Error(outcome.status)
    return outcome.round
  }

  test('takes the bet at the start and pays three times as much for the right number', async () => {
    const p = await player()
    const round = await started(p, 100)
    expect(await p.account()).toMatchObject({ coins: 900, played: 0 })
    expect(await p.play(round, 7)).toMatchObject({
      status: 'finished',
      now: true,
      won: true,
      xp: 50,
      payout: 300,
      coins: 1_200,
    })
    expect(await p.account()).toEqual({ coins: 1_200, xp: 50, played: 1, won: 1 })
  })

  test('a wrong number costs the bet and gives 5 XP; a second press shows the same result', async () => {
    const p = await player()
    const round = await started(p, 25)
    const first = await p.play(round, 3)
    expect(first).toMatchObject({
      status: 'finished',
      now: true,
      won: false,
      xp: 5,
      coins: 975,
      detail: { number: 7, pick: 3 },
    })
    expect(await p.play(round, 7)).toEqual({ ...first, now: false })
    expect(await p.cancel(round)).toEqual({ ...first, now: false })
    expect(await p.account()).toEqual({ coins: 975, xp: 5, played: 1, won: 0 })
  })

  test('cancelled, the bet is returned once', async () => {
    const p = await player()
    const round = await started(p, 50)
    expect(await p.cancel(round)).toEqual({ status: 'cancelled', bet: 50, coins: 1_000 })
    expect(await p.cancel(round)).toEqual({ status: 'cancelled', bet: 50, coins: 1_000 })
    expect(await p.play(round, 7)).toEqual({ status: 'cancelled', bet: 50, coins: 1_000 })
  })

  test('expires after five minutes, by a press or by itself, and the bet is returned once', async () => {
    const p = await player()
    const round = await started(p, 50)
    expect(await p.play(round, 7, minutes(5))).toEqual({ status: 'expired', bet: 50 })
    expect(await p.cancel(round, minutes(6))).toEqual({ status: 'expired', bet: 50 })
    await started(p, 100, minutes(10))
    await expireRounds(p.db, p.context(minutes(15)))
    await expireRounds(p.db, p.context(minutes(15)))
    expect(await p.account()).toMatchObject({ coins: 1_000, played: 0 })
  })

  test('only one is open at a time; a new one may begin when the old one has run out', async () => {
    const p = await player(100)
    const round = await started(p, 100)
    expect(await p.start(10)).toMatchObject({ status: 'open_already', round, bet: 100 })
    // All of the money is in the old round, which the new start ends first.
    expect(await p.start(100, minutes(6))).toMatchObject({ status: 'started', coins: 0 })
  })

  test('a press that is delivered again finds its round, open, ended or run out', async () => {
    const p = await player()
    const first = await p.start(10, NOON, `again:${p.who.id}`)
    expect(await p.start(10, NOON, `again:${p.who.id}`)).toMatchObject({ status: 'open_already' })
    expect(await p.start(10, minutes(6), `again:${p.who.id}`)).toEqual({ status: 'ended_already' })
    expect(await p.start(10, minutes(6), `again:${p.who.id}`)).toEqual({ status: 'ended_already' })
    expect(first.status).toBe('started')
    expect(await p.account()).toMatchObject({ coins: 1_000 })
  })

  test('ten free rounds a day, for who has no coins too; a cancelled one does not count', async () => {
    const p = await player(0)
    expect(await p.start(10)).toEqual({ status: 'insufficient_coins', coins: 0 })
    expect(await p.cancel(await started(p, 0))).toMatchObject({ status: 'cancelled' })
    for (let i = 0; i < 10; i++) {
      const outcome = await p.start(0)
      if (outcome.status !== 'started') throw new Error(outcome.status)
      expect(outcome.freeLeft).toBe(9 - i)
      expect(await p.play(outcome.round, 7)).toMatchObject({ xp: 20, payout: 0 })
    }
    expect(await p.start(0)).toEqual({ status: 'no_free_rounds_left' })
    expect(await p.start(0, minutes(24 * 60))).toMatchObject({ status: 'started' })
    expect(await p.account()).toMatchObject({ xp: 200, coins: 0 })
  })

  test('answers only who opened it, and only what was offered', async () => {
    const p = await player()
    const other = await player()
    const round = await started(p, 100)
    expect(await other.play(round, 7)).toEqual({ status: 'not_yours' })
    expect(await other.cancel(round)).toEqual({ status: 'not_yours' })
    for (const nonsense of ['', 'x', `${round}'`, '\u0000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
      expect(await p.play(nonsense, 7)).toEqual({ status: 'not_yours' })
    }
    for (const pick of [0, 11, 1.5, Number.NaN, -7])
      expect(await p.play(round, pick)).toEqual({ status: 'pick_not_offered' })
    for (const bet of [1, -10, 10.5, 101, Number.NaN, Infinity]) {
      expect(await p.start(bet)).toEqual({ status: 'bet_not_offered' })
    }
    expect(
      await startRound(
        p.db,
        guessNumber,
        { platform: 'discord', id: 'nobody' },
        { bet: 10, requestKey: 'n' },
        p.context(),
      ),
    ).toEqual({
      status: 'unknown_account',
    })
  })

  test('a rehearsal takes no bets, and gives one back that was taken before', async () => {
    const p = await player()
    const round = await started(p, 100)
    const rehearsal = { ...p.context(), rules: { ...RULES, pay: false } }
    expect(await playRound(p.db, guessNumber, p.who, round, 7, rehearsal)).toEqual({
      status: 'cancelled',
      bet: 100,
      coins: 1_000,
    })
    expect(
      await startRound(p.db, guessNumber, p.who, { bet: 10, requestKey: `r${p.who.id}` }, rehearsal),
    ).toEqual({ status: 'rehearsal' })
    expect(await p.account()).toMatchObject({ coins: 1_000, xp: 0 })
  })

  test('finish, finish again, cancel and expiry at once: one of them happens', async () => {
    for (let i = 0; i < (process.env.LONG ? 50 : 5); i++) {
      const p = await player()
      const round = await started(p, 100)
      const ends = await Promise.all([
        p.play(round, 7),
        p.play(round, 7),
        p.cancel(round),
        expireRounds(p.db, p.context(minutes(5))).then(() => null),
        p.play(round, 2),
      ])
      const { coins } = await p.account()
      const finished = ends.filter((end) => end?.status === 'finished')
      expect(finished.filter((end) => end?.now).length).toBeLessThanOrEqual(1)
      expect([1_200, 1_000, 900]).toContain(coins)
      if (coins === 1_000) expect(finished).toEqual([])
    }
  })

  test('one that cannot be ended keeps no other open', async () => {
    const [first, second] = [await player(), await player()]
    await started(first, 100)
    await started(second, 100, minutes(1))
    let ids = 0
    const failsOnce = first.context(minutes(10), { newId: () => (++ids === 1 ? 'no id' : newId(0)) })
    await expect(expireRounds(shared.db, failsOnce)).rejects.toThrow(/no id/)
    expect(await second.account()).toMatchObject({ coins: 1_000 })
  })

  test('one press handled twice at once starts one round', async () => {
    const p = await player()
    const starts = await Promise.all([1, 2, 3, 4].map(() => p.start(100, NOON, `twice:${p.who.id}`)))
    expect(starts.map((start) => start.status).sort()).toEqual([
      'open_already',
      'open_already',
      'open_already',
      'started',
    ])
    expect(await p.account()).toMatchObject({ coins: 900 })
  })
})
