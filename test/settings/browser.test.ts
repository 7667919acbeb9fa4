import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { startAuthSite } from '../auth/support/site.js'
import { accessibilityFaults } from '../support/axe.js'
import { faultsIn, launchBrowser } from '../support/browser.js'
import { freshDatabase } from '../support/databases.js'

const PHONE = { width: 360, height: 780 }
/** A folder for pictures of the pages, for whoever wants to look at them. */
const SHOTS = process.env.SHOTS
const isLong = SHOTS !== undefined || process.env.LONG === '1'
/** Pages that are looked at also in the short form. */
const IN_SHORT = ['settings-ru', 'settings-en', 'password', 'data', 'sure', 'closing', 'banner']

async function faultsOf(page: Page): Promise<string[]> {
  const faults = await accessibilityFaults(page)
  const wide = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')
  return [
    ...faults.map((fault) => `${page.url()} ${fault}`),
    ...(wide ? [`${page.url()} is wider than the screen`] : []),
  ]
}

/** A browser of his own; what its console complains about is a fault. */
async function visitor() {
  const chrome = await launchBrowser()
  onTestFinished(() => chrome.close())
  const context = await chrome.newContext({ viewport: PHONE, locale: 'ru-RU', reducedMotion: 'reduce' })
  const page = await context.newPage()
  return { page, faults: faultsIn(page) }
}

test('a member renames himself, hides, takes his data along, deletes his account and keeps it', async () => {
  const site = await startAuthSite(await freshDatabase('postgres'), { mail: true })
  const { page, faults } = await visitor()
  const seen: string[] = []
  let shots = 0
  let looked = 0
  /** Looks at the page, in light on a phone or in dark on a desktop, with axe. */
  const look = async (name: string) => {
    if (!isLong && IN_SHORT.every((one) => one !== name)) return
    const looks = [
      ['light', PHONE],
      ['dark', { width: 1280, height: 900 }],
    ] as const
    // One look a page in turns, all of them in the long run.
    const chosen = isLong ? looks : [looks[looked++ % 2] ?? looks[0]]
    for (const [scheme, viewport] of chosen) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize(viewport)
      seen.push(...(await faultsOf(page)))
      if (SHOTS) await page.screenshot({ path: `${SHOTS}/${++shots}-${name}-${scheme}.png`, fullPage: true })
    }
    await page.setViewportSize(PHONE)
  }
  const signIn = async () => {
    await page.goto(`${site.origin}/login`)
    await page
      .getByRole('link', { name: /Discord/ })
      .first()
      .click()
    await page.locator(`input[value="${site.discordId('mira')}"]`).check()
    await page.locator('button[value="allow"]').click()
    await page.waitForURL(`${site.origin}/**`)
  }

  await signIn()
  await page.goto(`${site.origin}/settings`)
  await look('settings-ru')
  await page.getByLabel('Как тебя зовут здесь').fill('Мира с новым именем')
  await page.locator('#name').getByRole('button', { name: 'Сохранить' }).click()
  expect(await page.getByRole('status').first().textContent()).toContain('Имя сохранено')

  await page.locator('#language').getByLabel('English').check()
  await page.locator('#language').getByRole('button').click()
  await page.getByRole('heading', { level: 1, name: 'Settings', exact: true }).waitFor()
  await look('settings-en')
  await page.locator('select[name=quiet_from]').selectOption('22')
  await page.getByLabel('In Discord').uncheck()
  await page.locator('#notices').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Hide the profile' }).click()
  await page.getByText('Your profile is hidden now.').waitFor()
  const [row] = await site.accounts()
  expect((await fetch(`${site.origin}/u/${row?.id}`)).status).toBe(404)

  await page.getByRole('link', { name: 'Set a password' }).click()
  await look('password')
  await page.getByLabel('New password').fill('a phrase that is long')
  await page.getByRole('button', { name: 'Save the password' }).click()
  expect(await page.getByRole('status').first().textContent()).toContain('New password saved')
  await page.getByRole('link', { name: 'Change the address' }).click()
  await look('email')

  await page.goto(`${site.origin}/settings/data?lang=ru`)
  await look('data')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Скачать мои данные' }).click(),
  ])
  const data = JSON.parse(readFileSync(await download.path(), 'utf8'))
  expect(data.account.display_name).toBe('Мира с новым именем')
  expect(data.settings).toMatchObject({ private: true, quiet_from: 22 })

  await page.getByRole('link', { name: 'Удалить аккаунт…' }).click()
  await look('delete')
  await page.getByLabel('Твоё имя: Мира с новым именем').fill('Мира с новым именем')
  await page.getByRole('button', { name: 'Дальше' }).click()
  await look('sure')
  await page.getByRole('button', { name: 'Удалить аккаунт' }).click()
  await page.waitForURL('**/goodbye')
  await look('goodbye')
  expect(await site.sessions()).toEqual([])

  await signIn()
  await page.waitForURL('**/settings/data')
  await look('closing')
  await page.goto(`${site.origin}/leaderboard`)
  await look('banner')
  await page.getByRole('link', { name: 'Оставить аккаунт' }).click()
  await page.getByRole('button', { name: 'Оставить аккаунт' }).click()
  expect(await page.getByRole('status').first().textContent()).toContain('остался с тобой')
  expect(seen).toEqual([])
  expect(faults).toEqual([])
}, 240_000)
