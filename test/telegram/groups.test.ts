import { describe, expect, test } from 'vitest'
import { listPlaces, setPlace } from '../../src/core/places/places.js'
import { gradientPng } from '../../src/sandbox/images.js'
import { groupStage, LONG } from './group-stage.js'
import { accountOf, eventsOf } from './support.js'

describe('messages in a group that pays', () => {
  test('make an account without a name on the board, pay by length and are one event each', async () => {
    const { db, boris, group, handled, clock } = await groupStage()
    const first = boris.send(LONG, group)
    clock.now += 61_000
    await handled(boris.send('ок', group).updateId)
    expect(await accountOf(db, boris.id)).toMatchObject({ xp: 10, messages_sent: 2, display_name: 'Борис' })
    expect(await eventsOf(db)).toMatchObject([
      {
        event_type: 'message_sent',
        xp_delta: 10,
        dedupe_key: `telegram:message:${group}:${first.message.message_id}`,
        data: { length: LONG.length, place: String(group) },
      },
      { event_type: 'message_sent', xp_delta: 0, data: { reason: 'short' } },
    ])
    const account = await db.kysely.selectFrom('ttfd.accounts').select('claimed_at').execute()
    expect(account).toEqual([{ claimed_at: null }])
  })

  test('of a message’s words nothing is kept', async () => {
    const { db, boris, group, handled, logs } = await groupStage()
    await handled(boris.send('совершенно-секретное-слово и ещё немного слов', group).updateId)
    const events = JSON.stringify(await eventsOf(db))
    const limits = JSON.stringify(await db.kysely.selectFrom('ttfd.account_limits').selectAll().execute())
    expect(events + limits + JSON.stringify(logs)).not.toContain('секретное')
    expect(limits).toMatch(/"prints":"\d+:[0-9a-f]{16}"/)
  })

  test('one paid message a minute, judged by when it was written; near-repeats pay nothing', async () => {
    const { db, boris, group, handled, clock } = await groupStage()
    const at = (seconds: number) => Math.floor(clock.now / 1000) + seconds
    boris.send({ text: LONG, date: at(0) }, group)
    boris.send({ text: 'А я сегодня буду поздно, начинайте без меня пожалуйста', date: at(59) }, group)
    boris.send({ text: `${LONG}!!!`, date: at(120) }, group)
    await handled(
      boris.send({ text: 'Тогда встречаемся завтра, расскажете как прошло', date: at(180) }, group).updateId,
    )
    const events = await eventsOf(db, boris.id)
    expect(events.map(({ xp_delta, data }) => [xp_delta, data.reason])).toEqual([
      [10, undefined],
      [0, 'cooldown'],
      [0, 'repeat'],
      [5, undefined],
    ])
  })

  test('captions count as text; stickers, service messages and commands do not', async () => {
    const { db, boris, group, handled } = await groupStage()
    boris.send({ sticker: '🎲' }, group)
    boris.send('/somebody_elses_command with words enough to pay', group)
    boris.leave(group)
    await handled(boris.join(group).updateId)
    expect(await eventsOf(db)).toEqual([])
    await handled(boris.send({ photo: gradientPng(4, 0, 1), caption: LONG }, group).updateId)
    expect((await accountOf(db, boris.id))?.xp).toBe(10)
  })

  test('nobody is paid for words that are not his own', async () => {
    const { db, anya, control, group, channel, handled, sandbox } = await groupStage()
    control.groups.postAnonymously(group, LONG)
    control.groups.postAsChannel(group, channel, LONG)
    control.groups.postFromLinkedChannel(group, channel, LONG)
    anya.send({ text: LONG, viaBot: { id: 4242, is_bot: true, first_name: 'Inline' } }, group)
    anya.send(
      { text: LONG, forwardOrigin: { type: 'user', date: 1_700_000_000, sender_user: anya.user } },
      group,
    )
    for (const id of [777_000, 1_087_968_824, 136_817_688]) {
      control.injectUpdate({
        message: {
          message_id: id % 10_000,
          date: 1_773_133_200,
          chat: { id: group, type: 'group', title: 'TTFD' },
          from: { id, is_bot: false, first_name: 'Telegram' },
          text: LONG,
        },
      })
    }
    await handled(anya.send({ sticker: '🎲' }, group).updateId)
    expect(await eventsOf(db)).toEqual([])
    expect(await db.kysely.selectFrom('unified_users').select('id').execute()).toEqual([])
    expect(sandbox.control.messagesIn(group).filter(({ from }) => from?.id === sandbox.bot.id)).toEqual([])
  })

  test('editing a message pays nothing', async () => {
    const { db, boris, group, handled } = await groupStage()
    const said = boris.send('ок', group)
    boris.edit(said.message, LONG)
    await handled(boris.send({ sticker: '🎲' }, group).updateId)
    expect((await eventsOf(db, boris.id)).map(({ xp_delta }) => xp_delta)).toEqual([0])
  })

  test('the operator’s multiplier holds', async () => {
    const { db, boris, supergroup, handled } = await groupStage()
    const place = { platform: 'telegram', placeId: String(supergroup), title: 'Lounge', pays: true } as const
    await setPlace(db, { ...place, multiplier: 2.5 }, 'cli')
    await handled(boris.send(LONG, supergroup).updateId)
    expect((await accountOf(db, boris.id))?.xp).toBe(25)
  })
})

describe('a group that does not pay', () => {
  test('makes no account; who has one gets a record of 0 XP', async () => {
    const { db, anya, boris, supergroup, handled } = await groupStage()
    await anya.ask('/start')
    boris.send(LONG, supergroup)
    await handled(anya.send(LONG, supergroup).updateId)
    expect(await accountOf(db, boris.id)).toBeUndefined()
    expect((await eventsOf(db, anya.id)).at(-1)).toMatchObject({ xp_delta: 0, data: { reason: 'place' } })
    expect((await accountOf(db, anya.id))?.xp).toBe(10)
  })

  test('pays no daily and makes no account by commands either', async () => {
    const { db, boris, supergroup, control } = await groupStage()
    for (const command of ['/daily', '/profile', '/start', '/games']) {
      const mark = control.mark()
      boris.send(command, supergroup)
      const answer = await boris.nextFromBot(supergroup, mark)
      expect(answer.text).toContain('личн')
      expect(answer.reply_markup?.inline_keyboard[0]?.[0]?.url).toContain(
        'https://t.me/ttfd_sandbox_bot?start=',
      )
    }
    expect(await accountOf(db, boris.id)).toBeUndefined()
  })

  test('says so once, with the command, in the language of who added the bot', async () => {
    const { mia, anya, supergroup, group, control, handled } = await groupStage()
    control.groups.setBot(supergroup, mia.id, 'left')
    let mark = control.mark()
    control.groups.setBot(supergroup, mia.id, 'member')
    const told = await mia.nextFromBot(supergroup, mark)
    expect(told.text).toContain('does not pay anything yet')
    expect(told.text).toContain('/here')
    await handled(control.groups.setBot(supergroup, mia.id, 'administrator'))
    await handled(anya.send(LONG, supergroup).updateId)
    const own = control.messagesIn(supergroup).filter(({ from, text }) => from?.is_bot && text)
    expect(own).toHaveLength(1)
    control.groups.setBot(group, anya.id, 'left')
    mark = control.mark()
    control.groups.setBot(group, anya.id, 'member')
    expect((await anya.nextFromBot(group, mark)).text).toContain('приносят XP')
  })
})

describe('commands in a group that pays', () => {
  test('/profile shows public facts, /daily pays, /top lists', async () => {
    const { db, anya, group, control } = await groupStage()
    const ask = async (text: string) => {
      const mark = control.mark()
      anya.send(text, group)
      return anya.nextFromBot(group, mark)
    }
    expect((await ask('/daily')).text).toContain('+100 XP')
    const profile = await ask('/profile@ttfd_sandbox_bot')
    expect(profile.text).toContain('Аня Соколова')
    expect(profile.text).toContain('100 XP')
    expect(profile.reply_to_message?.from?.id).toBe(anya.id)
    expect((await ask('/top')).text).toContain('Рейтинг игроков')
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 100, coins: 100 })
    expect(await eventsOf(db, anya.id)).toHaveLength(1)
  })

  test('a hidden profile is not shown', async () => {
    const { mia, group, control } = await groupStage()
    const settings = await mia.ask('/settings')
    await mia.press(settings, '🔒 Hide my profile').answer()
    const mark = control.mark()
    mia.send('/profile', group)
    const answer = await mia.nextFromBot(group, mark)
    expect(answer.text).toContain('hidden')
    expect(answer.text).not.toContain('Mia')
  })

  test('commands for another bot are left alone', async () => {
    const { anya, group, control, handled } = await groupStage()
    const mark = control.mark()
    await handled(anya.send('/top@some_other_bot', group).updateId)
    expect(control.requests('sendMessage', mark)).toEqual([])
  })
})

test('a group that becomes a supergroup goes on paying under its new id, and its messages stay apart', async () => {
  const { db, boris, control, group, handled, clock, olga } = await groupStage()
  const mark = control.mark()
  olga.send('/here', group)
  await olga.nextFromBot(group, mark)
  boris.send(LONG, group)
  const { chat, arrived } = control.groups.migrate(group)
  await handled(arrived.updateId)
  clock.now += 61_000
  await handled(boris.send('Теперь у нас большая группа, привет всем новым', chat.id).updateId)
  expect(await listPlaces(db.kysely)).toMatchObject([{ placeId: String(chat.id), pays: true }])
  expect((await eventsOf(db, boris.id)).map(({ xp_delta, data }) => [xp_delta, data.place])).toEqual([
    [10, String(group)],
    [5, String(chat.id)],
  ])
})

test('a group of the environment’s list that changes its id goes on paying too', async () => {
  const { db, boris, control, group, handled } = await groupStage()
  const { chat, left, arrived } = control.groups.migrate(group)
  await handled(arrived.updateId)
  for (const act of [left, arrived]) control.redeliver(act.updateId ?? 0)
  await handled(boris.send(LONG, chat.id).updateId)
  expect((await accountOf(db, boris.id))?.xp).toBe(10)
  expect(await listPlaces(db.kysely)).toMatchObject([{ placeId: String(chat.id), pays: true }])
})

test('blocking the bot makes a person unreachable, coming back reachable', async () => {
  const { db, anya, handled } = await groupStage()
  await anya.ask('/start')
  const reachable = () =>
    db.kysely
      .selectFrom('ttfd.identities')
      .select('reachable')
      .executeTakeFirst()
      .then((row) => row?.reachable)
  await handled(anya.block())
  expect(await reachable()).toBe(false)
  await handled(anya.unblock())
  expect(await reachable()).toBe(true)
})
