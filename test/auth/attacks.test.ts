import { describe, expect, test } from 'vitest'
import { safeNext } from '../../src/platforms/web/auth/safe-next.js'
import { freshDatabase } from '../support/databases.js'
import { formToken } from './support/browser.js'
import { FORMS } from './support/forms.js'
import { startAuthSite } from './support/site.js'

const site = async (options: Parameters<typeof startAuthSite>[1] = {}) =>
  startAuthSite(await freshDatabase('postgres'), options)

describe('Discord’s way back', () => {
  test('a state works once', async () => {
    const at = await site()
    const browser = at.browser()
    const back = await at.consent(browser, 'mira')
    expect((await browser.get(back)).location).toBe('/profile')
    const before = browser.session
    expect((await browser.get(back)).location).toContain('problem=start_again')
    expect(browser.session).toBe(before)
  })

  test('the code of an attacker does not pass in a victim’s sign-in: PKCE binds it to its own', async () => {
    const at = await site()
    const [attacker, victim] = [at.browser(), at.browser()]
    const stolen = new URL(await at.consent(attacker, 'max'), at.origin).searchParams.get('code') ?? ''
    const own = new URL(await at.consent(victim, 'mira'), at.origin)
    own.searchParams.set('code', stolen)
    const answer = await victim.get(own.pathname + own.search)
    expect(answer.location).toContain('problem=discord_code')
    expect(await at.accounts()).toEqual([])
  })

  test('an attacker’s whole way back, opened in a victim’s browser, signs the victim in nowhere', async () => {
    const at = await site()
    const back = await at.consent(at.browser(), 'max')
    const victim = at.browser()
    expect((await victim.get(back)).location).toContain('problem=start_again')
    expect(victim.session).toBeUndefined()
  })

  test('another person’s sign-in never replaces a session; the same person’s does, with a new id', async () => {
    const at = await site()
    const browser = at.browser()
    const home = (await at.signIn(browser, 'mira')).location
    const before = browser.session
    const other = await at.signIn(browser, 'max')
    expect(other.location).toContain('problem=other_account')
    expect(browser.session).toBe(before)
    expect((await browser.get(home ?? '')).text).toContain('action="/logout"')
    expect(await at.sessions()).toHaveLength(1)

    expect((await at.signIn(browser, 'mira')).location).toBe(home)
    expect(browser.session).not.toBe(before)
    const sessions = await at.sessions()
    expect(sessions).toHaveLength(1)
    expect(sessions[0]?.made_by).toBe(`discord:${at.discordId('mira')}`)
  })

  test('nothing that Discord gave is kept', async () => {
    const at = await site()
    await at.signIn(at.browser(), 'mira')
    const logins = await at.db.kysely.selectFrom('ttfd.website_logins').selectAll().execute()
    expect(logins).toHaveLength(1)
    expect(logins[0]).toMatchObject({
      access_token: null,
      refresh_token: null,
      id_token: null,
      password: null,
    })
  })

  test('scopes and prompt are the server’s: the caller’s are not passed on', async () => {
    const at = await site()
    const begun = await at.browser().get('/auth/discord?scope=guilds.join&scopes=guilds.join&prompt=none')
    const asked = new URL(begun.location ?? '')
    expect(asked.searchParams.get('scope')).toBe('identify email')
    expect(asked.searchParams.get('prompt')).not.toBe('none')
    expect(asked.searchParams.get('code_challenge_method')).toBe('S256')
    expect(asked.searchParams.get('redirect_uri')).toBe(`${at.origin}/auth/discord/callback`)
  })
})

describe('where one goes after signing in', () => {
  const EVIL = [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/%2f/evil.example',
    '/x//evil.example',
    'javascript:alert(1)',
    '/\tevil',
    '/u/5\r\nSet-Cookie: a=b',
    '/u/5%0d%0aSet-Cookie:%20a=b',
    '/.//evil.example',
    '/../evil',
    'u/5',
    '',
    `/${'a'.repeat(600)}`,
    '/logout',
    '/auth/discord',
  ]

  test.each(EVIL)('%j is not followed', (next) => {
    expect(safeNext(next)).toBeNull()
  })

  test('neither by Discord nor by password nor in the page', async () => {
    const at = await site()
    for (const next of EVIL.slice(0, 10)) {
      const browser = at.browser()
      const page = await browser.get(`/login?next=${encodeURIComponent(next)}`)
      expect(page.text).not.toContain('evil')
      const landed = await browser.get(await at.consent(browser, 'mira', next))
      expect(landed.location, next).toBe('/profile')
    }
  })

  test('a path of this site is', async () => {
    const at = await site()
    const browser = at.browser()
    const back = await at.consent(browser, 'mira', '/leaderboard?after=5-1')
    expect((await browser.get(back)).location).toBe('/leaderboard?after=5-1')
  })
})

describe('forms', () => {
  test.each(FORMS)(
    '%s takes nothing that did not come from our own page in this browser',
    async (path, fields) => {
      const at = await site({ mail: true })
      const browser = at.browser()
      await at.signIn(browser, 'mira')
      const token = formToken((await browser.get('/settings/sessions')).text)
      const foreign = at.browser()
      const foreignToken = formToken((await foreign.get('/login')).text)
      const before = browser.session
      const tries = await Promise.all([
        browser.post(path, fields),
        browser.post(path, { ...fields, form: 'x'.repeat(43) }),
        browser.post(path, { ...fields, form: foreignToken }),
        browser.post(path, { ...fields, form: token }, { origin: 'https://evil.example' }),
        browser.post(path, { ...fields, form: token }, { origin: 'null' }),
        browser.post(path, { ...fields, form: token }, { 'sec-fetch-site': 'cross-site' }),
        browser.post(path, { ...fields, form: token }, { 'sec-fetch-site': 'same-site' }),
        browser.post(path, { ...fields, form: token }, { 'content-type': 'text/plain' }),
      ])
      expect(tries.map(({ status }) => status)).toEqual(Array(tries.length).fill(403))
      expect(browser.session).toBe(before)
      expect(await at.sessions()).toHaveLength(1)
      expect(at.sink?.letters).toEqual([])
    },
  )

  test('a token of before the sign-in is worth nothing after it', async () => {
    const at = await site()
    const browser = at.browser()
    const early = formToken((await browser.get('/login')).text)
    await at.signIn(browser, 'mira')
    expect((await browser.post('/logout', { form: early })).status).toBe(403)
    expect((await browser.submit('/settings/sessions', '/logout')).status).toBe(303)
  })
})

describe('sessions and cookies', () => {
  test('cookies are for this site’s requests alone, and Secure on https', async () => {
    const at = await site()
    const browser = at.browser()
    await at.signIn(browser, 'mira')
    await browser.get('/login')
    expect(browser.setCookies.length).toBeGreaterThan(2)
    for (const line of browser.setCookies.filter((one) => one.startsWith('ttfd.'))) {
      expect(line).toMatch(/HttpOnly/i)
      expect(line).toMatch(/SameSite=Lax/i)
      expect(line).not.toMatch(/Domain=/i)
    }
    const secure = await site({ https: true })
    const visitor = secure.browser()
    await visitor.get('/login')
    await visitor.get('/auth/discord')
    const own = visitor.setCookies.filter((line) => line.includes('ttfd.'))
    expect(own.length).toBeGreaterThan(1)
    for (const line of own) {
      expect(line).toMatch(/^__Secure-ttfd\./)
      expect(line).toMatch(/; Secure/i)
    }
  })

  test('a session id that was planted is never adopted', async () => {
    const at = await site()
    const [attacker, victim] = [at.browser(), at.browser()]
    await at.signIn(attacker, 'max')
    await attacker.submit('/settings/sessions', '/logout')
    victim.cookies.set('ttfd.session_token', 'planted.c2lnbmF0dXJl')
    await at.signIn(victim, 'mira')
    expect(victim.session).not.toContain('planted')
    const sessions = await at.sessions()
    expect(sessions).toHaveLength(1)
    expect(victim.session).toContain(sessions[0]?.token)
  })

  test('a forged or altered session is nobody', async () => {
    const at = await site()
    const browser = at.browser()
    await at.signIn(browser, 'mira')
    const [token = ''] = decodeURIComponent(browser.session ?? '').split('.')
    const thief = at.browser()
    for (const forged of [token, `${token}.`, `${token}.${'A'.repeat(44)}`, `${token}.${'A'.repeat(43)}=`]) {
      thief.cookies.set('ttfd.session_token', encodeURIComponent(forged))
      expect((await thief.get('/settings/sessions')).location).toContain('/login')
    }
  })

  test('signing out ends the session itself, not only its cookie', async () => {
    const at = await site()
    const browser = at.browser()
    await at.signIn(browser, 'mira')
    const stolen = browser.session ?? ''
    expect((await browser.submit('/settings/sessions', '/logout')).status).toBe(303)
    expect(browser.session).toBeUndefined()
    const thief = at.browser()
    thief.cookies.set('ttfd.session_token', stolen)
    expect((await thief.get('/settings/sessions')).location).toContain('/login')
  })

  test('pages of a signed-in reader are kept by no shared cache', async () => {
    const at = await site()
    const browser = at.browser()
    const profile = (await at.signIn(browser, 'mira')).location ?? ''
    expect((await browser.get(profile)).headers.get('cache-control')).toContain('private')
    expect((await browser.get('/settings/sessions')).headers.get('cache-control')).toContain('no-store')
    expect((await browser.get(profile)).headers.get('vary')).toContain('cookie')
  })
})
