import { describe, expect, test } from 'vitest'
import { createAuth } from '../../src/app/auth/create-auth.js'
import { createPasswords } from '../../src/app/auth/passwords.js'
import { createScopes } from '../../src/app/auth/sign-in-scope.js'
import { safeNext } from '../../src/platforms/web/auth/safe-next.js'
import { freshDatabase } from '../support/databases.js'
import { formToken } from './support/browser.js'
import { type AuthSite, startAuthSite } from './support/site.js'

const site = async (options: Parameters<typeof startAuthSite>[1] = {}) =>
  startAuthSite(await freshDatabase('postgres'), options)

describe('Discord’s way back', () => {
  test('a state works once', async () => {
    const at = await site()
    const browser = at.browser()
    const back = await at.consent(browser, 'mira')
    expect((await browser.get(back)).location).toMatch(/^\/u\//)
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
      expect(landed.location, next).toMatch(/^\/u\/\d+$/)
    }
  })

  test('a path of this site is', async () => {
    const at = await site()
    const browser = at.browser()
    const back = await at.consent(browser, 'mira', '/leaderboard?after=5-1')
    expect((await browser.get(back)).location).toBe('/leaderboard?after=5-1')
  })
})

/** Every form of the site that changes anything, with fields that would do something. */
const FORMS: [path: string, fields: Record<string, string>][] = [
  ['/login', { email: 'a@example.org', password: 'correct horse' }],
  ['/logout', {}],
  ['/register', { name: 'A', email: 'a@example.org', password: 'correct horse' }],
  ['/forgot', { email: 'a@example.org' }],
  ['/reset', { token: 'abc', password: 'correct horse' }],
  ['/auth/verify-email', { token: 'a.b.c', password: 'correct horse' }],
  ['/settings/sessions/end', { session: 'x' }],
  ['/settings/sessions/end-others', {}],
  [`/login/tg/${'a'.repeat(22)}`, {}],
  [`/login/tg/${'a'.repeat(22)}/enter`, {}],
  [`/login/link/${'a'.repeat(22)}/enter`, {}],
]

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

describe('doors that stay closed', () => {
  test('of the login library nothing is reachable from outside', async () => {
    const at = await site({ mail: true })
    const browser = at.browser()
    await at.signIn(browser, 'mira')
    const paths = [
      'sign-in/social',
      'sign-in/email',
      'sign-up/email',
      'sign-out',
      'get-session',
      'list-sessions',
      'update-user',
      'change-email',
      'change-password',
      'delete-user',
      'link-social',
      'unlink-account',
      'get-access-token',
      'account-info',
      'callback/discord',
      'request-password-reset',
      'reset-password',
      'send-verification-email',
      'open-session',
      'ok',
      'error',
    ]
    for (const path of paths) {
      for (const variant of [path, `/${path}`, `${path}/`, path.toUpperCase(), path.replace('e', '%65')]) {
        const got = await browser.get(`/auth/${variant}`)
        expect(got.status, variant).toBe(404)
        const posted = await browser.request(`/auth/${variant}`, {
          method: 'POST',
          body: '{}',
          headers: { 'content-type': 'application/json', origin: at.origin },
        })
        expect(posted.status, variant).toBe(404)
      }
    }
  })

  test('a body over 64 kB is refused at every form, and an endless field too', async () => {
    const at = await site({ mail: true })
    const browser = at.browser()
    const form = formToken((await browser.get('/login')).text)
    for (const [path, fields] of FORMS) {
      expect((await browser.post(path, { ...fields, form, more: 'x'.repeat(70_000) })).status, path).toBe(413)
      expect((await browser.post(path, { ...fields, form, more: 'x'.repeat(5_000) })).status, path).toBe(403)
    }
  })

  test('SQL, NUL and line ends in any parameter are plain text or refused, never a fault', async () => {
    const at = await site({ mail: true })
    const nasty = [
      `' or 1=1 --`,
      `"; drop table ttfd.website_users; --`,
      'a\r\nBcc: x@evil.example',
      'a\u0000b',
      '🦊'.repeat(300),
    ]
    const browser = at.browser()
    const form = formToken((await browser.get('/login')).text)
    for (const text of nasty) {
      for (const [path, fields] of FORMS) {
        for (const name of Object.keys(fields)) {
          const answer = await browser.post(path, { ...fields, form, [name]: text })
          expect(answer.status, `${path} ${name} ${text}`).toBeLessThan(500)
        }
      }
      const asked = encodeURIComponent(text)
      for (const path of [
        `/login?problem=${asked}&wait=${asked}&next=${asked}&good=${asked}`,
        `/auth/discord/callback?code=${asked}&state=${asked}&error=${asked}`,
        `/auth/discord?next=${asked}`,
        `/reset?token=${asked}`,
        `/auth/verify-email?token=${asked}`,
        `/auth/reset-password/${asked}`,
        `/login/tg/${asked}`,
        `/login/link/${asked}`,
        `/settings/sessions?ended_others=${asked}`,
      ]) {
        const answer = await browser.get(path)
        expect(answer.status, path).toBeLessThan(500)
        expect(answer.headers.get('bcc')).toBeNull()
      }
    }
    expect(at.logged.filter(({ facts }) => 'err' in facts)).toEqual([])
    for (const letter of at.sink?.letters ?? []) expect(letter.raw).not.toMatch(/^Bcc:/im)
  })
})

describe('the login library by itself, under NODE_ENV=test', () => {
  // It drops these checks where NODE_ENV is `test`; then every proof above would lean on our own layer alone.
  test('refuses a foreign origin and a foreign way back, and counts tries', async () => {
    const db = await freshDatabase('postgres')
    const origin = 'http://localhost:3000'
    const auth = createAuth({
      db,
      scopes: createScopes(),
      passwords: createPasswords(),
      letters: null,
      discord: {
        clientId: '1',
        clientSecret: 's',
        apiBase: 'http://127.0.0.1:1/api',
        redirectUri: `${origin}/x`,
      },
      context: () => ({ now: new Date(), newId: () => '', timeZone: 'Europe/Moscow' }),
      log: { info: () => {}, warn: () => {} },
      settings: {
        publicUrl: origin,
        secret: 'a secret of the tests that is long enough to be one',
        signinPerMinute: 3,
        registrationOpen: false,
        discordTimeoutMs: 100,
      },
    })
    const post = async (path: string, body: object, from: string) => {
      const headers = {
        origin: from,
        cookie: 'a=b',
        'content-type': 'application/json',
        'x-ttfd-ip': '203.0.113.5',
      }
      const request = new Request(`${origin}/auth${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      })
      return (await auth.handler(request)).status
    }
    const credentials = { email: 'a@example.org', password: 'correct horse' }
    expect(await post('/sign-in/email', credentials, 'https://evil.example')).toBe(403)
    const way = { provider: 'discord', callbackURL: 'https://evil.example/' }
    expect(await post('/sign-in/social', way, origin)).toBe(403)
    expect(await post('/sign-in/email', credentials, origin)).toBe(401)
    expect(await post('/sign-in/email', credentials, origin)).toBe(401)
    expect(await post('/sign-in/email', credentials, origin)).toBe(429)
    // Nothing that it makes by itself opens a session: whom the program has not proven is nobody.
    expect(await post('/sign-up/email', { name: 'A', ...credentials }, origin)).toBe(400)
  })
})

describe('limits', () => {
  const guess = async (at: AuthSite, headers: Record<string, string>, email: string) => {
    const browser = at.browser()
    const form = formToken((await browser.get('/login')).text)
    const answer = await browser.post('/login', { form, email, password: 'wrong password' }, headers)
    return /role="alert"><p class="alert-title">([^<]+)/.exec(answer.text)?.[1]
  }

  test('so many tries a minute from one address, whatever a forged header says', async () => {
    const at = await site({ signinPerMinute: 4 })
    const words: (string | undefined)[] = []
    for (let n = 0; n < 6; n++) {
      const headers = {
        'x-forwarded-for': `203.0.113.${n}`,
        'x-ttfd-ip': `203.0.113.${n}`,
        'x-real-ip': `203.0.113.${n}`,
      }
      words.push(await guess(at, headers, `person${n}@example.org`))
    }
    expect(words.slice(0, 4)).toEqual(Array(4).fill('Не подошло'))
    expect(words.slice(4)).toEqual(Array(2).fill('Слишком много попыток'))
  })

  test('behind a trusted proxy each client has its own share', async () => {
    const at = await site({ signinPerMinute: 2, trustProxy: ['127.0.0.0/8'] })
    const from = (address: string) => ({
      'x-forwarded-for': `198.51.100.9, ${address}`,
      'x-ttfd-ip': '203.0.113.77',
    })
    const words: (string | undefined)[] = []
    for (const address of ['203.0.113.1', '203.0.113.1', '203.0.113.1', '203.0.113.2']) {
      words.push(await guess(at, from(address), `p${words.length}@example.org`))
    }
    expect(words).toEqual(['Не подошло', 'Не подошло', 'Слишком много попыток', 'Не подошло'])
  })

  test('the way to Discord and back is limited too', async () => {
    const at = await site({ signinPerMinute: 3 })
    const seen: (string | null)[] = []
    for (let n = 0; n < 5; n++) seen.push((await at.browser().get('/auth/discord')).location)
    expect(seen.filter((to) => to?.includes('problem=too_many'))).toHaveLength(2)
  })
})
