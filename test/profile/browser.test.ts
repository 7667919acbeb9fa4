import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../support/axe.js'
import { launchBrowser } from '../support/browser.js'
import { DESKTOP, message, openAs, PHONE, seedYear, startStage } from './support.js'

/** The limit for everything that the page transfers is 100 kB; ours leaves room. */
const PAGE_BYTES_MAX = 90_000

let chrome: Browser
beforeAll(async () => {
  chrome = await launchBrowser()
})
afterAll(() => chrome.close())

/** The clock of the machine: the browser has no other. */
const stageNow = () => startStage({ now: () => new Date() })

describe('in a real browser', () => {
  test('the daily is taken by a press, and XP earned elsewhere arrives by itself', async () => {
    const stage = await stageNow()
    const mira = await stage.member()
    const { page, complaints } = await openAs(chrome, mira.browser)
    await page.goto(`${stage.at.origin}/`)
    await page.getByRole('link', { name: 'Мой профиль' }).click()
    await page.waitForURL(`${stage.at.origin}/profile`)
    await page.getByRole('button', { name: 'Забрать награду' }).press('Enter')
    await page.waitForURL(`${stage.at.origin}/profile?daily=claimed`)
    expect(await page.getByRole('status').filter({ hasText: 'Есть!' }).isVisible()).toBe(true)
    expect(await page.getByRole('button', { name: 'Забрать награду' }).count()).toBe(0)
    expect(await page.locator('.daily').textContent()).toContain('Завтра: +110 XP и +110 монет')

    await page.waitForSelector('.is-live')
    await mira.act(message(64))
    await page.waitForSelector('[data-live="xp"].changed')
    expect(await page.locator('[data-live="xp"]').textContent()).toBe('110')
    await page.getByText('Сообщение, 64 знака').waitFor()
    expect(await page.locator('#live-origins').textContent()).toContain('Сообщения10 XP')
    expect(await page.locator('#live-chart').textContent()).toContain('110 XP за период')
    // The word about the press stays until something about the daily changes.
    expect(await page.getByRole('status').filter({ hasText: 'Есть!' }).count()).toBe(1)
    expect(complaints).toEqual([])
  })

  test('everything reads and the button works without JavaScript', async () => {
    const stage = await stageNow()
    const mira = await stage.member()
    await seedYear(stage, mira)
    const { page } = await openAs(chrome, mira.browser, {
      javaScriptEnabled: false,
      viewport: PHONE,
      locale: 'en-GB',
    })
    await page.goto(`${stage.at.origin}/profile`)
    expect(await page.locator('.summary-rank').textContent()).toContain('Rank C I')
    expect(await page.locator('.live-badge').first().isVisible()).toBe(false)
    expect(await page.locator('#live-origins').textContent()).toContain('Where the XP came from')
    expect(await page.locator('#live-newest .act').count()).toBe(8)
    await page.getByText('Show as a table').click()
    await page.locator('.heat-table tbody tr').first().waitFor()
    expect(await page.locator('.heat-table tbody tr').count()).toBeGreaterThan(51)
    await page.getByRole('button', { name: 'Take the reward' }).click()
    await page.waitForURL(`${stage.at.origin}/profile?daily=claimed`)
    expect(await page.locator('.daily').textContent()).toContain('Today’s reward is yours already')
    await page.getByRole('link', { name: 'The whole statement' }).click()
    await page.getByRole('link', { name: 'Voice', exact: true }).click()
    await page.waitForURL(`${stage.at.origin}/profile/statement?kind=voice`)
    expect(await page.locator('.act-title').allTextContents()).toEqual(['Voice: 22 minutes'])
    await page.getByText('Minute by minute', { exact: true }).click()
    expect(await page.locator('.act-minutes li').count()).toBe(22)
  })

  test('the page transfers less than 90 kB with fonts, styles, scripts and its stream', async () => {
    const stage = await stageNow()
    const mira = await stage.member()
    await seedYear(stage, mira)
    const { context, page } = await openAs(chrome, mira.browser, { viewport: PHONE })
    const cdp = await context.newCDPSession(page)
    await cdp.send('Network.enable')
    const bytes = new Map<string, number>()
    const kinds = new Map<string, string>()
    cdp.on('Network.requestWillBeSent', ({ requestId, request }) => kinds.set(requestId, request.url))
    cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) =>
      bytes.set(requestId, (bytes.get(requestId) ?? 0) + encodedDataLength),
    )
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
      bytes.set(requestId, encodedDataLength),
    )
    await page.goto(`${stage.at.origin}/profile`)
    await page.waitForSelector('.is-live')
    await page.evaluate('document.fonts.ready.then(() => true)')
    expect(
      await page.evaluate('[...document.fonts].filter((one) => one.status === "loaded").length'),
    ).toBeGreaterThan(1)
    const sumOf = () => [...bytes.values()].reduce((total, one) => total + one, 0)
    // Nothing is left out of the reckoning: the browser tells of what has come a little later.
    await expect.poll(sumOf).toBeGreaterThan(50_000)
    const sum = sumOf()
    const largest = [...bytes].map(([id, size]) => `${size} ${kinds.get(id)}`).join('\n')
    expect(sum, largest).toBeLessThan(PAGE_BYTES_MAX)
  })

  test.each([
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ])('nothing moves while the page arrives and its font comes late: %s', async (_name, viewport) => {
    const stage = await stageNow()
    const mira = await stage.member()
    await seedYear(stage, mira)
    const { page } = await openAs(chrome, mira.browser, { viewport })
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/*.woff2', async (route) => {
      await held
      await route.continue()
    })
    await page.addInitScript(`
      window.shift = 0
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shift += entry.value
      }).observe({ type: 'layout-shift', buffered: true })
    `)
    const frames = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))'
    await page.goto(`${stage.at.origin}/profile`, { waitUntil: 'commit' })
    await page.waitForSelector('.is-live')
    await page.evaluate(frames)
    release()
    await page.evaluate('document.fonts.ready.then(() => true)')
    await page.evaluate(frames)
    expect(await page.evaluate('document.fonts.check("16px Inter")')).toBe(true)
    expect(await page.evaluate('window.shift')).toBeLessThan(0.01)
  })
})

// Two of the looks every day, each on some of the pages; all four on all pages in the long run.
const LOOKS = [
  { scheme: 'light', locale: 'en-GB', size: 'desktop', viewport: DESKTOP },
  { scheme: 'dark', locale: 'ru-RU', size: 'desktop', viewport: DESKTOP },
  { scheme: 'light', locale: 'ru-RU', size: 'phone', viewport: PHONE },
  { scheme: 'dark', locale: 'en-GB', size: 'phone', viewport: PHONE },
] as const

describe.each(process.env.LONG ? LOOKS : [LOOKS[0], LOOKS[2]])(
  'every own page, $scheme, $locale, $size',
  ({ scheme, locale, size, viewport }) => {
    test('has no accessibility fault, breaks no policy, fits its screen', async () => {
      const stage = await stageNow()
      const mira = await stage.member()
      const { page, complaints } = await openAs(chrome, mira.browser, {
        colorScheme: scheme,
        viewport,
        locale,
      })
      const look = async (name: string, path: string) => {
        await page.goto(stage.at.origin + path)
        for (const summary of await page.locator('main summary').all()) await summary.click()
        expect(await accessibilityFaults(page), name).toEqual([])
        for (const width of [viewport.width, 320]) {
          await page.setViewportSize({ width, height: viewport.height })
          const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
          expect(await page.evaluate(excess), `${name} at ${width} px`).toBe(0)
        }
        await page.setViewportSize(viewport)
        const folder = process.env.PROFILE_SHOTS
        if (!folder) return
        await page.goto(stage.at.origin + path)
        await page.evaluate('document.fonts.ready.then(() => true)')
        const file = `${folder}/${name}-${locale.slice(0, 2)}-${scheme}-${size}.jpeg`
        await page.screenshot({ path: file, fullPage: true, type: 'jpeg', quality: 72 })
      }
      const all = Boolean(process.env.LONG)
      const isFirst = size === 'desktop'
      if (all) await look('own-newcomer', '/profile')
      if (all || !isFirst) await look('statement-newcomer', '/profile/statement?kind=games')
      await seedYear(stage, mira)
      if (all || !isFirst) await look('own', '/profile')
      if (all || isFirst) await look('statement', '/profile/statement')
      await mira.browser.submit('/profile', '/profile/daily')
      if (all || isFirst) await look('own-claimed', '/profile?daily=claimed')
      if (all) await look('public', `/u/${mira.accountId}`)
      expect(complaints).toEqual([])
    }, 240_000)
  },
)
