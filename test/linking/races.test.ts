import { describe, expect, test } from 'vitest'
import { guessNumber } from '../../src/core/games/guess-number.js'
import { playRound, startRound } from '../../src/core/games/rounds.js'
import { cancelLinkRequest } from '../../src/core/linking/cancel-link-request.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { RULES } from '../support/rules.js'
import { discord, expectSums, freshPeople, type People, telegram } from './support.js'

// Races are decided by row locks of several connections: PostgreSQL has them, the embedded database takes turns.
const [T, D] = [telegram('1001'), discord('900000000000000001')]

async function ready(people: People) {
  await people.meet(D, T)
  await people.earn(D, 100)
  const request = await people.open(D, T)
  await people.confirm(request, T)
  return request
}

describe('linking under load on postgres', () => {
  test('a hundred parallel confirms: one links, all get its result', async () => {
    const people = await freshPeople('postgres')
    const request = await ready(people)
    const ends = await Promise.all(Array.from({ length: 100 }, () => people.confirm(request, D)))
    expect(ends.every((end) => end.status === 'linked')).toBe(true)
    expect(ends.filter((end) => end.status === 'linked' && end.now)).toHaveLength(1)
    expect(await people.events('account_linked')).toHaveLength(1)
    expect((await people.account(D))?.xp).toBe(110)
    await expectSums(people.db)
  })

  test('a yes and a no at once: one of them stands, for both', async () => {
    const people = await freshPeople('postgres')
    for (let i = 0; i < 10; i++) {
      const [one, other] = [telegram(`${i}`), discord(`9000000000000000${10 + i}`)]
      await people.meet(other, one)
      const request = await people.open(other, one)
      await people.confirm(request, one)
      const [yes, no] = await Promise.all([
        people.confirm(request, other),
        cancelLinkRequest(people.db, { request, who: one }, people.context()),
      ])
      expect([yes.status, no.status]).toEqual([yes.status, yes.status])
      expect((await people.account(one))?.discord_id === other.id).toBe(yes.status === 'linked')
    }
    await expectSums(people.db)
  })

  test('two opposite links at once: one account in the end, no deadlock for anybody', async () => {
    const people = await freshPeople('postgres')
    for (let i = 0; i < 10; i++) {
      const [one, other] = [telegram(`${i}`), discord(`9000000000000000${10 + i}`)]
      await people.meet(one, other)
      const [there, back] = [await people.open(one, other), await people.open(other, one)]
      await people.confirm(there, other)
      await people.confirm(back, one)
      const ends = await Promise.all([people.confirm(there, one), people.confirm(back, other)])
      expect(ends.map((end) => end.status).sort()).toEqual(['linked', 'refused'])
      expect((await people.account(one))?.discord_id).toBe(other.id)
    }
    await expectSums(people.db)
  })

  test('two people link the same Discord account at once: one slot, one winner', async () => {
    const people = await freshPeople('postgres')
    const crowd = Array.from({ length: 5 }, (_, i) => telegram(`${i}`))
    await people.meet(D, ...crowd)
    await people.earn(D, 100)
    const requests: string[] = []
    for (const one of crowd) {
      const request = await people.open(one, D)
      await people.confirm(request, D)
      requests.push(request)
    }
    const ends = await Promise.all(requests.map((request, i) => people.confirm(request, crowd[i] ?? D)))
    expect(ends.filter((end) => end.status === 'linked')).toHaveLength(1)
    expect(ends.filter((end) => end.status === 'refused')).toHaveLength(4)
    await expectSums(people.db)
  })

  test('awards and games while the link happens: every answer counts once, sums are kept', async () => {
    for (let round = 0; round < 5; round++) {
      const people = await freshPeople('postgres')
      const request = await ready(people)
      const writer = new AwardWriter(people.db, { rules: () => RULES, newId: people.context().newId })
      const old = (await people.account(T))?.id ?? 0
      const award = (i: number, who: typeof T | { accountId: number }) =>
        writer.award({
          key: `race:${i}`,
          who,
          occurredAt: people.now,
          source: 'system',
          // Pays nothing: an award with XP would be progress, and the link would rightly stop.
          act: { type: 'message', length: 1, fingerprint: null, multiplier: 1, place: 'x' },
        })
      const paying = (i: number) =>
        writer.award({
          key: `pay:${i}`,
          who: D,
          occurredAt: people.now,
          source: 'system',
          act: { type: 'grant', event: 'adjusted', xp: 1, coins: 1, data: {}, silent: true },
        })
      const play = async (i: number) => {
        const started = await startRound(
          people.db,
          guessNumber,
          D,
          { bet: 10, requestKey: `g${round}:${i}` },
          people.context(),
        )
        return started.status === 'started'
          ? playRound(people.db, guessNumber, D, started.round, 3, people.context())
          : started
      }
      await people.earn(D, 0, 1_000)
      const work = Array.from({ length: 30 }, (_, i) => [
        award(i, T),
        award(100 + i, { accountId: old }),
        paying(i),
        play(i),
      ]).flat()
      const [outcomes, end] = await Promise.all([Promise.all(work), people.confirm(request, D)])
      expect(end.status).toBe('linked')
      for (const outcome of outcomes) expect(outcome.status).not.toBe('refused')
      expect((await people.account(T))?.messages_sent).toBe(60)
      await writer.close()
      await expectSums(people.db)
    }
  })

  test('progress that races the last yes is never lost: either it was carried or both are asked again', async () => {
    const people = await freshPeople('postgres')
    const writer = new AwardWriter(people.db, { rules: () => RULES, newId: people.context().newId })
    for (let i = 0; i < 20; i++) {
      const [one, other] = [telegram(`${i}`), discord(`9000000000000000${10 + i}`)]
      await people.meet(other, one)
      await people.earn(other, 50)
      const request = await people.open(other, one)
      await people.confirm(request, one)
      const pay = writer.award({
        key: `race:${i}`,
        who: one,
        occurredAt: people.now,
        source: 'system',
        act: { type: 'grant', event: 'adjusted', xp: 7, coins: 0, data: {}, silent: true },
      })
      const [end, paid] = await Promise.all([people.confirm(request, other), pay])
      expect(paid).toMatchObject({ status: 'recorded', xp: 7 })
      expect(['linked', 'preview_changed']).toContain(end.status)
      expect((await people.account(one))?.xp).toBe(end.status === 'linked' ? 67 : 17)
    }
    await writer.close()
    await expectSums(people.db)
  })

  test('unlinking from both sides at once: one leaves', async () => {
    const people = await freshPeople('postgres')
    const request = await ready(people)
    await people.confirm(request, D)
    const ends = await Promise.all([people.unlink(T, 'telegram'), people.unlink(D, 'discord')])
    expect(ends.map((end) => end.status).sort()).toEqual(['last_way_in', 'unlinked'])
    await expectSums(people.db)
  })
})
