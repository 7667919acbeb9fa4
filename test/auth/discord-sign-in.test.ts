import { describe, expect, test } from 'vitest'
import { freshDatabase, KINDS } from '../support/databases.js'
import { alertIn } from './support/browser.js'
import { startAuthSite } from './support/site.js'

describe.each(KINDS)('signing in with Discord on %s', (kind) => {
  test('a stranger gets an account with his Discord id and lands on his profile', async () => {
    const site = await startAuthSite(await freshDatabase(kind))
    const browser = site.browser()
    const landed = await site.signIn(browser, 'mira')
    const [account, ...others] = await site.accounts()
    expect(others).toEqual([])
    expect(account).toMatchObject({ discord_id: site.discordId('mira'), website_email: 'mira@example.org' })
    expect([landed.status, landed.location]).toEqual([303, '/profile'])
    const page = await browser.get('/profile')
    expect(page.text).toContain(`href="/u/${account?.id}"`)
    expect(page.text).toContain('action="/logout"')
    expect(site.logged).toEqual([])
  })

  test('an account that a bot made is opened, never a second one made', async () => {
    const site = await startAuthSite(await freshDatabase(kind))
    const known = await site.give('discord', site.discordId('mira'), 'Мира', 777)
    const browser = site.browser()
    const landed = await site.signIn(browser, 'mira')
    expect(landed.location).toBe('/profile')
    expect(await browser.account()).toBe(known)
    expect(await site.accounts()).toHaveLength(1)
    expect((await browser.get(`/u/${known}`)).text).toContain('777')
  })

  test('two first sign-ins at once make one account and one login', async () => {
    const site = await startAuthSite(await freshDatabase(kind))
    const browsers = Array.from({ length: 6 }, () => site.browser())
    const backs: string[] = []
    for (const browser of browsers) backs.push(await site.consent(browser, 'mira'))
    const landed = await Promise.all(browsers.map((browser, at) => browser.get(backs[at] ?? '')))
    const accounts = await site.accounts()
    expect(accounts).toHaveLength(1)
    expect(landed.map(({ location }) => location)).toEqual(Array(6).fill('/profile'))
    expect(await site.sessions()).toHaveLength(6)
    expect(await site.db.kysely.selectFrom('ttfd.website_logins').select('id').execute()).toHaveLength(1)
    expect(await site.db.kysely.selectFrom('ttfd.website_users').select('id').execute()).toHaveLength(1)
  })
})

test.each([
  ['access denied', async (s: Site, b: Browser) => b.get(await s.consent(b, null)), 'не дал разрешение'],
])('smoke: %s', async (_name, act, words) => {
  const site = await startAuthSite(await freshDatabase('postgres'))
  const browser = site.browser()
  const page = await act(site, browser)
  expect(page.status).toBe(303)
  expect(alertIn((await browser.open(page.location ?? '')).text)).toContain(words)
})

type Site = Awaited<ReturnType<typeof startAuthSite>>
type Browser = ReturnType<Site['browser']>
