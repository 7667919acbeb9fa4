import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/axe.js'
import { faultsIn, launchBrowser } from '../support/browser.js'
import { freshDatabase } from '../support/databases.js'
import { startBot } from './support/bot.js'
import { startAuthSite } from './support/site.js'

const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1440, height: 900 }

let chrome: Browser
beforeAll(async () => {
  chrome = await launchBrowser()
})
afterAll(() => chrome.close())

/** A fresh browser profile; what its console complains about is a fault. */
async function visitor(options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await chrome.newContext({ viewport: DESKTOP, locale: 'ru-RU', ...options })
  const page = await context.newPage()
  const complaints = faultsIn(page)
  return { page, complaints, close: () => context.close() }
}

const site = async (options: Parameters<typeof startAuthSite>[1] = {}) =>
  startAuthSite(await freshDatabase('postgres'), options)

describe('in a real browser', () => {
  test('from the first click through Discord’s consent to one’s own profile, and out again', async () => {
    const at = await site()
    const known = await at.give('discord', at.discordId('mira'), 'Мира', 1234)
    const { page, complaints, close } = await visitor()
    await page.goto(at.origin)
    await page.getByRole('link', { name: 'Войти' }).click()
    await page.getByRole('link', { name: 'Войти через Discord' }).click()
    expect(page.url()).toContain('/oauth2/authorize')
    await page.locator(`input[value="${at.discordId('mira')}"]`).check()
    await page.locator('button[value="allow"]').click()
    await page.waitForURL(`${at.origin}/profile`)
    expect(await page.locator(`a[href="/u/${known}"]`).count()).toBe(1)
    expect(await page.locator('.summary-figures').textContent()).toMatch(/1\s234/)

    await page.getByRole('link', { name: 'Мои входы' }).click()
    expect(await page.locator('.session').count()).toBe(1)
    await page.goto(`${at.origin}/leaderboard`)
    expect(await page.getByText('Твоё место').isVisible()).toBe(true)
    await page.getByRole('button', { name: 'Выйти' }).click()
    await page.waitForURL(/good=signed_out/)
    expect(await page.getByRole('status').textContent()).toContain('До встречи')
    expect(complaints).toEqual([])
    await close()
  })

  test('consent refused comes back to a page that says so', async () => {
    const at = await site()
    const { page, close } = await visitor()
    await page.goto(`${at.origin}/auth/discord`)
    await page.locator('button[value="deny"]').click()
    await page.waitForURL(/\/login/)
    expect(await page.getByRole('alert').textContent()).toContain('Вход отменён')
    await close()
  })

  test.each([
    ['the page goes on by itself', true],
    ['without JavaScript by a press', false],
  ])('from the Telegram bot: %s', async (_name, javaScriptEnabled) => {
    const at = await site()
    const { sandbox } = await startBot(at)
    const { control, people } = sandbox
    const anya = control.person(people.anya.id)
    anya.start()
    await control.waitForMessage((message) => message.chat.id === anya.id && message.from?.is_bot === true)
    const given = await anya.ask('/site')
    const url = /http:\/\/localhost:\d+\/login\/tg\/[\w-]{22}/.exec(given.text ?? '')?.[0] ?? ''

    const { page, complaints, close } = await visitor({ javaScriptEnabled, viewport: PHONE })
    await page.goto(url)
    const number = await page.locator('.the-number strong').textContent()
    const mark = control.mark()
    await page.getByRole('button', { name: 'Да, спросить меня в Telegram' }).click()
    await page.getByText('Ответь боту').waitFor()
    expect(await page.locator('.the-number strong').textContent()).toBe(number)
    const question = await control.waitForMessage(({ text }) => text?.includes('Какое число') ?? false, {
      after: mark,
    })
    await anya.press(question, number ?? '').answer()
    if (!javaScriptEnabled) {
      await control.waitForMessage(({ text }) => text?.includes('вход разрешён') ?? false, { after: mark })
      await page.getByRole('button', { name: 'Ответил, продолжить' }).click()
    }
    await page.waitForURL(/\/profile$/)
    expect(await page.getByRole('button', { name: 'Выйти' }).count()).toBe(1)
    expect(complaints).toEqual([])
    await close()
  })

  test('register, prove by the letter, sign out, forget the password, set a new one', async () => {
    const at = await site({ mail: true })
    const { page, complaints, close } = await visitor()
    const linkOf = async (n: number) =>
      /https?:\/\/\S+/.exec((await at.sink?.letter(n))?.text ?? '')?.[0] ?? ''
    await page.goto(`${at.origin}/login`)
    await page.getByRole('link', { name: 'Создать вход по почте' }).click()
    await page.getByLabel('Имя на сайте').fill('Нина')
    await page.getByLabel('Почта').fill('nina@example.org')
    await page.getByLabel('Новый пароль').fill('семь длинных слов')
    await page.getByRole('button', { name: 'Создать вход' }).click()
    await page.getByText('Проверь почту').waitFor()
    await page.goto(await linkOf(1))
    await page.getByLabel('Пароль').fill('семь длинных слов')
    await page.getByRole('button', { name: 'Подтвердить и войти' }).click()
    await page.waitForURL(/\/profile$/)
    expect(await page.locator('h1').textContent()).toBe('Нина')
    await page.getByRole('button', { name: 'Выйти' }).click()
    // The hour's letters are counted; in life this is another day.
    await at.db.kysely.deleteFrom('ttfd.sign_in_tries').execute()
    await page.getByRole('link', { name: 'Забыли пароль?' }).click()
    await page.getByLabel('Почта').fill('nina@example.org')
    await page.getByRole('button', { name: 'Прислать ссылку' }).click()
    await page.goto(await linkOf(2))
    await page.getByLabel('Новый пароль').fill('восемь длинных слов')
    await page.getByRole('button', { name: 'Сохранить пароль' }).click()
    await page.getByRole('status').waitFor()
    await page.getByRole('textbox', { name: 'Почта' }).fill('nina@example.org')
    await page.getByLabel('Пароль', { exact: true }).fill('восемь длинных слов')
    await page.getByRole('button', { name: 'Войти', exact: true }).click()
    await page.waitForURL(/\/profile$/)
    expect(complaints).toEqual([])
    await close()
  }, 300_000)
})

// Every day the pages take the looks in turns, on one walk; in the long run every page is shown in all four.
const LOOKS = [
  { scheme: 'light', locale: 'ru-RU', size: 'phone', viewport: PHONE },
  { scheme: 'dark', locale: 'ru-RU', size: 'desktop', viewport: DESKTOP },
  { scheme: 'dark', locale: 'en-GB', size: 'phone', viewport: PHONE },
  { scheme: 'light', locale: 'en-GB', size: 'desktop', viewport: DESKTOP },
] as const

/** The looks of each walk. */
const WALKS: { looks: readonly (typeof LOOKS)[number][] }[] = process.env.LONG
  ? LOOKS.map((look) => ({ looks: [look] }))
  : [{ looks: LOOKS }]

describe.each(WALKS)(
  'every page of signing in, $looks.0.scheme, $looks.0.locale, $looks.0.size, $looks.length looks',
  ({ looks }) => {
    test('has no accessibility fault, breaks no policy, fits its screen', async () => {
      const at = await site({ mail: true })
      const closed = await site({ discord: null })
      const { sandbox } = await startBot(at)
      const anya = sandbox.control.person(sandbox.people.anya.id)
      anya.start()
      await sandbox.control.waitForMessage(
        (message) => message.chat.id === anya.id && message.from?.is_bot === true,
      )
      const given = await anya.ask('/site')
      const link = /\/login\/tg\/[\w-]{22}/.exec(given.text ?? '')?.[0] ?? ''
      const { page, complaints, close } = await visitor()
      let turn = 0
      let now = looks[0] ?? LOOKS[0]
      /** The next page is shown in the look whose turn it is. */
      const change = async () => {
        now = looks[turn++ % looks.length] ?? now
        await page.emulateMedia({ colorScheme: now.scheme })
        await page.setViewportSize(now.viewport)
        await page.context().addCookies([{ name: 'lang', value: now.locale.slice(0, 2), url: at.origin }])
      }
      const look = async (name: string) => {
        const { viewport, scheme, locale, size } = now
        expect(await accessibilityFaults(page), name).toEqual([])
        for (const width of [viewport.width, 320]) {
          await page.setViewportSize({ width, height: viewport.height })
          const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
          expect(await page.evaluate(excess), `${name} at ${width} px`).toBe(0)
        }
        const folder = process.env.AUTH_SHOTS
        if (folder) {
          await page.setViewportSize(viewport)
          const file = `${folder}/${name}-${locale.slice(0, 2)}-${scheme}-${size}.png`
          await page.screenshot({ path: file, fullPage: true })
        }
        await change()
      }
      await change()
      const pages: [name: string, path: string][] = [
        ['login', '/login'],
        ['denied', '/login?problem=denied'],
        ['wait', '/login?problem=wait&wait=42'],
        ['register', '/register'],
        ['forgot', '/forgot'],
        ['reset', '/reset?token=abc'],
        ['verify', '/auth/verify-email?token=a.b.c'],
        ['gone', `/login/tg/${'a'.repeat(22)}`],
        ['question', link],
      ]
      for (const [name, path] of pages) {
        await page.goto(at.origin + path)
        await look(name)
      }
      await page.locator('main form button').click()
      await page.waitForURL(`${at.origin}${link}`)
      await look('waiting')
      await page.goto(`${closed.origin}/register`)
      await look('register-closed')
      await page.goto(`${closed.origin}/login`)
      await look('login-closed')
      await page.goto(`${at.origin}/auth/discord`)
      await page.locator(`input[value="${at.discordId('mira')}"]`).check()
      await page.locator('button[value="allow"]').click()
      await page.waitForURL(/\/profile$/)
      await look('profile')
      await at.signIn(
        at.browser('Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1'),
        'mira',
      )
      await page.goto(`${at.origin}/settings/sessions`)
      await look('sessions')
      await page.goto(`${at.origin}/login`)
      await look('signed-in')
      await page.goto(`${at.origin}/login?again=1&next=/settings/sessions`)
      await look('again')
      // A page that is not there says so in the console too.
      expect(complaints.filter((words) => !words.includes('404'))).toEqual([])
      await close()
    }, 300_000)
  },
)
