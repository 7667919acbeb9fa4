import { describe, expect, test } from 'vitest'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import { addDays } from '../../src/core/progression/community-day.js'
import { RULES } from '../support/rules.js'
import { accountOf, buttonsOf, countBoard, eventsOf, give, NOON, setStage } from './support.js'

const DAY = 86_400_000

describe('/daily', () => {
  test('pays once a day, more with each day in a row, and says when the next one comes', async () => {
    const { db, sandbox, clock } = await setStage()
    const { anya } = sandbox.people
    await anya.ask('/start')
    expect((await anya.ask('/daily')).text).toContain('+100 XP и 100 монет')
    const again = await anya.ask('/daily')
    expect(again.text).toContain('уже у тебя')
    expect(again.text).toContain('Следующая через 12 ч 0 мин.')
    clock.now = NOON + DAY
    const second = await anya.ask('/daily')
    expect(second.text).toContain('+110 XP и 110 монет')
    expect(second.text).toContain('2 дня подряд')
    expect(await accountOf(db, anya.id)).toMatchObject({ xp: 220, coins: 210, daily_streak: 2 })
    clock.now = NOON + 4 * DAY
    expect((await anya.ask('/daily')).text).toContain('1 день подряд')
  })

  test('a command of yesterday that arrives after midnight claims yesterday, never a second day', async () => {
    const { db, sandbox, clock } = await setStage()
    const { anya } = sandbox.people
    await anya.ask('/start')
    const date = Math.floor((NOON + 11.9 * 3_600_000) / 1000)
    clock.now = NOON + 13 * 3_600_000
    expect((await anya.ask({ text: '/daily', date })).text).toContain('+100 XP')
    expect((await anya.ask({ text: '/daily', date })).text).toContain('уже у тебя')
    const days = (await eventsOf(db, anya.id)).map(({ data }) => data.day).filter(Boolean)
    expect(days).toEqual(['2026-03-10'])
    expect((await anya.ask('/daily')).text).toContain('2 дня подряд')
    expect(addDays('2026-03-10', 1)).toBe('2026-03-11')
  })
})

describe('/profile', () => {
  test('shows rank with progress, balance, place, statistics and the page on the website', async () => {
    const { db, writer, sandbox } = await setStage()
    const { anya } = sandbox.people
    await anya.ask('/start')
    await give({ writer }, anya.id, { xp: 865, coins: 1 })
    await countBoard(db)
    const profile = await anya.ask('/profile')
    const id = (await accountOf(db, anya.id))?.id
    expect(profile.text?.split('\n')).toEqual([
      '👤 Аня Соколова',
      '🏅 Ранг F II',
      '▰▰▰▰▰▱▱▱▱▱ 50 %',
      'До ранга Ранг F III ещё 375 XP',
      '',
      '✨ 875 XP · 🪙 1 монета',
      '🏆 Место в рейтинге: 1',
      '',
      '🔗 Telegram',
      '',
      `🌐 https://ttfd.example/u/${id}`,
    ])
    expect(profile.reply_markup?.inline_keyboard).toEqual([
      [{ text: '🌐 Открыть на сайте', url: `https://ttfd.example/u/${id}` }],
    ])
  })

  test('the address of a website at home is text only: Telegram refuses such buttons', async () => {
    const { sandbox } = await setStage({ settings: { siteUrl: () => 'http://localhost:3000' } })
    const profile = await sandbox.people.anya.ask('/profile')
    expect(profile.text).toContain('http://localhost:3000/u/')
    expect(profile.reply_markup).toBeUndefined()
  })
})

describe('/top', () => {
  test('lists the named by name, the unnamed by number, the hidden not at all, with one’s own place', async () => {
    const { db, writer, sandbox } = await setStage()
    const { anya, boris, mia, zed } = sandbox.people
    for (const person of [anya, mia, zed]) await person.ask('/start')
    const said = boris.send('Сообщение для рейтинга, пятнадцать', sandbox.chats.group)
    await sandbox.control.waitForConfirmed(said.updateId ?? 0)
    await give({ writer }, anya.id, { xp: 90 })
    await give({ writer }, zed.id, { xp: 500 })
    await give({ writer }, mia.id, { xp: 5_000 })
    const settings = await mia.ask('/settings')
    await mia.press(settings, '🔒 Hide my profile').answer()
    await countBoard(db)
    await rebuildTops(db, { now: new Date(NOON), timeZone: RULES.timeZone, clock: () => performance.now() })
    const top = await anya.ask('/top')
    const unnamed = (await accountOf(db, boris.id))?.id
    expect(top.text?.split('\n')).toEqual([
      '🏆 Рейтинг игроков',
      '',
      '🥇 <b>Zed</b> & *_[x](y) gnp.exe · Ранг F II · 510 XP',
      '🥈 Аня Соколова · Ранг F I · 100 XP',
      `🥉 Игрок № ${unnamed} · Ранг F I · 5 XP`,
      '',
      'Ты на 2 месте: 100 XP.',
    ])
    expect(top.text).not.toContain('Борис')
    // The other boards and periods, one press away; what is shown is marked.
    expect(buttonsOf(top)).toEqual([
      ...['• ✨ Опыт', '🪙 Монеты', '🎙 Голос', '💬 Сообщения', '🎲 Игры'],
      ...['• За всё время', 'Месяц', 'Неделя'],
    ])
    const turn = async (button: string, from = top) => {
      const mark = sandbox.control.mark()
      anya.press(from, button)
      return anya.nextFromBot(anya.id, mark)
    }
    const messages = await turn('💬 Сообщения')
    expect(messages.text).toContain(`🥇 Игрок № ${unnamed} · Ранг F I · 1 сообщение`)
    expect(buttonsOf(messages)).toContain('• 💬 Сообщения')
    const week = await turn('Неделя', messages)
    expect(week.text).toMatch(/^🏆 Сообщения · Неделя\n/)
    expect(week.text).toContain('1 сообщение')
    expect((await turn('✨ Опыт', week)).text).toMatch(/^🏆 Опыт · Неделя\n/)
    expect((await mia.ask('/top')).text).toContain('Your profile is hidden')
    expect((await anya.ask('/leaderboard')).text).toBe(top.text)
  })

  test('is paged', async () => {
    const { db, writer, sandbox } = await setStage()
    for (let index = 0; index < 25; index++) {
      const spec = { id: 800_000 + index, firstName: `P${index}`, languageCode: 'en' }
      const person = sandbox.control.addPerson(spec)
      await person.ask('/start')
      await give({ writer }, person.id, { xp: 1000 - index })
    }
    await countBoard(db)
    const reader = sandbox.control.person(800_000)
    let view = await reader.ask('/top')
    expect(buttonsOf(view).slice(8)).toEqual(['Down ▶️'])
    const seen: string[] = []
    for (const _ of [1, 2]) {
      const mark = sandbox.control.mark()
      reader.press(view, 'Down ▶️')
      view = await reader.nextFromBot(reader.id, mark)
      seen.push(...(view.text?.match(/P\d+/g) ?? []))
    }
    expect(seen).toEqual(Array.from({ length: 15 }, (_, index) => `P${index + 10}`))
    expect(buttonsOf(view).slice(8)).toEqual(['◀️ Up'])
  })
})

describe('/settings', () => {
  test('language, notices and privacy change in place; the choice of language holds', async () => {
    const { db, sandbox } = await setStage()
    const { anya } = sandbox.people
    const press = async (button: string) => {
      const mark = sandbox.control.mark()
      anya.press(view, button)
      return anya.nextFromBot(anya.id, mark)
    }
    let view = await anya.ask('/settings')
    view = await press('🌐 English')
    expect(view.text).toContain('Language: English')
    view = await press('🔕 Turn notices off')
    expect(view.text).toContain('Notices are off')
    view = await press('🔒 Hide my profile')
    expect(view.text).toContain('Your profile is hidden')
    const account = await accountOf(db, anya.id)
    expect(account?.locale).toBe('en')
    expect(await db.kysely.selectFrom('ttfd.account_settings').selectAll().execute()).toMatchObject([
      { account_id: account?.id, private: true, notices: false },
    ])
    const profile = await anya.ask('/profile')
    expect(profile.text).toContain('only you can see it')
    expect(profile.text).not.toContain('/u/')
    view = await press('👁 Show my profile')
    expect((await anya.ask('/profile')).text).toContain('/u/')
  })

  test('pressing what is so already is answered, though the message stays as it is', async () => {
    const { sandbox, logs } = await setStage()
    const { mia } = sandbox.people
    const view = await mia.ask('/settings')
    expect((await mia.pressData(view, 's:notices:on').answer()).text).toBe('Done')
    expect((await mia.pressData(view, 's:notices:on').answer()).text).toBe('Done')
    expect(logs.filter((line) => line.level !== 'info')).toEqual([])
  })
})

test('buttons under the greeting open every page', async () => {
  const { sandbox } = await setStage()
  const { anya } = sandbox.people
  const hello = await anya.ask('/start')
  const pages = ['Угадай число', 'Награда дня', 'Аня Соколова', 'Рейтинг игроков', 'Настройки']
  for (const [index, button] of buttonsOf(hello).entries()) {
    const mark = sandbox.control.mark()
    const press = anya.press(hello, button)
    expect((await anya.nextFromBot(anya.id, mark)).text).toContain(pages[index])
    await press.answer()
  }
})

test('the command menu is set for each language and kind of chat, and left when it is right', async () => {
  const { sandbox, bot, another } = await setStage()
  const { control, people, chats } = sandbox
  await people.anya.ask('/help')
  const sets = () => control.requests('setMyCommands').length
  await control.waitForRequest(() => sets() === 4)
  const names = (chat: number, person: number) => control.commandsFor(chat, person).map((c) => c.command)
  const inPrivate = names(people.anya.id, people.anya.id)
  expect(inPrivate).toEqual(expect.arrayContaining(['games', 'daily', 'profile', 'top', 'settings', 'help']))
  expect(names(chats.group, people.anya.id)).toEqual(['top', 'profile', 'daily'])
  expect(control.commandsFor(people.anya.id, people.anya.id)[0]?.description).toBe('Игры')
  expect(control.commandsFor(people.mia.id, people.mia.id)[0]?.description).toBe('Games')
  await bot.stop()
  const mark = control.mark()
  await another()
  await control.waitForRequest(() => control.requests('getMyCommands', mark).length === 4, { after: mark })
  await people.anya.ask('/help')
  expect(sets()).toBe(4)
})
