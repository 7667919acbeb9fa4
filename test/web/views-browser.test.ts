import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProfileSummaryCard } from '../../src/platforms/web/views/live-profile.js'
import { renderFragment } from '../../src/platforms/web/views/render.js'
import { createUi } from '../../src/platforms/web/views/ui.js'
import { accessibilityFaults } from '../support/axe.js'
import { faultsIn, launchBrowser } from '../support/browser.js'
import { profile } from './views-fixtures.js'
import { samplePages, ZONE } from './views-pages.js'
import { serveViews, type ViewServer } from './views-server.js'

const PHONE = { width: 390, height: 844 }
const DESKTOP = { width: 1440, height: 900 }
/** The limit for everything that a page transfers. */
const PAGE_BYTES_MAX = 100_000

let browser: Browser
const servers = {} as Record<'ru' | 'en', ViewServer>

beforeAll(async () => {
  browser = await launchBrowser()
  for (const locale of ['ru', 'en'] as const) servers[locale] = await serveViews(samplePages(locale))
})
afterAll(async () => {
  await browser.close()
  for (const server of Object.values(servers)) await server.close()
})

/** Opens pages in a fresh context and collects what the console complains about. */
async function open(options: Parameters<Browser['newContext']>[0]) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const complaints = faultsIn(page)
  return { page, complaints, close: () => context.close() }
}

/** The languages take turns from page to page; the long run shows every page in both. */
const LOCALES = ['ru', 'en'] as const

describe.each(process.env.LONG ? [0, 1] : [0])('every page, begun in language %i', (first) => {
  it('has no accessibility fault, breaks no policy, and fits every screen without scrolling sideways', async () => {
    const { page, complaints, close } = await open({ colorScheme: 'light', viewport: PHONE })
    for (const [index, path] of [...samplePages('ru').keys()].entries()) {
      const locale = LOCALES[(first + index) % 2] ?? 'ru'
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize(PHONE)
      await page.goto(servers[locale].url + path)
      expect(await accessibilityFaults(page), path).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.setViewportSize(DESKTOP)
      expect(await accessibilityFaults(page, { onlyLook: true }), `${path} in the dark`).toEqual([])
      for (const width of [1440, 992, 640, 390, 320]) {
        await page.setViewportSize({ width, height: 800 })
        const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        expect(await page.evaluate(excess), `${path} at ${width} px`).toBe(0)
      }
    }
    expect(complaints).toEqual([])
    await close()
  }, 240_000)
})

describe('a page', () => {
  it.each(['/', '/u/5', '/u/7', '/leaderboard'])(
    'transfers less than 100 kB with every asset: %s',
    async (path) => {
      const { page, close } = await open({ viewport: DESKTOP })
      servers.ru.takeBytes()
      await page.goto(servers.ru.url + path)
      await page.evaluate('document.fonts.ready.then(() => true)')

      expect(servers.ru.takeBytes()).toBeLessThan(PAGE_BYTES_MAX)
      await close()
    },
  )

  it.each([
    ['/', PHONE],
    ['/u/5', PHONE],
    ['/u/5', DESKTOP],
    ['/leaderboard', PHONE],
  ] as const)('does not move while its font arrives late: %s', async (path, viewport) => {
    const { page, close } = await open({ viewport })
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
    await page.goto(servers.ru.url + path, { waitUntil: 'commit' })
    await page.waitForSelector('.site-footer')
    // Two frames: the stand-in font has been painted.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    release()
    await page.evaluate('document.fonts.ready.then(() => true)')
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
    expect(await page.evaluate('document.fonts.check("16px Inter")')).toBe(true)
    expect(await page.evaluate('window.shift')).toBeLessThan(0.01)
    await close()
  })

  it('reads without JavaScript, and the theme and language choices are plain links', async () => {
    const { page, close } = await open({ javaScriptEnabled: false, viewport: PHONE })
    await page.goto(`${servers.en.url}/u/5`)
    expect(await page.locator('h1').textContent()).toBe('Лисёнок')
    expect(await page.locator('.summary-figures').textContent()).toContain('17,420')
    expect(await page.locator('a.to-dark').getAttribute('href')).toBe('/u/5?theme=dark')
    expect(await page.locator('a.tool-text').getAttribute('href')).toBe('/u/5?lang=ru')
    expect(await page.locator('.live-badge').first().isVisible()).toBe(false)
    await close()
  })

  it('changes its theme at once with JavaScript and remembers it in a cookie', async () => {
    const { page, close } = await open({ colorScheme: 'light', viewport: DESKTOP })
    await page.goto(`${servers.en.url}/u/6?theme=light`)
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const light = await background()
    await page.locator('a.to-dark').click()
    expect(await background()).not.toBe(light)
    expect(page.url()).toBe(`${servers.en.url}/u/6`)
    expect(await page.evaluate('document.cookie')).toBe('theme=dark')
    await page.locator('a.to-light').click()
    expect(await background()).toBe(light)
    await close()
  })

  it('can be walked by keyboard: the skip link comes first and leads to the content', async () => {
    const { page, close } = await open({ viewport: DESKTOP })
    await page.goto(`${servers.en.url}/u/6`)
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.className')).toBe('skip')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('content')
    await close()
  })
})

describe('a live fragment', () => {
  const more = profile()
  more.summary = { ...more.summary, xp: 18_000 }
  const fragment = renderFragment(ProfileSummaryCard({ ui: createUi('en', ZONE), summary: more.summary }))

  it.each(['no-preference', 'reduce'] as const)(
    'is exchanged in place, marked for a moment and announced once (motion: %s)',
    async (reducedMotion) => {
      const { page, complaints, close } = await open({ viewport: DESKTOP, reducedMotion })
      await page.goto(`${servers.en.url}/u/5`)
      await page.waitForSelector('.is-live')
      expect(await page.locator('.summary .live-badge').isVisible()).toBe(true)
      // Looked at in the page as soon as it is marked: asked from here, the moment could be over.
      await page.evaluate(`
        window.marked = new Promise((done) => {
          new MutationObserver((_, observer) => {
            const xp = document.querySelector('[data-live="xp"].changed')
            if (!xp) return
            observer.disconnect()
            done({
              xp: xp.textContent,
              coinsMarked: document.querySelectorAll('[data-live="coins"].changed').length,
              bar: document.querySelector('#rank-bar').getAttribute('width'),
              animation: getComputedStyle(xp).animationName,
            })
          }).observe(document.body, { subtree: true, childList: true, attributes: true })
        })
        true
      `)
      servers.en.push('summary', fragment)
      expect(await page.evaluate('window.marked')).toEqual({
        xp: '18,000',
        coinsMarked: 0,
        bar: '58%',
        animation: reducedMotion === 'reduce' ? 'none' : 'changed',
      })
      await page.waitForSelector('#live-announce:text-is("18,000 XP now")', { state: 'attached' })
      await page.waitForSelector('[data-live="xp"]:not(.changed)')
      expect(complaints).toEqual([])
      await close()
    },
  )

  it('goes on being exchangeable, also by changes that arrive at once', async () => {
    const { page, close } = await open({ viewport: DESKTOP })
    await page.goto(`${servers.en.url}/u/5`)
    await page.waitForSelector('.is-live')
    for (const text of ['18,000', '18,001', '18,002'])
      servers.en.push('summary', fragment.replaceAll('18,000', text))
    await page.waitForSelector('[data-live="xp"]:text-is("18,002")')
    expect(await page.locator('#live-summary').count()).toBe(1)
    await close()
  })
})
