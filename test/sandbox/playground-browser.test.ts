import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/axe.js'
import { faultsIn, launchBrowser } from '../support/browser.js'
import { startDemoBot, startPlayground } from './playground-harness.js'

let world: Awaited<ReturnType<typeof startPlayground>>
let bot: Awaited<ReturnType<typeof startDemoBot>>
let browser: Browser
beforeAll(async () => {
  world = await startPlayground()
  bot = await startDemoBot(world.telegram)
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser?.close()
  await bot?.stop()
  await world?.close()
})

const DESKTOP = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }

/** Opens the page as one of the people; whatever the browser complains about is collected. */
async function openAs(
  who: keyof typeof world.telegram.people,
  options: { viewport?: typeof PHONE; locale?: string; colorScheme?: 'light' | 'dark' } = {},
): Promise<{ page: Page; complaints: string[] }> {
  const { viewport = DESKTOP, locale = 'ru', colorScheme = 'light' } = options
  const context = await browser.newContext({ viewport, locale, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints = faultsIn(page)
  await page.goto(`${world.origin}/sandbox`)
  await page.locator('.tg-row').first().waitFor({ state: 'attached' })
  await page.locator(`#tg-people input[value="${world.telegram.people[who].id}"]`).check({ force: true })
  return { page, complaints }
}

test('a newcomer presses Start, plays by keyboard and sees toast, alert, edit and menu', async () => {
  const { page, complaints } = await openAs('anya')
  await page.getByRole('button', { name: 'Старт' }).press('Enter')
  await page.getByText('Привет, друг').last().waitFor()
  // A step is done when the press itself is answered, which may be after the bot's words have come.
  const stepsDone = () => page.locator('.tour-step.done').count()
  await expect.poll(stepsDone).toBe(1)
  await page.getByRole('button', { name: 'Скрытый текст' }).click()
  await page.locator('.tg-text', { hasText: 'Вот тебе 10 XP.' }).waitFor()
  expect(await page.locator('.tg-spoiler').count()).toBe(0)

  await page.getByRole('button', { name: 'Команды бота' }).press('Enter')
  const entry = page.locator('.tg-command', { hasText: 'Сыграть в игру' })
  await entry.press('Enter')
  await page.getByRole('button', { name: 'Подсказка' }).press('Enter')
  await page.getByRole('dialog').getByText('Больше пяти').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Семь' }).press('Enter')
  await page.locator('.tg-toast.shown', { hasText: 'Верно!' }).waitFor()
  await page.locator('.tg-message.edited', { hasText: 'Ты выбрал 7' }).waitFor()
  expect(await page.locator('.tg-message.edited strong').textContent()).toBe('7')
  await expect.poll(stepsDone).toBe(2)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('names and texts full of markup stay text', async () => {
  const { zed, mia } = world.telegram.people
  const { group } = world.telegram.chats
  zed.send('<img src=x onerror=alert(1)> <script>alert(2)</script>', group)
  await bot.api.sendMessage(group, '<a href="https://t.me/x">ok</a> <b>bold</b>', { parse_mode: 'HTML' })
  const { page, complaints } = await openAs('mia', { locale: 'en' })
  expect(mia.user.language_code).toBe('en')
  await page.locator(`.tg-row[data-chat="${group}"]`).click()
  await page.getByText('<img src=x onerror=alert(1)>').last().waitFor()
  expect(await page.locator('.tg-log :is(script, img)').count()).toBe(0)
  expect(await page.locator('.tg-name', { hasText: '<b>Zed</b>' }).count()).toBe(1)
  expect(await page.getByRole('link', { name: 'ok' }).getAttribute('rel')).toContain('noopener')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a second person sees group messages at once, leaves and comes back', async () => {
  const { group } = world.telegram.chats
  const { page } = await openAs('boris')
  await page.locator(`.tg-row[data-chat="${group}"]`).click()
  world.telegram.people.olga.send('Кто играет?', group)
  await page.locator('.tg-log').getByText('Кто играет?').waitFor()
  await page.locator('#tg-more summary').click()
  await page.getByRole('button', { name: 'Выйти из группы' }).click()
  await page.getByRole('button', { name: 'Вступить в группу' }).click()
  await page.locator('.tg-pill', { hasText: 'Борис теперь в группе' }).waitFor()
  await page.context().close()
})

test('a blocked bot gets nothing through until it is started again', async () => {
  const { olga } = world.telegram.people
  const { page } = await openAs('olga')
  await page.getByRole('button', { name: 'Старт' }).click()
  await page.locator('#tg-more summary').click()
  await page.getByRole('button', { name: 'Остановить и заблокировать' }).click()
  const restart = page.getByRole('button', { name: 'Перезапустить бота' })
  await restart.waitFor()
  await expect(bot.api.sendMessage(olga.id, 'x')).rejects.toMatchObject({ error_code: 403 })
  await restart.click()
  await page.locator('#tg-input').waitFor()
  await expect(bot.api.sendMessage(olga.id, 'x')).resolves.toMatchObject({ text: 'x' })
  await page.context().close()
})

test('the website stands beside the chat, its address line follows, and our links open in it', async () => {
  const { page } = await openAs('zed')
  const frame = page.frameLocator('#site-frame')
  await frame.getByRole('heading', { name: '/' }).waitFor()
  await frame.getByRole('link', { name: 'next' }).click()
  await frame.getByRole('heading', { name: '/leaderboard' }).waitFor()
  await expect.poll(() => page.inputValue('#frame-path')).toBe('/leaderboard')
  expect(await page.getAttribute('#frame-open', 'href')).toBe('/leaderboard')
  await page.fill('#frame-path', 'u/7')
  await page.press('#frame-path', 'Enter')
  await frame.getByRole('heading', { name: '/u/7' }).waitFor()
  const { zed } = world.telegram.people
  zed.start()
  await bot.api.sendMessage(zed.id, `see ${world.origin}/u/9`)
  await page.getByRole('link', { name: '/u/9' }).click()
  await frame.getByRole('heading', { name: '/u/9' }).waitFor()
  await page.context().close()
})

test('on a phone tabs choose between chat and website', async () => {
  const { page } = await openAs('anya', { viewport: PHONE })
  expect(await page.locator('#pane-site').isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Сайт', exact: true }).click()
  expect(await page.locator('#pane-site').isVisible()).toBe(true)
  expect(await page.locator('#pane-telegram').isVisible()).toBe(false)
  await page.getByRole('button', { name: 'Telegram', exact: true }).click()
  await page.getByRole('button', { name: 'К списку чатов' }).click()
  expect(await page.locator('.tg-row').first().isVisible()).toBe(true)
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
  expect(wide).toBeLessThanOrEqual(PHONE.width)
  await page.context().close()
})

describe('accessible in', () => {
  test.each([
    ['light on a desktop', { viewport: DESKTOP, colorScheme: 'light' }],
    ['dark on a desktop', { viewport: DESKTOP, colorScheme: 'dark' }],
    ['light on a phone', { viewport: PHONE, colorScheme: 'light' }],
    ['dark on a phone', { viewport: PHONE, colorScheme: 'dark' }],
  ] as const)('%s', async (_, options) => {
    const { anya, boris } = world.telegram.people
    anya.start()
    boris.start()
    await bot.api.sendMessage(anya.id, '<b>b</b> <code>c</code> <blockquote>q</blockquote> /play', {
      parse_mode: 'HTML',
      reply_markup: { inline_keyboard: [[{ text: 'Кнопка', callback_data: 'x' }]] },
    })
    const { page } = await openAs('anya', options)
    await page.getByRole('button', { name: 'Кнопка' }).last().waitFor()
    const onlyLook = options.colorScheme === 'dark'
    expect(await accessibilityFaults(page, { exclude: '#site-frame', onlyLook })).toEqual([])
    await page.context().close()
  })
})
