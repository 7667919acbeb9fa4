import { expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { newId } from '../../src/core/events/new-id.js'
import { coinFlip } from '../../src/core/games/coin-flip.js'
import { dice } from '../../src/core/games/dice.js'
import { type HourlyGame, playHourly } from '../../src/core/games/hourly.js'
import { work } from '../../src/core/games/work.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { freshDatabase } from '../support/databases.js'
import { RULES } from '../support/rules.js'

const START = Date.UTC(2026, 2, 1, 6)

async function table() {
  const db = await freshDatabase('embedded')
  const writer = new AwardWriter(db, { rules: () => RULES, newId: () => newId(Date.now()) })
  const who = { platform: 'discord', id: '10' } as const
  await ensureAccount(
    db,
    who,
    { displayName: 'Аня' },
    { now: new Date(START), newId: () => newId(START), timeZone: RULES.timeZone },
  )
  let press = 0
  const play = <Call>(game: HourlyGame<Call>, call: Call, minutes: number, draw: number, key?: string) =>
    playHourly(writer, game, who, call, {
      key: key ?? `discord:interaction:${++press}`,
      rules: RULES,
      now: new Date(START + minutes * 60_000),
      random: () => draw,
    })
  const account = () => db.kysely.selectFrom('unified_users').selectAll().executeTakeFirstOrThrow()
  return { play, account }
}

test('a die pays five XP a pip, and the two highest faces are won', async () => {
  const { play, account } = await table()
  expect(await play(dice, {}, 0, 3)).toMatchObject({
    status: 'played',
    won: false,
    xp: 20,
    detail: { face: 4 },
  })
  expect(await play(dice, {}, 60, 4)).toMatchObject({ status: 'played', won: true, xp: 25 })
  expect(await account()).toMatchObject({ xp: 45, games_played: 2, games_won: 1 })
})

test('a coin pays 20 for the called side and 5 for the other', async () => {
  const { play } = await table()
  expect(await play(coinFlip, { called: 'heads' }, 0, 0)).toMatchObject({ won: true, xp: 20 })
  expect(await play(coinFlip, { called: 'heads' }, 60, 1)).toMatchObject({ won: false, xp: 5 })
})

test('each is open once an hour, by its own time; the same press again draws nothing anew', async () => {
  const { play, account } = await table()
  await play(dice, {}, 0, 5, 'discord:interaction:a')
  expect(await play(dice, {}, 1, 0, 'discord:interaction:a')).toMatchObject({
    status: 'played_already',
    xp: 30,
    detail: { face: 6 },
  })
  expect(await play(dice, {}, 59, 5)).toEqual({ status: 'cooldown', next: new Date(START + 3_600_000) })
  expect(await play(coinFlip, { called: 'tails' }, 59, 1)).toMatchObject({ status: 'played' })
  // A press that comes late, from before the last one, pays no second time either.
  expect(await play(dice, {}, -30, 5)).toMatchObject({ status: 'cooldown' })
  expect(await account()).toMatchObject({ xp: 50 })
})

test('work pays 50 to 150 coins and 10 to 30 XP, and is no game', async () => {
  const { play, account } = await table()
  expect(await play(work, {}, 0, 0)).toMatchObject({ won: null, xp: 10, coins: 50 })
  expect(await play(work, {}, 60, 20)).toMatchObject({ xp: 30, coins: 70 })
  expect(await account()).toMatchObject({ xp: 40, coins: 120, games_played: 0 })
})

test('games together pay at most 500 XP a day, work is not counted among them', async () => {
  const { play, account } = await table()
  let last = null
  // 06:00 to 20:30 UTC is one community day in Moscow up to 21:00.
  for (let hour = 0; hour < 15; hour++) {
    await play(dice, {}, hour * 60, 5)
    last = await play(coinFlip, { called: 'heads' }, hour * 60 + 1, 0)
  }
  expect(last).toMatchObject({ status: 'played', xp: 0, capped: true })
  expect((await account()).xp).toBe(500)
  expect(await play(work, {}, 14 * 60, 0)).toMatchObject({ xp: 10, capped: false })
})
