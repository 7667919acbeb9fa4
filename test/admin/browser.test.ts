import { expect, onTestFinished, test } from 'vitest'
import { startAuthSite } from '../auth/support/site.js'
import { accessibilityFaults } from '../support/axe.js'
import { faultsIn, launchBrowser } from '../support/browser.js'
import { sharedDatabase } from '../support/shared-database.js'

const shared = sharedDatabase('postgres')
const PAGES = [
  '',
  '/rules/pay',
  '/deliveries',
  '/events',
  '/members?q=a',
  '/roles',
  '/imports',
  '/places',
  '/rules',
  '/rules/rewards',
  '/audit',
]
const LOOKS = [
  { name: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'en-GB' },
  { name: 'desktop', viewport: { width: 1440, height: 900 }, colorScheme: 'light', locale: 'ru-RU' },
] as const

test('an admin signs in by Discord, adjusts a member, and no page has a fault on phone or desktop', async () => {
  const chrome = await launchBrowser()
  onTestFinished(() => chrome.close())
  const site = await startAuthSite(shared.db)
  site.auth.admins = new Set([`discord:${site.discordId('mira')}`])
  const member = await site.give('telegram', '4242', 'Anna <b>&</b> Anna', 1234)
  await site.db.kysely
    .insertInto('ttfd.guild_roles')
    .values({ guild_id: '1', tier: 'F', role_id: '2' })
    .execute()
  await site.db.kysely
    .insertInto('ttfd.role_states')
    .values({
      guild_id: '1',
      discord_id: '3',
      wanted_tier: 'F',
      applied_tier: null,
      state: 'blocked',
      reason: 'role_above_bot',
      lease_token: null,
    })
    .execute()
  await site.db.kysely
    .insertInto('ttfd.places')
    .values({ platform: 'telegram', place_id: '-100500', title: 'TTFD', added_by: 'telegram:1' })
    .execute()
  for (const { name, ...look } of LOOKS) {
    const context = await chrome.newContext(look)
    const page = await context.newPage()
    const faults = faultsIn(page)
    await page.goto(`${site.origin}/auth/discord?next=/admin`)
    await page.locator(`input[value="${site.discordId('mira')}"]`).check()
    await page.locator('button[value="allow"]').click()
    await page.waitForURL(`${site.origin}/admin`)
    for (const path of [
      ...(process.env.LONG || name === 'phone' ? PAGES : PAGES.slice(0, 3)),
      `/members/${member}`,
    ]) {
      await page.goto(`${site.origin}/admin${path}`)
      expect(await accessibilityFaults(page), path).toEqual([])
      const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
      expect(await page.evaluate(excess), `${path} on ${name}`).toBe(0)
      const folder = process.env.ADMIN_SHOTS
      const file = `${path.replace(/\W+/g, '-') || '-overview'}-${name}.png`
      if (folder) await page.screenshot({ path: `${folder}/admin${file}`, fullPage: true })
    }
    await page.locator('input[name="xp"]').fill('16')
    await page.locator('form[action$="/adjust"] input[name="reason"]').fill('helped')
    await page.locator('form[action$="/adjust"] button').click()
    await page.waitForURL(/done=adjusted/)
    expect(await page.getByRole('status').isVisible()).toBe(true)
    expect(faults).toEqual([])
    await context.close()
  }
  const account = (await site.accounts()).find(({ id }) => id === member)
  expect(account?.xp).toBe(1234 + 16 * LOOKS.length)
}, 300_000)
