import { describe, expect, test } from 'vitest'
import { KINDS } from '../support/databases.js'
import { RULES } from '../support/rules.js'
import { accountOf, balancesAgree, buttonsOf, eventsOf, give, NOON, setStage } from './support.js'

describe.each(KINDS)('guess the number on %s', (kind) => {
  test('a whole game with a bet: stake taken, three times paid, XP, event, balance shown, again offered', async () => {
    const { db, writer, sandbox } = await setStage({ kind })
    const { anya } = sandbox.people
    await anya.ask('/start')
    await give({ writer }, anya.id, { coins: 60 })
    const menu = await anya.ask('/games')
    expect(menu.text).toContain('У тебя 60 монет.')
    expect(menu.text).toContain('Сегодня осталось 10 бесплатных раундов.')
    expect(buttonsOf(menu)).toEqual(['🆓 Бесплатный раунд', '🪙 10', '🪙 25', '🪙 50'])

    let mark = sandbox.control.mark()
    anya.press(menu, '🪙 25')
    const round = await anya.nextFromBot(anya.id, mark)
    expect(round.message_id).toBe(menu.message_id)
    expect(round.text).toContain('Ставка: 25 монет.')
    expect(buttonsOf(round)).toEqual([...'123456789', '10', '✖️ Отменить'])
    expect((await accountOf(db, anya.id))?.coins).toBe(35)

    mark = sandbox.control.mark()
    const press = anya.press(round, '7')
    const result = await anya.nextFromBot(anya.id, mark)
    expect(await press.answer()).toMatchObject({ text: 'В точку! 🎉' })
    expect(result.text).toContain('Точно! Это 7.')
    expect(result.text).toContain('+50 XP')
    expect(result.text).toContain('+75')
    expect(result.text).toContain('Теперь у тебя 110 монет.')
    expect(buttonsOf(result)).toEqual(['🔁 Ещё раз: 🪙 25', '🎲 К ставкам'])
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 60, coins: 110, games_played: 1, games_won: 1 })
    expect((await eventsOf(db, anya.id)).at(-1)).toMatchObject({
      event_type: 'game_played',
      xp_delta: 50,
      coins_delta: 75,
      data: { game_type: 'guess', won: true, number: 7, pick: 7 },
    })
    expect(await balancesAgree(db)).toBe(true)
  })
})

describe('guess the number', () => {
  async function openRound(bet = 25) {
    const stage = await setStage()
    const { anya } = stage.sandbox.people
    await anya.ask('/start')
    await give(stage, anya.id, { coins: 100 })
    const menu = await anya.ask('/games')
    const mark = stage.sandbox.control.mark()
    anya.press(menu, bet === 0 ? '🆓 Бесплатный раунд' : `🪙 ${bet}`)
    const round = await anya.nextFromBot(anya.id, mark)
    const dataOf = (label: string) =>
      round.reply_markup?.inline_keyboard.flat().find(({ text }) => text === label)?.callback_data ?? ''
    return { ...stage, anya, menu, round, dataOf, control: stage.sandbox.control }
  }

  test('pressing twice pays once; the second press is answered kindly', async () => {
    const { db, anya, round, dataOf } = await openRound()
    const first = anya.pressData(round, dataOf('7'))
    const second = anya.pressData(round, dataOf('7'))
    expect(await first.answer()).toMatchObject({ text: 'В точку! 🎉' })
    expect(await second.answer()).toMatchObject({
      text: 'Этот раунд уже сыгран. Второй раз за него ничего не начисляется.',
      alert: true,
    })
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 60, coins: 150, games_played: 1 })
    expect(await balancesAgree(db)).toBe(true)
  })

  test('a lost round pays 5 XP; trying another number afterwards changes nothing', async () => {
    const { db, anya, round, dataOf } = await openRound()
    expect(await anya.pressData(round, dataOf('3')).answer()).toMatchObject({ text: 'Не в этот раз' })
    expect(await anya.pressData(round, dataOf('7')).answer()).toMatchObject({ alert: true })
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 15, coins: 75, games_won: 0 })
  })

  test('an old keyboard is answered, and shows how its round ended', async () => {
    const { anya, control, menu, dataOf } = await openRound()
    const shown = control.mark()
    anya.pressData(menu, dataOf('3'))
    await anya.nextFromBot(anya.id, shown)
    const elsewhere = await anya.ask('/games')
    const mark = control.mark()
    const press = anya.pressData(elsewhere, dataOf('7'))
    expect((await press.answer()).text).toContain('уже сыгран')
    expect((await anya.nextFromBot(anya.id, mark)).text).toContain('Мимо: было 7')
  })

  test('somebody else’s round answers only its owner', async () => {
    const { db, anya, sandbox, round, dataOf } = await openRound()
    const { boris } = sandbox.people
    const own = await boris.ask('/games')
    for (const label of ['7', '✖️ Отменить']) {
      const answer = await boris.pressData(own, dataOf(label)).answer()
      expect(answer).toMatchObject({ text: 'Это не твой раунд. Открой свой: /games', alert: true })
    }
    expect(await accountOf(db, boris.id)).toMatchObject({ xp: 0, coins: 0 })
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 10, coins: 75 })
    await anya.pressData(round, dataOf('7')).answer()
    expect(await accountOf(db, anya.id)).toMatchObject({ coins: 150 })
  })

  test('cancel returns the stake, once', async () => {
    const { db, anya, control, round, dataOf } = await openRound()
    const mark = control.mark()
    anya.pressData(round, dataOf('✖️ Отменить'))
    const cancelled = await anya.nextFromBot(anya.id, mark)
    expect(cancelled.text).toBe('Раунд отменён, ставка вернулась: 25 монет.')
    expect(await anya.pressData(round, dataOf('✖️ Отменить')).answer()).toMatchObject({ text: '' })
    expect((await anya.pressData(round, dataOf('7')).answer()).text).toBe('Этот раунд уже отменён.')
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 10, coins: 100, games_played: 0 })
    expect(await balancesAgree(db)).toBe(true)
  })

  test('a round that ran out of time returns the stake', async () => {
    const { db, anya, clock, round, dataOf } = await openRound()
    clock.now = NOON + 301_000
    expect((await anya.pressData(round, dataOf('7')).answer()).text).toBe('Время этого раунда вышло.')
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 10, coins: 100 })
  })

  test('a round survives a restart of the bot', async () => {
    const { db, anya, bot, another, round, dataOf } = await openRound()
    await bot.stop()
    const pressed = anya.pressData(round, dataOf('7'))
    await another()
    expect(await pressed.answer()).toMatchObject({ text: 'В точку! 🎉' })
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 60, coins: 150 })
  })

  test('one round at a time: another stake shows the open one', async () => {
    const { db, anya, control } = await openRound()
    const menu = await anya.ask('/games')
    const mark = control.mark()
    expect((await anya.press(menu, '🪙 50').answer()).text).toBe('У тебя уже есть открытый раунд, вот он.')
    expect((await anya.nextFromBot(anya.id, mark)).text).toContain('Ставка: 25 монет.')
    expect((await accountOf(db, anya.id))?.coins).toBe(75)
  })

  test('ten free rounds a day, then no more; a win pays 20 XP', async () => {
    const { db, sandbox } = await setStage()
    const { mia } = sandbox.people
    await mia.ask('/start')
    let view = await mia.ask('/games')
    for (let round = 1; round <= 10; round++) {
      for (const button of [round === 1 ? '🆓 Free round' : '🔁 Again, for free', '7']) {
        const mark = sandbox.control.mark()
        mia.press(view, button)
        view = await mia.nextFromBot(mia.id, mark)
      }
    }
    expect(buttonsOf(view)).toEqual(['🎲 Back to bets'])
    expect(await accountOf(db, mia.id)).toMatchObject({ xp: 210, games_won: 10 })
    expect((await mia.pressData(view, 'r:0').answer()).text).toBe('No free rounds left today.')
    expect((await mia.ask('/games')).text).toContain('No free rounds left today')
  })

  test('stakes come from the offered list and the balance only', async () => {
    const { db, writer, anya, menu, dataOf, round } = await openRound()
    await anya.pressData(round, dataOf('✖️ Отменить')).answer()
    for (const data of ['r:1', 'r:99', 'r:1000', 'r:-5', 'r:1e1', 'r:10.5', 'r:', 'r:0x10']) {
      expect((await anya.pressData(menu, data).answer()).text).toBe(
        'Эта кнопка больше не работает. Открой меню заново: /help',
      )
    }
    await give({ writer }, anya.id, { coins: -95 })
    expect((await anya.pressData(menu, 'r:10').answer()).text).toBe('Монет на такую ставку не хватает.')
    expect((await accountOf(db, anya.id))?.coins).toBe(5)
  })

  test('a rank that a game reaches is named with its reward, and the notice is due', async () => {
    const { db, writer, anya, control, round, dataOf } = await openRound()
    await give({ writer }, anya.id, { xp: 470 })
    const mark = control.mark()
    anya.pressData(round, dataOf('7'))
    const result = await anya.nextFromBot(anya.id, mark)
    expect(result.text).toContain('Новый ранг: Ранг F II!')
    expect(result.text).toContain('Награда за ранг: 50 монет.')
    expect(result.text).toContain('Теперь у тебя 200 монет.')
    const due = await db.kysely.selectFrom('ttfd.deliveries').select(['destination', 'state']).execute()
    expect(due).toEqual([{ destination: 'telegram', state: 'open' }])
  })

  test('in a rehearsal nothing is staked and nothing paid', async () => {
    const { db, sandbox } = await setStage({ rules: { ...RULES, pay: false } })
    const { mia } = sandbox.people
    await mia.ask('/start')
    const menu = await mia.ask('/games')
    expect(buttonsOf(menu)).toEqual(['🆓 Free round'])
    expect((await mia.pressData(menu, 'r:10').answer()).text).toContain('rehearsal')
    expect((await mia.ask('/daily')).text).toContain('rehearsal')
    expect(await accountOf(db, mia.id)).toMatchObject({ xp: 0, coins: 0 })
  })

  test('a press that is too old to be answered still counts, and shows its result', async () => {
    const { db, anya, control, round, dataOf } = await openRound()
    const mark = control.mark()
    anya.pressData(round, dataOf('7'), { expired: true })
    expect((await anya.nextFromBot(anya.id, mark)).text).toContain('Точно! Это 7.')
    expect((await accountOf(db, anya.id))?.coins).toBe(150)
  })
})
