import { expect, test } from 'vitest'
import { formToken, type TestBrowser } from '../auth/support/browser.js'
import { requestIn, startWorld } from './support/world.js'

const T = { platform: 'telegram', id: '500' } as const
const MANY = 100

test('one code, used a hundred times at once by two people: it opens one question', async () => {
  const world = await startWorld({ trustProxy: ['127.0.0.1'] })
  await world.earn(T, 10)
  const people = ['mira', 'max']
  const code = await world.issue(T)
  const browsers: { browser: TestBrowser; form: string }[] = []
  for (const name of people) {
    const browser = await world.byDiscord(name)
    browsers.push({ browser, form: formToken((await browser.get('/link/code')).text) })
  }
  const uses = await Promise.all(
    Array.from({ length: MANY }, (_, n) => {
      const { browser, form } = browsers[n % browsers.length] ?? { browser: world.site.browser(), form: '' }
      return browser.post('/link/code/type', { form, code }, { 'x-forwarded-for': `203.0.113.${n}` })
    }),
  )
  expect(uses.filter(({ location }) => location?.startsWith('/link/request/'))).toHaveLength(1)
  expect(uses.every(({ status }) => status === 303)).toBe(true)
}, 60_000)

test('a yes pressed a hundred times at once links once, and every press reads the same end', async () => {
  const world = await startWorld()
  const own = await world.earn(T, 1_000, 100)
  await world.earn(world.discordOf('mira'), 300, 40)
  const browser = await world.byTelegram(T.id)
  const page = await world.asks(browser, 'mira')
  const request = requestIn(page.text)
  const yes = { form: formToken(page.text), request, answer: 'yes' }
  const answers = await Promise.all(Array.from({ length: MANY }, () => browser.post('/link/confirm', yes)))
  expect(new Set(answers.map(({ status, location }) => `${status} ${location}`))).toEqual(
    new Set(['303 /link/confirm']),
  )
  expect(await world.living()).toEqual([own])
  expect(await world.db.kysely.selectFrom('ttfd.merges').select('id').execute()).toHaveLength(1)
  await world.sound()
}, 60_000)

test('two opposite merges at once: one wins, the other learns that it is done, nothing is lost', async () => {
  const world = await startWorld()
  const other = { platform: 'telegram', id: '501' } as const
  for (const [round, t, person] of [
    [1, T, 'mira'],
    [2, other, 'max'],
  ] as const) {
    const discord = world.discordOf(person)
    await world.earn(t, 1_000, 100)
    await world.earn(discord, 300, 40)
    const [byTelegram, byDiscord] = [await world.byTelegram(t.id), await world.byDiscord(person)]
    // The Telegram side links by OAuth, while the Discord side confirms a code of its own last.
    const page = await world.asks(byTelegram, person)
    const request = requestIn(page.text)
    const typed = await world.type(t, await world.codeOn(byDiscord))
    if (typed.status !== 'opened') throw new Error(typed.status)
    await world.yes(typed.request, t)
    const path = `/link/request/${typed.request}`
    const question = await byDiscord.get(path)
    const answers = await Promise.all([
      byTelegram.post('/link/confirm', { form: formToken(page.text), request, answer: 'yes' }),
      byDiscord.post(path, { form: formToken(question.text), answer: 'yes' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await world.db.kysely.selectFrom('ttfd.merges').select('id').execute()).toHaveLength(round)
    expect(await world.living()).toHaveLength(round)
    await world.sound()
  }
}, 60_000)

test('a link and a merge at once for one slot: one wins', async () => {
  const world = await startWorld()
  const own = await world.earn(T, 1_000, 100)
  await world.earn(world.discordOf('mira'), 300, 40)
  const [first, second] = [await world.byTelegram(T.id), await world.byTelegram(T.id)]
  const merge = await world.asks(first, 'mira')
  const link = await world.asks(second, 'max')
  const post = (browser: typeof first, page: { text: string }) =>
    browser.post('/link/confirm', {
      form: formToken(page.text),
      request: requestIn(page.text),
      answer: 'yes',
    })
  const answers = await Promise.all([post(first, merge), post(second, link)])
  expect(answers.map(({ status }) => status)).toEqual([303, 303])
  const ends = await world.db.kysely.selectFrom('ttfd.discord_link_requests').select('result').execute()
  expect(ends.map(({ result }) => result?.status).filter((status) => status !== 'refused')).toHaveLength(1)
  expect((await world.account(own))?.discord_id).not.toBeNull()
  await world.sound()
}, 60_000)
