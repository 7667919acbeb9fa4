import { expect, test } from 'vitest'
import { isOutage } from '../../src/core/availability/is-outage.js'
import { newId } from '../../src/core/events/new-id.js'
import { guessNumber } from '../../src/core/games/guess-number.js'
import { readOffer } from '../../src/core/games/read-offer.js'
import { playRound, startRound } from '../../src/core/games/rounds.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { openDatabase } from '../../src/db/connect.js'
import { freshDatabase } from '../support/databases.js'
import { freePort } from '../support/postgres-server.js'
import { RULES } from '../support/rules.js'

test('an offer holds the stakes that the balance allows and the free rounds that are left of the day', async () => {
  const db = await freshDatabase('postgres')
  const writer = new AwardWriter(db, { rules: () => RULES, newId: () => newId(Date.now()) })
  const who = { platform: 'telegram', id: '1' } as const
  const now = new Date('2026-03-10T09:00:00Z')
  const outcome = await writer.award({
    key: 'test:coins',
    who,
    occurredAt: now,
    source: 'system',
    act: { type: 'grant', event: 'adjusted', xp: 0, coins: 30, data: {}, silent: true },
    create: { displayName: 'Аня' },
  })
  await writer.close()
  const accountId = outcome.status === 'recorded' ? outcome.accountId : 0
  const offer = (at: Date, rules = RULES) => readOffer(db.kysely, accountId, { rules, now: at })
  expect(await offer(now)).toEqual({ coins: 30, bets: [10, 25], freeLeft: 10 })
  expect(await offer(now, { ...RULES, pay: false })).toEqual({ coins: 30, bets: [], freeLeft: 10 })

  const context = { rules: RULES, now, newId: () => newId(Date.now()), random: () => 0 }
  const started = await startRound(db, guessNumber, who, { bet: 0, requestKey: 'press:1' }, context)
  if (started.status !== 'started') throw new Error(started.status)
  await playRound(db, guessNumber, who, started.round, 2, context)
  expect((await offer(now)).freeLeft).toBe(9)
  expect((await offer(new Date('2026-03-11T09:00:00Z'))).freeLeft).toBe(10)
  expect(await readOffer(db.kysely, 999, { rules: RULES, now })).toEqual({ coins: 0, bets: [], freeLeft: 10 })
})

test('a database that cannot be reached is an outage; a bug or a refusal is none', async () => {
  const away = await openDatabase({ url: `postgres://ttfd@127.0.0.1:${await freePort()}/nowhere` })
  const error = await readOffer(away.kysely, 1, { rules: RULES, now: new Date() }).catch((caught) => caught)
  await away.close()
  expect(isOutage(error)).toBe(true)
  expect(isOutage(new TypeError('x is not a function'))).toBe(false)
  expect(isOutage(undefined)).toBe(false)
})
