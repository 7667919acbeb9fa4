import { expect, test } from 'vitest'
import { alertIn, formToken } from '../auth/support/browser.js'
import { requestIn, startWorld } from './support/world.js'

const T = { platform: 'telegram', id: '500' } as const

test('a Discord login that nobody knows joins the account, with its way in, and all are told', async () => {
  const world = await startWorld()
  const account = await world.earn(T, 120)
  const browser = await world.byTelegram(T.id)
  const page = await world.asks(browser, 'mira')
  expect(page.text).toContain('Здесь ты:')
  expect(page.text).toContain('Discord говорит, что ты:')
  expect(page.text).toContain(world.site.discordId('mira').slice(-4))
  // Nothing but the question is written before the yes.
  expect(await world.living()).toEqual([account])
  expect(await world.db.kysely.selectFrom('ttfd.website_logins').select('provider_id').execute()).toEqual([
    { provider_id: 'telegram' },
  ])
  expect((await world.confirm(browser)).location).toBe('/link/confirm')
  expect((await browser.get('/link/confirm')).text).toContain('теперь один аккаунт')
  expect(await world.living()).toEqual([account])
  expect(await world.account(account)).toMatchObject({ discord_id: world.site.discordId('mira'), xp: 120 })
  expect(await world.told('account_linked')).toEqual([
    `discord_account:${world.site.discordId('mira')}`,
    'telegram_account:500',
  ])
  // The session goes on, and Discord opens the same account from now on.
  expect((await browser.get('/link')).text).toContain('Что происходило')
  const second = await world.byDiscord('mira')
  expect((await second.get('/link')).status).toBe(200)
  expect(await world.living()).toEqual([account])
  await world.sound()
}, 30_000)

test('two sides with progress: previewed, merged, frozen; both undo it, and both sessions end', async () => {
  const world = await startWorld()
  const own = await world.earn(T, 1_000, 100)
  const other = await world.earn(world.discordOf('mira'), 300, 40)
  const browser = await world.byTelegram(T.id)
  const page = await world.asks(browser, 'mira')
  expect(page.text.replaceAll(/\s/g, ' ')).toContain('>1 300<')
  expect(page.text).toContain('72 часа')
  await world.confirm(browser)
  expect(await world.account(own)).toMatchObject({ xp: 1_300, coins: expect.any(Number) })
  expect(await world.account(other)).toBeUndefined()
  const link = await browser.get('/link')
  expect(link.text).toContain('Монеты заморожены')
  expect(link.text).toContain('/link/undo/')
  const undo = /\/link\/undo\/\d+/.exec(link.text)?.[0] ?? ''
  expect((await browser.get(undo)).text).toContain('ровно то, что принесла')
  expect((await browser.submit(undo, undo)).location).toBe('/login?good=merge_undone')
  expect(await world.site.sessions()).toEqual([])
  expect(await world.account(own)).toMatchObject({ xp: 1_000, discord_id: null })
  expect(await world.account(other)).toMatchObject({ xp: 300, telegram_id: null })
  await world.sound()
}, 30_000)

test('what the preview showed must still hold: who spends meanwhile is shown it again', async () => {
  const world = await startWorld()
  const own = await world.earn(T, 1_000, 100)
  await world.earn(world.discordOf('mira'), 300, 400)
  const browser = await world.byTelegram(T.id)
  const page = await world.asks(browser, 'mira')
  await world.earn(world.discordOf('mira'), 0, -50)
  const request = requestIn(page.text)
  const yes = { form: formToken(page.text), request, answer: 'yes' }
  const answered = await browser.post('/link/confirm', yes)
  expect(answered.location).toBe('/link/confirm?note=changed')
  expect(await world.living()).toHaveLength(2)
  expect((await browser.get('/link/confirm?note=changed')).text).toContain('Посмотри ещё раз')
  await browser.post('/link/confirm', yes)
  expect(await world.living()).toEqual([own])
  await world.sound()
})

test('the own Discord answers that it is linked already; another one must be unlinked first', async () => {
  const world = await startWorld()
  await world.earn(world.discordOf('mira'), 50)
  const browser = await world.byDiscord('mira')
  await world.asks(browser, 'mira')
  await world.confirm(browser)
  expect(alertIn((await browser.get('/link/confirm')).text)).toContain('уже связаны')
  const page = await world.asks(browser, 'max')
  expect(alertIn(page.text)).toContain('уже привязан другой Discord')
  await world.confirm(browser)
  expect(await world.living()).toHaveLength(1)
})

test('admins are linked by the command line only, on either side', async () => {
  const world = await startWorld({ admins: ['telegram:500'] })
  await world.earn(T, 50)
  const browser = await world.byTelegram(T.id)
  expect(alertIn((await world.asks(browser, 'mira')).text)).toContain('командной строки')
  await world.confirm(browser)
  expect(await world.living()).toHaveLength(1)
  expect(alertIn((await browser.submit('/link/code', '/link/code')).text)).toContain('командной строки')
})

test('cancel changes nothing, makes no account, and is told to whoever might have been fooled', async () => {
  const world = await startWorld()
  await world.earn(T, 50)
  await world.earn(world.discordOf('mira'), 70)
  const browser = await world.byTelegram(T.id)
  await world.asks(browser, 'mira')
  await world.confirm(browser, false)
  expect(alertIn((await browser.get('/link/confirm')).text)).toContain('отменена')
  await world.confirm(browser)
  expect(await world.living()).toHaveLength(2)
  expect(await world.told('link_refused')).toEqual([
    `discord_account:${world.site.discordId('mira')}`,
    'telegram_account:500',
  ])
})

test('a login that nothing has proven finds its account by a Discord link alone, and loses it with the Discord', async () => {
  const world = await startWorld({ openRegistration: true })
  const account = await world.earn(world.discordOf('mira'), 70)
  const browser = world.site.browser()
  await browser.submit('/register', '/register', {
    name: 'Нина',
    email: 'nina@example.org',
    password: 'семь длинных слов',
  })
  await browser.submit('/login', '/login', { email: 'nina@example.org', password: 'семь длинных слов' })
  expect((await browser.get('/link')).text).toContain('ничего не открывает')
  await world.asks(browser, 'mira')
  await world.confirm(browser)
  expect((await browser.get('/link')).text).toContain('n***@example.org')
  expect(await world.living()).toEqual([account])
  expect(await world.account(account)).toMatchObject({ website_email: null })
  await world.db.kysely.updateTable('unified_users').set({ telegram_id: '77' }).execute()
  await browser.submit('/link/unlink/discord', '/link/unlink/discord')
  expect(await world.db.kysely.selectFrom('ttfd.website_accounts').selectAll().execute()).toEqual([])
  expect((await browser.get('/link')).location).toContain('/login')
})
