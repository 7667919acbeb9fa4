import { describe, expect, test } from 'vitest'
import type { Delivery, DeliveryOutcome, Recipient } from '../../src/core/deliveries/delivery.js'
import { loseAnswer, loseRequest, refuse, tooMany } from '../../src/sandbox/misbehaviour.js'
import { ChangeFeed } from '../../src/sync/change-feed.js'
import { SyncWorker } from '../../src/sync/sync-worker.js'
import { accountOf, eventsOf, NOON, type Stage, setStage } from './support.js'

const rankUp = (rank: number, reward: number) => ({
  id: crypto.randomUUID(),
  type: 'rank_up',
  source: 'telegram',
  data: { old_rank: rank - 1, new_rank: rank, reward_coins: reward },
  createdAt: new Date(NOON),
})

async function noticeStage() {
  const stage = await setStage()
  const { zed } = stage.sandbox.people
  await zed.ask('/start')
  const account = await accountOf(stage.db, zed.id)
  const recipient: Recipient = {
    accountId: account?.id ?? 0,
    displayName: account?.display_name ?? '',
    locale: 'ru',
    telegramId: String(zed.id),
    discordId: null,
    notices: true,
    telegramReachable: true,
    email: null,
    noticesToday: 0,
  }
  const deliver = (change: Partial<Recipient> = {}, events: Delivery['events'] = [rankUp(2, 50)]) => {
    const delivery: Delivery = {
      destination: 'telegram',
      accountId: recipient.accountId,
      recipientId: null,
      token: crypto.randomUUID(),
      attempts: 1,
      events,
      recipient: { ...recipient, ...change },
      ageSeconds: 0,
      maybeArrived: false,
      resent: false,
    }
    return stage.bot.deliverer(delivery, AbortSignal.timeout(30_000))
  }
  const said = () =>
    stage.sandbox.control
      .messagesIn(zed.id)
      .filter(({ from }) => from?.is_bot)
      .slice(1)
  return { ...stage, zed, deliver, said, control: stage.sandbox.control }
}

describe('a rank-up notice', () => {
  test('is one message for several events, in the person’s language, with the name as it is', async () => {
    const { deliver, said, db, zed } = await noticeStage()
    const events = [rankUp(2, 50), rankUp(3, 100), rankUp(4, 150)]
    expect(await deliver({}, events)).toEqual({ status: 'delivered' })
    expect(await deliver({ locale: 'en' })).toEqual({ status: 'delivered' })
    const [russian, english] = said().map(({ text }) => text ?? '')
    expect(russian).toContain('🏅 <b>Zed</b> & *_[x](y) gnp.exe, у тебя новый ранг: Ранг E I!')
    expect(russian).toContain('Награда за ранг: 300 монет.')
    expect(english).toContain('you have a new rank: Rank F II!')
    const counted = await db.kysely
      .selectFrom('ttfd.identities')
      .select('notices_today')
      .where('platform_id', '=', String(zed.id))
      .executeTakeFirst()
    expect(counted).toEqual({ notices_today: 2 })
  })

  test.each<[string, Partial<Recipient>, DeliveryOutcome]>([
    ['does not want notices', { notices: false }, { status: 'skipped', why: 'notices_off' }],
    ['has not started the bot', { telegramReachable: false }, { status: 'skipped', why: 'bot_not_started' }],
    ['has had five today', { noticesToday: 5 }, { status: 'skipped', why: 'enough_for_today' }],
    ['has no Telegram', { telegramId: null }, { status: 'skipped', why: 'nobody_to_tell' }],
  ])('is not sent to somebody who %s', async (_, change, outcome) => {
    const { deliver, said } = await noticeStage()
    expect(await deliver(change)).toEqual(outcome)
    expect(said()).toEqual([])
  })

  test('waits for the end of the quiet hours', async () => {
    const { deliver, said, clock } = await noticeStage()
    clock.now = Date.parse('2026-03-10T21:30:00Z')
    expect(await deliver()).toEqual({ status: 'later', seconds: 8.5 * 3600, why: 'quiet_hours' })
    expect(said()).toEqual([])
  })

  test('has nothing to say of other events', async () => {
    const { deliver } = await noticeStage()
    const events = [{ ...rankUp(2, 50), type: 'game_played' }]
    expect(await deliver({}, events)).toEqual({ status: 'skipped', why: 'nothing_to_tell' })
  })

  test('to somebody who blocked the bot ends, and is remembered', async () => {
    const { deliver, zed, db, bot } = await noticeStage()
    await bot.stop()
    zed.block()
    expect(await deliver()).toEqual({ status: 'skipped', why: 'blocked' })
    const identity = await db.kysely.selectFrom('ttfd.identities').select('reachable').executeTakeFirst()
    expect(identity).toEqual({ reachable: false })
  })

  test.each<[string, Parameters<Stage['sandbox']['control']['misbehave']>[0]['fault'], object]>([
    ['429', tooMany(17), { status: 'later', seconds: 17 }],
    ['401', refuse(401, 'Unauthorized'), { status: 'later', why: 'wrong_token' }],
    ['502', refuse(502, 'Bad Gateway'), { status: 'retry' }],
    ['a lost answer', loseAnswer(), { status: 'unknown' }],
    ['a lost request', loseRequest(), { status: 'unknown' }],
    [
      '400 chat not found',
      refuse(400, 'Bad Request: chat not found'),
      { status: 'failed', error: expect.stringContaining('has not started this bot') },
    ],
    ['another 400', refuse(400, 'Bad Request: message is too long'), { status: 'failed' }],
  ])('%s is told to the worker as what it is', async (_, fault, outcome) => {
    const { deliver, control } = await noticeStage()
    control.misbehave({ on: 'sendMessage', times: 1, fault })
    const result = await deliver()
    expect(result).toMatchObject(outcome)
    expect(JSON.stringify(result)).not.toContain('sandbox-token')
  })

  test('is not sent any more when its time is over before its turn', async () => {
    const { bot, said, zed } = await noticeStage()
    const recipient = {
      accountId: 1,
      displayName: 'Zed',
      locale: null,
      telegramId: String(zed.id),
      discordId: null,
      notices: true,
      telegramReachable: true,
      email: null,
      noticesToday: 0,
    }
    const delivery = {
      destination: 'telegram',
      accountId: 1,
      recipientId: null,
      token: crypto.randomUUID(),
      attempts: 1,
      events: [rankUp(2, 50)],
      recipient,
      ageSeconds: 0,
      maybeArrived: false,
      resent: false,
    }
    expect(await bot.deliverer(delivery, AbortSignal.abort())).toMatchObject({ status: 'retry' })
    expect(said()).toEqual([])
  })
})

test('from a played round to the notice, by the sync worker, the event ends processed', async () => {
  const { db, bot, sandbox, writer } = await setStage()
  const { anya } = sandbox.people
  await anya.ask('/start')
  await writer.award({
    key: 'test:grant',
    who: { platform: 'telegram', id: String(anya.id) },
    occurredAt: new Date(NOON),
    source: 'system',
    act: { type: 'grant', event: 'xp_change', xp: 1_300, coins: 0, data: {}, silent: false },
  })
  const feed = new ChangeFeed(db)
  const worker = new SyncWorker(db, {
    deliverers: new Map([['telegram', bot.deliverer]]),
    feed,
    pollSeconds: 5,
    timeZone: 'Europe/Moscow',
    random: () => 0.5,
    onError: (error) => {
      throw error
    },
  })
  const mark = sandbox.control.mark()
  expect(await worker.runOnce()).toBe(1)
  const notice = await anya.nextFromBot(anya.id, mark)
  expect(notice.text).toContain('Ранг F III')
  expect(notice.text).toContain('150 монет')
  expect((await eventsOf(db, anya.id)).every(({ processed }) => processed)).toBe(true)
})
