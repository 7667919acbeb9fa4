import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rebuildBoard } from '../../src/core/boards/board.js'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import { DESKTOP, openAs, PHONE, startStage } from '../profile/support.js'
import { accessibilityFaults } from '../support/axe.js'
import { launchBrowser } from '../support/browser.js'
import { makeMembers } from './support.js'

/** A folder for pictures of the pages, for whoever wants to look at them. */
const SHOTS = process.env.SHOTS

let chrome: Browser
beforeAll(async () => {
  chrome = await launchBrowser()
})
afterAll(() => chrome.close())

async function faultsOf(page: Page): Promise<string[]> {
  const faults = await accessibilityFaults(page)
  const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')
  return [
    ...faults.map((fault) => `${page.url()} ${fault}`),
    ...(wide ? [`${page.url()} is wider than the screen`] : []),
  ]
}

async function stageOfBoards() {
  const stage = await startStage({ now: () => new Date() })
  const mira = await stage.member('mira', 40)
  const names = ['Ёжик в тумане', 'Ежевика', 'Alexandra the Great of the North', 'Соня', 'Щ'.repeat(32)]
  await makeMembers(
    stage.db,
    Array.from({ length: 64 }, (_, n) => ({
      name: names[n] ?? `Игрок ${n}`,
      xp: Math.round(60_000 / (n + 1)),
      coins: 90_000 - 977 * n,
      voice: 3_600 * (64 - n),
      messages: 8_000 - 31 * n,
      games: 500 - 7 * n,
    })),
  )
  const count = async () => {
    await rebuildBoard(stage.db, () => performance.now(), 'Europe/Moscow')
    await rebuildTops(stage.db, { now: new Date(), timeZone: 'Europe/Moscow', clock: () => 0 })
  }
  await count()
  return { stage, mira, count }
}

test('boards, search and own place by keyboard, live, on phone and desktop, without a fault', async () => {
  const { stage, mira, count } = await stageOfBoards()
  const { page, complaints } = await openAs(chrome, mira.browser, { viewport: PHONE })
  const faults: string[] = []
  const look = async (name: string, colorScheme: 'light' | 'dark') => {
    await page.emulateMedia({ colorScheme })
    faults.push(...(await faultsOf(page)))
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/board-${name}.png`, fullPage: true })
  }
  await page.goto(`${stage.at.origin}/leaderboard`)
  await look('phone', 'light')
  await page.getByRole('link', { name: 'Монеты' }).press('Enter')
  await page.waitForURL('**/leaderboard?metric=coins')
  expect(await page.locator('.tab[aria-current]').allTextContents()).toEqual(['Монеты', 'За всё время'])
  await page.setViewportSize(DESKTOP)
  await look('desktop-coins', 'dark')

  await page.getByRole('searchbox', { name: 'Найти игрока по имени' }).fill('еж')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/leaderboard?metric=coins&q=**')
  expect(await page.locator('.board-who').allTextContents()).toEqual(['Ежевика', 'Ёжик в тумане'])
  await look('desktop-found', 'light')
  await page.getByRole('link', { name: 'Опыт' }).click()
  await page.waitForURL((url) => url.searchParams.has('q') && !url.searchParams.has('metric'))
  expect(await page.locator('.board-who').allTextContents()).toEqual(['Ежевика', 'Ёжик в тумане'])
  await page.getByRole('link', { name: 'Весь рейтинг' }).click()
  await page.waitForURL('**/leaderboard')

  await page.waitForSelector('.is-live')
  expect(await page.locator('[data-own-place]').textContent()).toBe('65')
  await mira.act({ type: 'grant', event: 'adjusted', xp: 70_000, coins: 0, data: {}, silent: true })
  await count()
  await page.locator('.podium-1', { hasText: 'Мира' }).waitFor()
  await page.waitForFunction(`document.querySelector('[data-own-place]').textContent === '1'`)
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
})

test('everything works without JavaScript', async () => {
  const { stage, mira } = await stageOfBoards()
  const { page } = await openAs(chrome, mira.browser, {
    javaScriptEnabled: false,
    viewport: PHONE,
    locale: 'en-GB',
  })
  await page.goto(`${stage.at.origin}/leaderboard`)
  expect(await page.locator('.own-place').textContent()).toContain('Your place')
  await page.getByRole('link', { name: 'Voice' }).click()
  await page.waitForURL('**/leaderboard?metric=voice')
  await page.getByRole('link', { name: 'Next' }).click()
  await page.waitForURL('**&after=*')
  expect(await page.locator('.board-who').count()).toBe(14)
  await page.getByLabel('Find a player by name').fill('alex')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.waitForURL('**&q=alex')
  await page.getByRole('link', { name: 'Alexandra the Great of the North' }).click()
  await page.waitForURL('**/u/*')
  expect(await page.locator('h1').textContent()).toBe('Alexandra the Great of the North')
})
