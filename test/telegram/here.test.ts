import { describe, expect, test } from 'vitest'
import { listPlaces } from '../../src/core/places/places.js'
import { groupStage, LONG } from './group-stage.js'
import { accountOf } from './support.js'

describe('/here', () => {
  const askHere = async (
    stage: Awaited<ReturnType<typeof groupStage>>,
    person: 'olga' | 'mia' | 'anya',
    text = '/here',
  ) => {
    const mark = stage.control.mark()
    stage[person].send(text, stage.supergroup)
    return (await stage[person].nextFromBot(stage.supergroup, mark)).text ?? ''
  }

  test('an operator who is an administrator of the group makes it pay, and ends it', async () => {
    const stage = await groupStage()
    const { db, boris, supergroup, handled, clock } = stage
    const title = stage.sandbox.world.chat(supergroup).title
    expect(await askHere(stage, 'olga')).toContain('приносят XP')
    expect(await listPlaces(db.kysely)).toMatchObject([
      { platform: 'telegram', placeId: String(supergroup), title, pays: true, multiplier: 1 },
    ])
    await handled(boris.send(LONG, supergroup).updateId)
    expect((await accountOf(db, boris.id))?.xp).toBe(10)
    expect(await askHere(stage, 'olga', '/here off')).toContain('ничего не начисляется')
    clock.now += 120_000
    await handled(boris.send('Ещё одно длинное сообщение на пробу, совсем другое', supergroup).updateId)
    expect((await accountOf(db, boris.id))?.xp).toBe(10)
    expect(await askHere(stage, 'olga', '/here please')).toContain('/here off')
  })

  test.each(['mia', 'anya'] as const)(
    '%s, no operator, is refused with the command that is needed',
    async (who) => {
      const stage = await groupStage()
      const answer = await askHere(stage, who)
      expect(answer).toContain('/here')
      expect(answer).toContain(`TELEGRAM_GROUP_IDS=${stage.supergroup}`)
      expect(await listPlaces(stage.db.kysely)).toEqual([])
    },
  )

  test('an operator who is no administrator of that group is refused', async () => {
    const stage = await groupStage()
    stage.control.groups.setStatus(stage.supergroup, stage.olga.id, stage.mia.id, 'member')
    expect(await askHere(stage, 'olga')).toContain('TELEGRAM_GROUP_IDS')
    expect(await listPlaces(stage.db.kysely)).toEqual([])
  })

  test('an anonymous administrator is asked to show himself', async () => {
    const stage = await groupStage()
    const mark = stage.control.mark()
    stage.control.groups.postAnonymously(stage.supergroup, '/here')
    expect((await stage.mia.nextFromBot(stage.supergroup, mark)).text).toContain('анонимно')
    expect(await listPlaces(stage.db.kysely)).toEqual([])
  })

  test('says when Telegram’s privacy mode hides the messages', async () => {
    const stage = await groupStage({ sandbox: { privacyMode: true } })
    expect(stage.bot.status().privacyModeOn).toBe(true)
    expect(await askHere(stage, 'olga')).toContain('/setprivacy')
  })

  test('in the private chat it explains itself', async () => {
    const { anya } = await groupStage()
    expect((await anya.ask('/here')).text).toContain('работает в группе')
  })
})
