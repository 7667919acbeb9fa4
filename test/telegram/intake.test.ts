import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { loseAnswer, loseRequest, refuse, tooMany } from '../../src/sandbox/misbehaviour.js'
import { accountOf, balancesAgree, eventsOf, give, setStage, untilState } from './support.js'

describe('updates that come more than once', () => {
  test.each([
    ['same_batch', 'postgres'],
    ['new_batches', 'postgres'],
    ['new_batches', 'embedded'],
  ] as const)('count once (%s, %s)', async (as, kind) => {
    const stage = await setStage({ kind })
    const { db, sandbox, clock } = stage
    const { anya, boris } = sandbox.people
    const { control, chats } = sandbox
    control.repeatUpdates({ times: 3, as })
    await anya.ask('/start')
    await give(stage, anya.id, { coins: 100 })
    const menu = await anya.ask('/games')
    const mark = control.mark()
    anya.press(menu, '🪙 50')
    const round = await anya.nextFromBot(anya.id, mark)
    await anya.press(round, '7').answer()
    await anya.ask('/daily')
    boris.send('Сообщение в группе, которое придёт трижды, но считается раз', chats.group)
    clock.now += 61_000
    const last = boris.send('Ещё одно сообщение, совсем не похожее на первое', chats.group)
    await control.waitForConfirmed(last.updateId ?? 0)
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 10 + 50 + 100, coins: 100 + 100 + 100 })
    expect(await accountOf(db, boris.id)).toMatchObject({ xp: 15, messages_sent: 2 })
    expect(await eventsOf(db)).toHaveLength(7)
    expect(await balancesAgree(db)).toBe(true)
  })
})

const ROUNDS = Array.from({ length: process.env.LONG ? 15 : 1 }, (_, index) => index + 1)

test.each(ROUNDS)(
  'whatever people do in whatever order, three deliveries give what one gives (%i)',
  async (seed) => {
    const script = fc.array(
      fc.record({
        who: fc.constantFrom('anya', 'boris', 'mia'),
        act: fc.constantFrom('/start', '/daily', 'r:0', 'r:10', 'pick', 'chat', 's:notices:off'),
      }),
      { minLength: 5, maxLength: 12 },
    )
    const play = async (times: number, steps: { who: 'anya' | 'boris' | 'mia'; act: string }[]) => {
      const stage = await setStage({ sandbox: { firstNumber: 1000 } })
      const { sandbox, db, clock } = stage
      const { control, people, chats } = sandbox
      for (const person of [people.anya, people.boris, people.mia]) {
        await person.ask('/help')
        await person.ask('/profile')
        await give(stage, person.id, { coins: 20 })
      }
      control.repeatUpdates({ times, as: 'new_batches' })
      for (const [index, { who, act }] of steps.entries()) {
        const person = people[who]
        clock.now += 1_000
        if (act.startsWith('/')) await control.waitForConfirmed(person.send(act).updateId ?? 0)
        else if (act === 'chat') {
          const text = `${'абвгдежзийклмнопрст'[index]}${'привет всем сегодня'.repeat(2)} ${index}`
          await control.waitForConfirmed(person.send(text, chats.group).updateId ?? 0)
        } else {
          const message = control.messagesIn(person.id).at(-1)
          if (!message) continue
          const open = control
            .messagesIn(person.id)
            .flatMap(({ reply_markup }) => reply_markup?.inline_keyboard.flat() ?? [])
            .find(({ text }) => text === '7')?.callback_data
          const press = person.pressData(message, act === 'pick' ? (open ?? 'x') : act)
          await control.waitForConfirmed(press.updateId ?? 0)
        }
      }
      // The copies of the last one are behind their confirmation.
      control.repeatUpdates(undefined)
      await people.olga.ask('/help')
      expect(await balancesAgree(db)).toBe(true)
      const rows = await db.kysely
        .selectFrom('unified_users')
        .select(['telegram_id', 'xp', 'coins', 'games_played', 'messages_sent', 'daily_streak'])
        .orderBy('telegram_id')
        .execute()
      return { rows, events: (await eventsOf(db)).length }
    }
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        expect(await play(3, steps)).toEqual(await play(1, steps))
      }),
      { numRuns: 2, endOnFailure: true, seed },
    )
  },
  300_000,
)

describe('one person’s updates keep their order, and different people do not wait for each other', () => {
  test('a slow answer to one person holds up nobody for long', async () => {
    const { sandbox, bot } = await setStage({ tuning: { holdMs: 200 } })
    const { anya, boris } = sandbox.people
    await anya.ask('/start')
    await boris.ask('/start')
    sandbox.control.misbehave({ on: 'sendMessage', times: 1, fault: { kind: 'delay', ms: 8_000 } })
    const mark = sandbox.control.mark()
    const slow = anya.send('/profile')
    const answers = () => sandbox.control.messagesIn(anya.id).length
    const before = answers()
    await boris.ask('/profile')
    await sandbox.control.waitForConfirmed(slow.updateId ?? 0)
    // Both came before her answer.
    expect(answers()).toBe(before)
    expect(bot.status().state).toBe('up')
    expect((await anya.nextFromBot(anya.id, mark, 20_000)).text).toContain('Аня')
  })

  test('a hasty person is asked for patience once, and then left out', async () => {
    const { sandbox, db } = await setStage({ tuning: { flood: { burst: 3, perSecond: 0.001 } } })
    const { mia, anya } = sandbox.people
    let last = 0
    for (let index = 0; index < 8; index++) last = mia.send('/daily').updateId ?? 0
    await sandbox.control.waitForConfirmed(last)
    const said = sandbox.control.messagesIn(mia.id).filter(({ from }) => from?.is_bot)
    expect(said.map(({ text }) => text?.split('\n')[0])).toEqual([
      '🎁 Daily reward: +100 XP and 100 coins.',
      'You already have today’s reward. 🙌',
      'You already have today’s reward. 🙌',
      'Not so fast, please. Wait a few seconds.',
    ])
    expect((await accountOf(db, mia.id))?.xp).toBe(100)
    expect((await anya.ask('/daily')).text).toContain('+100 XP')
  })
})

describe('Telegram’s refusals are handled as what they are', () => {
  test('401: the state says so, and a token that becomes right works without a restart', async () => {
    const { sandbox, bot } = await setStage({ start: false })
    const rule = sandbox.control.misbehave({ on: 'getMe', fault: refuse(401, 'Unauthorized') })
    await bot.start()
    expect(bot.status()).toMatchObject({ state: 'wrong_token' })
    rule.stop()
    await untilState(bot, 'up')
    expect(bot.status()).toMatchObject({ username: 'ttfd_sandbox_bot', privacyModeOn: false })
  })

  test('409: another program polls; the bot stops polling, says so, and comes back', async () => {
    const { sandbox, bot, logs } = await setStage()
    const { control, people } = sandbox
    await people.anya.ask('/start')
    const rule = control.misbehave({ on: 'getUpdates', fault: refuse(409, 'Conflict: terminated by other') })
    // Ends the long poll that is under way; the next one is refused.
    people.anya.send('/help')
    await untilState(bot, 'conflict')
    const mark = control.mark()
    const polls = () => control.requests('getUpdates', mark).length
    await control.waitForRequest(({ method }) => method === 'getUpdates', { after: mark })
    expect(polls()).toBe(1)
    rule.stop()
    people.anya.send('/profile')
    await control.waitForMessage(({ text }) => text?.startsWith('👤 Аня') ?? false, { after: mark })
    await untilState(bot, 'up')
    expect(logs.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('409 right after the start is a take-over and is not reported', async () => {
    const { sandbox, bot } = await setStage({ start: false, tuning: { conflictGraceMs: 60_000 } })
    const states: string[] = []
    bot.onStatus(() => states.push(bot.status().state))
    sandbox.control.misbehave({ on: 'getUpdates', times: 2, fault: refuse(409, 'Conflict') })
    await bot.start()
    await sandbox.people.anya.ask('/start')
    expect(states).toEqual(['up'])
  })

  test('a webhook that somebody set is taken away again', async () => {
    const { sandbox, bot } = await setStage()
    await sandbox.people.anya.ask('/start')
    const url = `${sandbox.url}/bot${sandbox.token}/setWebhook`
    await fetch(`${url}?url=${encodeURIComponent('http://127.0.0.1:1/')}`)
    expect((await sandbox.people.anya.ask('/profile')).text).toContain('Аня')
    await untilState(bot, 'up')
  })

  test('429 is waited out as told, for updates and for answers', async () => {
    const { sandbox, bot } = await setStage({ start: false })
    const { control, people } = sandbox
    const polls = control.misbehave({ on: 'getUpdates', times: 1, fault: tooMany(1) })
    const sends = control.misbehave({ on: 'sendMessage', times: 1, fault: tooMany(1) })
    const began = performance.now()
    await bot.start()
    expect((await people.anya.ask('/start')).text).toContain('Аня')
    expect(performance.now() - began).toBeGreaterThan(1_900)
    expect([polls.hits, sends.hits]).toEqual([1, 1])
  })

  test('403: who has blocked the bot meanwhile stops nothing', async () => {
    const { db, sandbox, logs } = await setStage()
    const { anya, boris } = sandbox.people
    const sent = anya.send('/start')
    anya.block()
    await sandbox.control.waitForConfirmed(sent.updateId ?? 0)
    expect((await boris.ask('/start')).text).toContain('Борис')
    expect((await accountOf(db, anya.id))?.xp).toBe(10)
    expect(logs.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('5xx, broken connections and lost answers: nothing is lost and nothing is paid twice', async () => {
    const { db, sandbox, bot } = await setStage()
    const { control, people } = sandbox
    await people.anya.ask('/start')
    control.misbehave({ on: 'getUpdates', probability: 0.3, seed: 5, fault: loseAnswer() })
    control.misbehave({ on: 'getUpdates', probability: 0.2, seed: 6, fault: loseRequest() })
    control.misbehave({ on: 'getUpdates', probability: 0.2, seed: 7, fault: refuse(502, 'Bad Gateway') })
    let last = 0
    for (let index = 0; index < 20; index++) last = people.anya.send('/daily').updateId ?? 0
    await control.waitForConfirmed(last, 50_000)
    control.behave()
    expect(await accountOf(db, people.anya.id)).toMatchObject({ xp: 110, coins: 100 })
    await people.anya.ask('/profile')
    await untilState(bot, 'up')
  })

  test('an answer whose way back was lost is not sent again', async () => {
    const { sandbox } = await setStage()
    const { anya } = sandbox.people
    await anya.ask('/start')
    const rule = sandbox.control.misbehave({ on: 'sendMessage', times: 1, fault: loseAnswer() })
    const asked = anya.send('/profile')
    await sandbox.control.waitForConfirmed(asked.updateId ?? 0)
    await anya.ask('/help')
    expect(rule.hits).toBe(1)
    const profiles = sandbox.control.messagesIn(anya.id).filter(({ text }) => text?.startsWith('👤'))
    expect(profiles).toHaveLength(1)
  })
})

describe('two processes on one database', () => {
  test('the second stands by and takes over when the first ends; everything counts once', async () => {
    const { db, sandbox, bot, another } = await setStage()
    const second = await another()
    expect([bot.status().state, second.status().state]).toEqual(['up', 'standby'])
    await sandbox.people.anya.ask('/start')
    await bot.stop()
    expect(bot.status().state).toBe('stopped')
    await untilState(second, 'up')
    expect((await sandbox.people.anya.ask('/daily')).text).toContain('+100 XP')
    expect((await accountOf(db, sandbox.people.anya.id))?.xp).toBe(110)
  })

  test('who loses the lease to another stops polling at once', async () => {
    const { db, sandbox, bot } = await setStage()
    await sandbox.people.anya.ask('/start')
    await db.kysely
      .updateTable('ttfd.leases')
      .set({ token: crypto.randomUUID(), holder: 'another' })
      .execute()
    await db.kysely
      .updateTable('ttfd.leases')
      .set({ expires_at: new Date(Date.now() + 60_000) })
      .execute()
    await untilState(bot, 'standby')
    const { updateId = 0 } = sandbox.people.anya.send('/daily')
    expect(sandbox.control.lastUpdateConfirmed()).toBeLessThan(updateId)
    await db.kysely.deleteFrom('ttfd.leases').execute()
    await sandbox.control.waitForConfirmed(updateId)
    expect(bot.status().state).toBe('up')
  })
})

describe('stopping', () => {
  test('finishes what is being handled and confirms it', async () => {
    const { db, sandbox, bot } = await setStage()
    const { anya } = sandbox.people
    await anya.ask('/start')
    const mark = sandbox.control.mark()
    const { updateId = 0 } = anya.send('/daily')
    await anya.nextFromBot(anya.id, mark)
    const began = performance.now()
    await bot.stop()
    // The poll under way would have taken 25 s.
    expect(performance.now() - began).toBeLessThan(20_000)
    expect(sandbox.control.lastUpdateConfirmed()).toBe(updateId)
    expect(sandbox.control.pendingUpdates()).toBe(0)
    expect((await accountOf(db, anya.id))?.xp).toBe(110)
    expect(await db.kysely.selectFrom('ttfd.leases').selectAll().execute()).toEqual([])
  })
})
