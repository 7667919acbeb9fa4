import { expect, test } from 'vitest'
import { freshDatabase, KINDS } from '../support/databases.js'
import { startBot } from './support/bot.js'
import { startAuthSite } from './support/site.js'

const numberOn = (html: string) => /<strong class="figure">(\d\d)<\/strong>/.exec(html)?.[1] ?? ''
const pathIn = (text: string) => /\/login\/tg\/[\w-]{22}/.exec(text)?.[0] ?? ''

async function stage(kind: 'postgres' | 'embedded', siteUrl?: string) {
  const site = await startAuthSite(await freshDatabase(kind))
  const { sandbox, trouble } = await startBot(site, siteUrl)
  const { control, people } = sandbox
  const anya = control.person(people.anya.id)
  anya.start()
  await control.waitForMessage((message) => message.chat.id === anya.id && message.from?.is_bot === true)
  return { site, control, anya, people, trouble, group: sandbox.chats.group }
}

test.each(KINDS)(
  'the bot gives a link, asks about who opens it, and lets in by the right number (%s)',
  async (kind) => {
    const { site, control, anya, trouble } = await stage(kind)
    const given = await anya.ask('/site')
    const path = pathIn(given.text ?? '')
    const browser = site.browser()
    const number = numberOn((await browser.get(path)).text)
    const mark = control.mark()
    await browser.submit(path, path)
    const question = await control.waitForMessage(({ text }) => text?.includes('Chrome, Windows') ?? false, {
      after: mark,
    })
    const buttons = question.reply_markup?.inline_keyboard.flat().map(({ text }) => text)
    expect(buttons).toHaveLength(4)
    expect(buttons).toContain(number)
    await anya.press(question, number).answer()
    const answered = await control.waitForMessage(({ text }) => text?.includes('вход разрешён') ?? false, {
      after: mark,
    })
    expect(answered.message_id).toBe(question.message_id)
    const entered = await browser.submit(path, `${path}/enter`)
    expect(entered.location).toBe('/profile')
    const told = await control.waitForMessage(
      ({ text }) => text?.includes('Вход на сайт: Chrome, Windows') ?? false,
    )
    expect(told.text).toContain('/settings/sessions')
    expect(trouble).toEqual([])
  },
)

test('*Not me* ends it, and a yes can be taken back while nobody has entered', async () => {
  const { site, control, anya } = await stage('postgres')
  for (const first of ['🚫 Это не я', 'number']) {
    const path = pathIn((await anya.ask('/site')).text ?? '')
    const browser = site.browser()
    const number = numberOn((await browser.get(path)).text)
    const mark = control.mark()
    await browser.submit(path, path)
    const question = await control.waitForMessage(({ text }) => text?.includes('Какое число') ?? false, {
      after: mark,
    })
    if (first === 'number') {
      await anya.press(question, number).answer()
      const yes = await control.waitForMessage(({ text }) => text?.includes('вход разрешён') ?? false, {
        after: mark,
      })
      await anya.press(yes, '🚫 Это не я').answer()
    } else await anya.press(question, first).answer()
    await control.waitForMessage(({ text }) => text?.includes('Вход отменён') ?? false, { after: mark })
    await browser.submit('/login', `${path}/enter`)
    expect(browser.session).toBeUndefined()
    // A press of the old button finds the question over.
    const old = question.reply_markup?.inline_keyboard[0]?.[0]?.callback_data ?? ''
    const after = control.mark()
    anya.pressData(question, old)
    await control.waitForMessage(({ text }) => text?.includes('неактуален') ?? false, { after })
  }
  expect(await site.sessions()).toEqual([])
})

test('another person’s press of the same bytes is nothing', async () => {
  const { site, control, anya, people } = await stage('postgres')
  const path = pathIn((await anya.ask('/site')).text ?? '')
  const browser = site.browser()
  const number = numberOn((await browser.get(path)).text)
  const mark = control.mark()
  await browser.submit(path, path)
  const question = await control.waitForMessage(({ text }) => text?.includes('Какое число') ?? false, {
    after: mark,
  })
  const data =
    question.reply_markup?.inline_keyboard[0]?.find(({ text }) => text === number)?.callback_data ?? ''
  const other = control.person(people.olga.id)
  other.start()
  const own = await control.waitForMessage(
    (message) => message.chat.id === other.id && message.from?.is_bot === true,
  )
  await other.pressData(own, data).answer()
  await browser.submit('/login', `${path}/enter`)
  expect(browser.session).toBeUndefined()
  await anya.press(question, number).answer()
  expect((await browser.submit('/login', `${path}/enter`)).location).toBe('/profile')
})

test('in a group the bot sends no link; at a real address it is a button', async () => {
  const { control, anya, group } = await stage('postgres', 'https://ttfd.example')
  const given = await anya.ask('/site')
  expect(given.text).not.toContain('/login/tg/')
  expect(given.reply_markup?.inline_keyboard[0]?.[0]?.url).toMatch(
    /^https:\/\/ttfd\.example\/login\/tg\/[\w-]{22}$/,
  )
  const mark = control.mark()
  anya.send('/site', group)
  const answer = await control.waitForMessage((message) => message.from?.is_bot === true, {
    chat: group,
    after: mark,
  })
  expect(JSON.stringify(answer)).not.toContain('/login/tg/')
  const profile = await anya.ask('/profile')
  const labels = profile.reply_markup?.inline_keyboard.flat().map(({ text }) => text)
  expect(labels).toContain('🔑 Войти на сайт')
})
