import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestBrowser } from '../auth/support/browser.js'
import { accessibilityFaults } from '../support/axe.js'
import { faultsIn, launchBrowser } from '../support/browser.js'
import { startWorld } from './support/world.js'

const T = { platform: 'telegram', id: '500' } as const

let chrome: Browser
beforeAll(async () => {
  chrome = await launchBrowser()
})
afterAll(() => chrome.close())

/** Looked at every day; the long run looks at every page. */
const DAILY = ['link-merged', 'merge', 'code-shown', 'question']

/** A real browser that holds the session of one without a screen. */
async function open(session: TestBrowser, options: Parameters<Browser['newContext']>[0]) {
  const context = await chrome.newContext(options)
  await context.addCookies(
    [...session.cookies].map(([name, value]) => ({ name, value, url: session.origin })),
  )
  const page = await context.newPage()
  const complaints = faultsIn(page)
  return { page, complaints, close: () => context.close() }
}

/** No accessibility fault, nothing wider than the screen, also on a small phone. */
async function look(page: Page, name: string, width: number, height: number) {
  if (!process.env.LONG && !DAILY.includes(name)) return
  expect(await accessibilityFaults(page), name).toEqual([])
  for (const each of [width, 360]) {
    await page.setViewportSize({ width: each, height })
    const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(excess), `${name} at ${each} px`).toBe(0)
  }
  await page.setViewportSize({ width, height })
  const folder = process.env.LINK_SHOTS
  if (folder) await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true })
}

const VISITS = [
  {
    locale: 'ru-RU',
    width: 390,
    height: 844,
    scheme: 'light',
    words: {
      connect: 'Подключить Discord',
      merge: 'Да, объединить',
      undo: 'Что вернётся',
      undone: 'Да, отменить объединение',
      out: 'Объединение отменено',
      code: 'Показать код',
      link: 'Да, это мой аккаунт',
      unlink: 'Отвязать: Discord',
      yes: 'Отвязать Discord',
      gone: 'связь снята',
    },
  },
  {
    locale: 'en-GB',
    width: 1440,
    height: 900,
    scheme: 'dark',
    words: {
      connect: 'Connect Discord',
      merge: 'Yes, merge',
      undo: 'What comes back',
      undone: 'Yes, undo the merge',
      out: 'The merge is undone',
      code: 'Show a code',
      link: 'Yes, this account is mine',
      unlink: 'Unlink: Discord',
      yes: 'Unlink Discord',
      gone: 'it is unlinked',
    },
  },
] as const

// The second visit walks the same way in other words and on a wider screen: the long run's.
test.each(process.env.LONG ? VISITS : VISITS.slice(0, 1))(
  'in a real browser, $locale, $width px: link and merge by Discord with a preview, undo, a code, unlink',
  async ({ locale, width, height, scheme, words }) => {
    const world = await startWorld()
    await world.earn(T, 1_000, 100)
    await world.earn(world.discordOf('mira'), 300, 40)
    const visit = await open(await world.byTelegram(T.id), {
      locale,
      viewport: { width, height },
      colorScheme: scheme,
      // Everything works without JavaScript; one of the two visits proves it.
      javaScriptEnabled: width === 1440,
    })
    const { page, complaints } = visit
    const { origin } = world.site
    const see = async (name: string) => {
      // The checker is a script itself: without them there is nothing to ask.
      if (width === 1440) await look(page, name, width, height)
    }
    const toDiscord = async (person: string) => {
      await page.goto(`${origin}/link`)
      await page.getByRole('button', { name: words.connect }).click()
      await page.waitForURL(/\/oauth2\/authorize/)
      await page.locator(`input[value="${world.site.discordId(person)}"]`).check()
      await page.locator('button[value="allow"]').click()
      await page.waitForURL(`${origin}/link/confirm`)
    }

    await page.goto(`${origin}/link`)
    await see('link')
    await toDiscord('mira')
    expect((await page.locator('.link-preview').textContent())?.replaceAll(/[\s,]/g, '')).toContain('1300')
    await see('merge')
    await page.getByRole('button', { name: words.merge }).click()
    await page.getByRole('status').waitFor()
    await see('merged')
    await page.goto(`${origin}/link`)
    await see('link-merged')
    await page.getByRole('link', { name: words.undo }).click()
    await see('undo')
    await page.getByRole('button', { name: words.undone }).click()
    await page.waitForURL(/good=merge_undone/)
    expect(await page.getByRole('status').textContent()).toContain(words.out)
    await visit.close()

    const again = await open(await world.byTelegram(T.id), {
      locale,
      viewport: { width, height },
      colorScheme: scheme,
    })
    const next = again.page
    await next.goto(`${origin}/link/code`)
    if (width === 390) await look(next, 'code', width, height)
    await next.getByRole('button', { name: words.code }).click()
    const code = (await next.locator('.link-code strong').textContent()) ?? ''
    expect(code).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/)
    await look(next, 'code-shown', width, height)
    const max = world.discordOf('max')
    await world.earn(max, 0)
    // The slot stays shut for 30 days after an undo; in life this is a month later.
    await world.db.kysely.deleteFrom('ttfd.link_history').execute()
    const typed = await world.type(max, code)
    if (typed.status !== 'opened') throw new Error(typed.status)
    await world.yes(typed.request, max)
    await next.goto(`${origin}/link`)
    await look(next, 'waiting', width, height)
    await next.goto(`${origin}/link/request/${typed.request}`)
    await look(next, 'question', width, height)
    await next.getByRole('button', { name: words.link }).click()
    await next.getByRole('status').waitFor()
    await next.goto(`${origin}/link`)
    await next.getByRole('link', { name: words.unlink }).click()
    await look(next, 'unlink', width, height)
    await next.getByRole('button', { name: words.yes }).click()
    await next.waitForURL(/note=unlinked/)
    expect(await next.getByRole('status').textContent()).toContain(words.gone)
    expect([...complaints, ...again.complaints]).toEqual([])
    await again.close()
    await world.sound()
  },
  240_000,
)
