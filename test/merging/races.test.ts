import { describe, expect, test } from 'vitest'
import { guessNumber } from '../../src/core/games/guess-number.js'
import { playRound, startRound } from '../../src/core/games/rounds.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { RULES } from '../support/rules.js'
import { discord, expectSound, freshMergers, type Mergers, telegram } from './support.js'

// Races are decided by row locks of several connections: PostgreSQL has them, the embedded database takes turns.
const pair = (i: number) => [telegram(`${1000 + i}`), discord(`9000000000000000${10 + i}`)] as const

async function rich(people: Mergers, i: number) {
  const [one, other] = pair(i)
  await people.meet(one, other)
  await people.gain(one, 300, 40)
  await people.gain(other, 400, 60)
  return [one, other] as const
}

describe('merging under load on postgres', () => {
  test('two opposite merges at once: one account in the end, no deadlock for anybody', async () => {
    const people = await freshMergers('postgres')
    for (let i = 0; i < 10; i++) {
      const [one, other] = await rich(people, i)
      const [a, b] = await Promise.all([people.merge(one, other), people.merge(other, one)])
      expect([a.status, b.status].sort()).toEqual(['merged', 'refused'])
      expect(await people.balance(one)).toEqual([710, 100])
      expect(await people.idOf(one)).toBe(await people.idOf(other))
    }
    await expectSound(people.db)
  })

  test('opposite requests that both sides confirm at once: one merges, the other is refused', async () => {
    const people = await freshMergers('postgres')
    for (let i = 0; i < 8; i++) {
      const [one, other] = await rich(people, i)
      const [there, back] = [await people.open(one, other), await people.open(other, one)]
      await people.confirm(there, other)
      await people.confirm(back, one)
      const ends = await Promise.all([people.confirm(there, one), people.confirm(back, other)])
      expect(ends.map((end) => end.status).sort()).toEqual(['merged', 'refused'])
      expect(await people.balance(other)).toEqual([710, 100])
    }
    await expectSound(people.db)
  })

  test('a link and a merge at once: both or one, never a lost identity', async () => {
    const people = await freshMergers('postgres')
    for (let i = 0; i < 8; i++) {
      const [one, other] = await rich(people, i)
      const rival = telegram(`${5000 + i}`)
      await people.meet(rival)
      const link = await people.open(other, rival)
      await people.confirm(link, rival)
      const [merged, linked] = await Promise.all([people.merge(other, one), people.confirm(link, other)])
      // Both want the same Telegram slot of the same account.
      expect([merged.status, linked.status].filter((status) => status === 'refused')).toHaveLength(1)
      const telegramId = (await people.account(other))?.telegram_id
      expect(telegramId).toBe(merged.status === 'merged' ? one.id : rival.id)
    }
    await expectSound(people.db)
  })

  test('a hundred parallel confirms: one merges, all get its result', async () => {
    const people = await freshMergers('postgres')
    const [one, other] = await rich(people, 0)
    const request = await people.open(other, one)
    await people.confirm(request, one)
    const ends = await Promise.all(Array.from({ length: 100 }, () => people.confirm(request, other)))
    expect(ends.every((end) => end.status === 'merged')).toBe(true)
    expect(ends.filter((end) => end.status === 'merged' && end.now)).toHaveLength(1)
    expect(await people.events('accounts_merged')).toHaveLength(2)
    expect(await people.balance(one)).toEqual([710, 100])
    await expectSound(people.db)
  })

  test('a hundred parallel undos: one undoes', async () => {
    const people = await freshMergers('postgres')
    const [one, other] = await rich(people, 0)
    const { merge } = await people.merged(other, one)
    const ends = await Promise.all(
      Array.from({ length: 100 }, (_, i) => people.undo(merge, { identity: i % 2 ? one : other })),
    )
    expect(ends.filter((end) => end.status === 'undone')).toHaveLength(1)
    expect(ends.filter((end) => end.status === 'undone_already')).toHaveLength(99)
    expect(await people.events('merge_undone')).toHaveLength(2)
    expect([await people.balance(one), await people.balance(other)]).toEqual([
      [310, 40],
      [400, 60],
    ])
    await expectSound(people.db)
  })

  test('a merge and a member’s no at once: one of them stands', async () => {
    const people = await freshMergers('postgres')
    const { cancelLinkRequest } = await import('../../src/core/linking/cancel-link-request.js')
    for (let i = 0; i < 8; i++) {
      const [one, other] = await rich(people, i)
      const request = await people.open(other, one)
      await people.confirm(request, one)
      const [yes, no] = await Promise.all([
        people.confirm(request, other),
        cancelLinkRequest(people.db, { request, who: one }, people.context()),
      ])
      expect(no.status).toBe(yes.status)
      expect((await people.account(one))?.discord_id === other.id).toBe(yes.status === 'merged')
    }
    await expectSound(people.db)
  })

  test('awards and games while accounts are merged and taken apart: each counts once, sums are kept', async () => {
    const people = await freshMergers('postgres')
    const writer = new AwardWriter(people.db, { rules: () => RULES, newId: people.context().newId })
    const [one, other] = await rich(people, 0)
    const old = { accountId: await people.idOf(one) }
    const award = (i: number, who: typeof one | typeof old) =>
      writer.award({
        key: `race:${i}`,
        who,
        occurredAt: people.now,
        source: 'telegram',
        act: { type: 'grant', event: 'xp_change', xp: 1, coins: 1, data: {}, silent: true },
      })
    const play = async (i: number) => {
      const started = await startRound(
        people.db,
        guessNumber,
        one,
        { bet: 10, requestKey: `race:press:${i}` },
        people.context(),
      )
      if (started.status === 'started')
        await playRound(people.db, guessNumber, one, started.round, 3, people.context())
      return started.status
    }
    const noise = async (from: number) =>
      Promise.all([
        ...Array.from({ length: 20 }, (_, i) => award(from + i, i % 2 ? one : old)),
        ...Array.from({ length: 5 }, (_, i) => play(from + i)),
      ])
    const [merged, first] = await Promise.all([people.merge(other, one), noise(0)])
    if (merged.status !== 'merged') throw new Error(merged.status)
    await expectSound(people.db)
    const [undone, second] = await Promise.all([people.undo(merged.merge), noise(100)])
    expect(undone.status).toBe('undone')
    for (const outcome of [...first.slice(0, 20), ...second.slice(0, 20)]) {
      expect(outcome).toMatchObject({ status: 'recorded' })
    }
    await writer.close()
    const [a, b] = [await people.balance(one), await people.balance(other)]
    const games = await people.events('game_played')
    const gameXp = games.reduce((sum, event) => sum + event.xp_delta, 0)
    expect(a[0] + b[0]).toBe(710 + 40 + gameXp)
    expect(b[1]).toBeGreaterThanOrEqual(60)
    await expectSound(people.db)
  })
})
