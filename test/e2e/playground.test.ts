import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openPage } from '../support/browser.js'
import { zoneOfNoon } from '../support/noon.js'
import { freePort } from '../support/postgres-server.js'
import { program } from '../support/program.js'

test('a newcomer presses Start in the playground, plays, and watches the website change without reload', {
  timeout: 180_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'ttfd-play-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const port = await freePort()
  const ttfd = program({ DATA_DIR: dataDir, PORT: String(port), COMMUNITY_TIME_ZONE: zoneOfNoon() })
  await ttfd.start()
  const printed = await ttfd.line(/Песочница: /)
  const address = /http:\S+/.exec(printed)?.[0] ?? ''
  expect(address).toBe(`http://localhost:${port}/sandbox`)

  const { page, faults } = await openPage()
  page.setDefaultTimeout(30_000)
  await page.goto(address)
  const site = page.frameLocator('iframe').first()
  const xpToday = site.locator('[data-live="pulse-xp"]')
  await expect.poll(() => xpToday.textContent()).toBe('0')

  await page.getByRole('button', { name: 'Старт', exact: true }).click()
  await page.getByRole('button', { name: /Игры/ }).click()
  // The site's front page counts the welcome without anybody touching it.
  await expect.poll(() => xpToday.textContent()).toBe('10')
  await page
    .getByRole('button', { name: /[Бб]есплатн|[Сс]вободн/ })
    .last()
    .click()
  await page.getByRole('button', { name: '7', exact: true }).last().click()
  await expect.poll(async () => Number(await xpToday.textContent())).toBeGreaterThanOrEqual(15)
  const members = await site.locator('a[href^="/u/"]').first().getAttribute('href')

  // An open profile follows too: a mark that a reload would wipe out stays.
  const { page: profile, faults: profileFaults } = await openPage({ viewport: { width: 390, height: 844 } })
  await profile.goto(`http://localhost:${port}${members}`)
  await profile.locator('html.is-live').waitFor()
  await profile.evaluate('window.untouched = true')
  const xp = profile.locator('[data-live="xp"]')
  const before = Number(await xp.textContent())
  await page.getByPlaceholder('Сообщение').fill('/daily')
  await page.keyboard.press('Enter')
  await expect.poll(async () => Number((await xp.textContent())?.replace(/\D/g, ''))).toBe(before + 100)
  expect(await profile.evaluate('window.untouched')).toBe(true)
  expect([...faults, ...profileFaults]).toEqual([])
})
