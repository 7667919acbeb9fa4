import { describe, expect, test } from 'vitest'
import { KINDS } from '../support/databases.js'
import { accountOf, balancesAgree, buttonsOf, eventsOf, setStage } from './support.js'

describe.each(KINDS)('the first /start on %s', (kind) => {
  test('makes the account, pays 10 XP once, greets by name and explains', async () => {
    const { db, sandbox } = await setStage({ kind })
    const { anya } = sandbox.people
    const first = await anya.ask('/start')
    expect(first.text).toContain('Привет, Аня Соколова!')
    expect(first.text).toContain('10 XP')
    expect(first.text).toContain('Discord')
    expect(buttonsOf(first)).toEqual(['🎲 Игры', '🎁 Награда дня', '👤 Профиль', '🏆 Рейтинг', '⚙️ Настройки'])
    expect(await accountOf(db, anya.id)).toMatchObject({
      display_name: 'Аня Соколова',
      username: 'anya_sokol',
      xp: 10,
      coins: 0,
      rank_id: 1,
      locale: 'ru',
      platforms: ['telegram'],
    })
    expect(await eventsOf(db, anya.id)).toMatchObject([
      {
        event_type: 'xp_change',
        xp_delta: 10,
        dedupe_key: `welcome:telegram:${anya.id}`,
        data: { reason: 'welcome' },
      },
    ])

    const again = await anya.ask('/start')
    expect(again.text).not.toContain('10 XP')
    expect(await eventsOf(db, anya.id)).toHaveLength(1)
    expect(await balancesAgree(db)).toBe(true)
  })
})

describe('/start', () => {
  test('speaks the language of the person', async () => {
    const { sandbox } = await setStage()
    const hello = await sandbox.people.mia.ask('/start')
    expect(hello.text).toContain('Hi, Mia 🦊 Reed!')
    expect(hello.text).not.toMatch(/[а-яё]/i)
  })

  test('marks the account as named and reachable, also when it came from group messages before', async () => {
    const { db, sandbox } = await setStage()
    const { boris } = sandbox.people
    const said = boris.send('Всем привет, как ваши дела сегодня?', sandbox.chats.group)
    await sandbox.control.waitForConfirmed(said.updateId ?? 0)
    const facts = () =>
      db.kysely
        .selectFrom('ttfd.identities as i')
        .innerJoin('ttfd.accounts as a', 'a.id', 'i.account_id')
        .select(['i.reachable', 'a.claimed_at'])
        .where('i.platform_id', '=', String(boris.id))
        .executeTakeFirst()
    expect(await facts()).toEqual({ reachable: false, claimed_at: null })
    await boris.ask('/start')
    expect(await facts()).toEqual({ reachable: true, claimed_at: expect.any(Date) })
    expect((await accountOf(db, boris.id))?.xp).toBe(15)
  })

  test.each([
    ['link_AbCdEfGhIjKlMnOpQrStU1', true],
    ['link_AbCdEfGhIjKlMnOpQrStU', false],
    ['anything', false],
  ])('greets as ever for the payload %s; a link token is answered by one line', async (payload, hasLine) => {
    const { db, sandbox } = await setStage()
    const { anya } = sandbox.people
    const mark = sandbox.control.mark()
    anya.start(payload)
    const answer = await anya.nextFromBot(anya.id, mark)
    expect(answer.text).toContain('Привет, Аня')
    expect(answer.text?.includes('Эта ссылка больше не действует.')).toBe(hasLine)
    expect((await accountOf(db, anya.id))?.xp).toBe(10)
  })

  test('a link from a group into a page opens it', async () => {
    const { sandbox } = await setStage()
    const { anya } = sandbox.people
    await anya.ask('/start')
    const mark = sandbox.control.mark()
    anya.start('games')
    expect((await anya.nextFromBot(anya.id, mark)).text).toContain('Угадай число')
  })

  test('a forwarded command is somebody else’s words: no account, no XP', async () => {
    const { db, sandbox } = await setStage()
    const { anya } = sandbox.people
    const origin = { type: 'hidden_user', date: 1_700_000_000, sender_user_name: 'X' } as const
    const answer = await anya.ask({ text: '/start', forwardOrigin: origin })
    expect(answer.text).toContain('/games')
    expect(await accountOf(db, anya.id)).toBeUndefined()
  })

  test('unknown commands and words get a short hint', async () => {
    const { sandbox } = await setStage()
    expect((await sandbox.people.anya.ask('/fly')).text).toContain('Такой команды у меня нет')
    expect((await sandbox.people.mia.ask('hello there')).text).toContain('I understand commands')
    expect((await sandbox.people.mia.ask({ sticker: '🦊' })).text).toContain('I understand commands')
    expect((await sandbox.people.mia.ask('/help')).text).toContain('/games: guess the number')
  })

  test('every name is shown as it is, however hostile', async () => {
    const { sandbox, db, logs } = await setStage()
    const { zed } = sandbox.people
    const hello = await zed.ask('/start')
    expect(hello.text).toContain('Hi, <b>Zed</b> & *_[x](y) gnp.exe!')
    const names = [
      '$t(telegram:start.about)',
      '{{xp}} $& $1',
      '&lt;b&gt;',
      '</b><i>x</i>',
      '<a href="tg://user?id=1">',
    ]
    for (const [index, firstName] of names.entries()) {
      const person = sandbox.control.addPerson({ id: 900_000 + index, firstName, languageCode: 'en' })
      expect((await person.ask('/start')).text).toContain(`Hi, ${firstName}!`)
      expect((await person.ask('/profile')).text).toContain(firstName)
    }
    expect(await accountOf(db, zed.id)).toMatchObject({ display_name: '<b>Zed</b> & *_[x](y) gnp.exe' })
    expect(logs.filter((line) => line.level === 'error')).toEqual([])
  })
})
