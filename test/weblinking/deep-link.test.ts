import { expect, test } from 'vitest'
import { startBot } from '../auth/support/bot.js'
import { alertIn, type TestBrowser } from '../auth/support/browser.js'
import { startWorld } from './support/world.js'

const WAITS = '/link/telegram'
const numberOn = (html: string) => /<strong class="figure">(\d\d)<\/strong>/.exec(html)?.[1] ?? ''
const payloadOn = (html: string) => /\?start=(link_[\w-]{22})/.exec(html)?.[1] ?? ''

/** A site with a member who came by Discord, and the bot with somebody who wrote to it. */
async function stage() {
  const world = await startWorld()
  const { sandbox, trouble } = await startBot(world.site)
  const { control, people } = sandbox
  const person = (id: number) => {
    const one = control.person(id)
    /** Sends a line and gives the bot's answer in the own chat. */
    const tell = async (text: string, act: () => unknown = () => one.send(text)) => {
      const after = control.mark()
      act()
      return control.waitForMessage(
        (message) => message.chat.id === one.id && message.from?.is_bot === true,
        { after },
      )
    }
    return { one, tell, open: (payload: string) => tell(`/start ${payload}`) }
  }
  const anya = person(people.anya.id)
  const account = await world.earn(world.discordOf('mira'), 300, 40)
  const browser = await world.byDiscord('mira')
  const issue = async (from: TestBrowser = browser) => {
    expect((await from.submit('/link', WAITS)).location).toBe(WAITS)
    return payloadOn((await from.get(WAITS)).text)
  }
  const telegram = { platform: 'telegram', id: String(people.anya.id) } as const
  return { world, control, people, person, anya, account, browser, issue, telegram, trouble, sandbox }
}
type Stage = Awaited<ReturnType<typeof stage>>
const edited = ({ control }: Stage, words: string, after: number) =>
  control.waitForMessage(({ text }) => text?.includes(words) ?? false, { after })

test('from the page: pressed, named, the right number, facts on the page, then one account; all are told', async () => {
  const s = await stage()
  const { world, control, anya, account, browser, telegram } = s
  const payload = await s.issue()
  const asked = await anya.open(payload)
  expect(asked.text).toContain('Chrome, Windows')
  expect(asked.text).toContain('Если ты не открывал наш сайт только что')
  expect(await world.living()).toHaveLength(2)
  const number = numberOn((await browser.get(WAITS)).text)
  expect(asked.reply_markup?.inline_keyboard[0]?.map(({ text }) => text)).toContain(number)
  const mark = control.mark()
  await anya.one.press(asked, number).answer()
  await edited(s, 'Число верное', mark)
  expect(await world.living()).toHaveLength(2)
  const question = (await browser.get(WAITS)).location ?? ''
  const page = await browser.get(question)
  expect(page.text).toContain(telegram.id.slice(-4))
  // Another session of the same member has no such question, and the link is used.
  const other = await world.byDiscord('mira')
  expect((await other.get(question)).status).toBe(404)
  await other.submit('/link', question, { answer: 'yes' })
  expect(await world.living()).toHaveLength(2)
  expect((await anya.open(payload)).text).toContain('больше не действует')
  // No token of a form, no link.
  await browser.post(question, { answer: 'yes' })
  expect(await world.living()).toHaveLength(2)
  await browser.submit(question, question, { answer: 'yes' })
  expect(await world.living()).toEqual([account])
  expect(await world.account(account)).toMatchObject({ telegram_id: telegram.id })
  expect(await world.told('account_linked')).toEqual([
    `discord_account:${world.site.discordId('mira')}`,
    `telegram_account:${telegram.id}`,
    'website_mail:mira@example.org',
  ])
  await world.sound()
  expect(s.trouble).toEqual([])
})

test('with progress on both sides chat and page preview the merge', async () => {
  const s = await stage()
  const { world, control, anya, account, browser, telegram } = s
  await world.earn(telegram, 120, 10)
  const asked = await anya.open(await s.issue())
  expect(asked.text).toContain('72 часа')
  const mark = control.mark()
  await anya.one.press(asked, numberOn((await browser.get(WAITS)).text)).answer()
  await edited(s, 'Число верное', mark)
  const question = (await browser.get(WAITS)).location ?? ''
  expect((await browser.get(question)).text).toContain('link-preview')
  await browser.submit(question, question, { answer: 'yes' })
  expect(await world.living()).toEqual([account])
  expect((await world.account(account))?.telegram_id).toBe(telegram.id)
  await world.sound()
})

test('a wrong number and Cancel burn it; strangers, groups, old and invented links get one line', async () => {
  const s = await stage()
  const { world, control, anya, browser, people } = s
  let payload = await s.issue()
  let asked = await anya.open(payload)
  const shown = numberOn((await browser.get(WAITS)).text)
  // Whoever comes second finds nothing, and the same bytes pressed by another are nothing.
  const olga = s.person(people.olga.id)
  expect((await olga.open(payload)).text).toContain('больше не действует')
  const own = await olga.tell('/help')
  const bytes = asked.reply_markup?.inline_keyboard[0]?.find(({ text }) => text === shown)?.callback_data
  await olga.one.pressData(own, bytes ?? '').answer()
  expect(numberOn((await browser.get(WAITS)).text)).toBe(shown)
  const wrong = asked.reply_markup?.inline_keyboard[0]?.find(({ text }) => text !== shown)?.text ?? ''
  let mark = control.mark()
  await anya.one.press(asked, wrong).answer()
  await edited(s, 'другое число', mark)
  expect(alertIn((await browser.get(WAITS)).text)).toContain('другое число')
  expect((await anya.open(payload)).text).toContain('больше не действует')
  expect(await world.told('link_refused')).toEqual([`discord_account:${world.site.discordId('mira')}`])

  asked = await anya.open(await s.issue())
  mark = control.mark()
  await anya.one.press(asked, 'Отмена').answer()
  await edited(s, 'отменена', mark)
  expect(alertIn((await browser.get(WAITS)).text)).toContain('Отмена')

  // A newer one replaces it, ten minutes end it, an invented one never was, a group opens none.
  payload = await s.issue()
  const newer = await s.issue()
  expect((await anya.open(payload)).text).toContain('больше не действует')
  mark = control.mark()
  anya.one.send(`/start ${newer}`, s.sandbox.chats.group)
  expect((await anya.open(`link_${'a'.repeat(22)}`)).text).toContain('больше не действует')
  expect(payloadOn((await browser.get(WAITS)).text)).toBe(newer)
  world.wait(11)
  expect((await anya.open(newer)).text).toContain('больше не действует')
  expect(alertIn((await browser.get(WAITS)).text)).toContain('Десять минут')
  const before = await world.db.kysely.selectFrom('ttfd.deep_links').select('id').execute()
  await browser.post(WAITS, {})
  expect(await world.db.kysely.selectFrom('ttfd.deep_links').select('id').execute()).toHaveLength(
    before.length,
  )
  world.wait(10)
  expect((await browser.submit('/link', WAITS)).location).toContain('/login')
})

test('from the bot: the page only shows, a fresh session says yes, the bot asks last', async () => {
  const s = await stage()
  const { world, control, anya, account, browser, telegram } = s
  const pathIn = (text = '') => /\/link\/tg\/[\w-]{22}/.exec(text)?.[0] ?? ''
  const old = pathIn((await anya.tell('/link')).text)
  const path = pathIn((await anya.tell('/link')).text)
  expect((await browser.get(old)).status).toBe(404)
  expect((await world.site.browser().get(path)).location).toContain('/login')
  for (let n = 0; n < 2; n++) expect((await browser.get(path)).text).toContain(telegram.id.slice(-4))
  await browser.post(path, {})
  const question = (await browser.submit(path, path)).location ?? ''
  expect(question).toContain('/link/request/')
  expect((await browser.get(path)).status).toBe(404)
  const mark = control.mark()
  await browser.submit(question, question, { answer: 'yes' })
  expect(await world.living()).toHaveLength(2)
  const asked = await edited(s, 'Связать аккаунты?', mark)
  await anya.one.press(asked, 'Да, это мой аккаунт').answer()
  await edited(s, 'один аккаунт', mark)
  expect(await world.living()).toEqual([account])
  await world.sound()
})
