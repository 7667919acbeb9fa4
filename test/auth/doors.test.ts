import { describe, expect, test } from 'vitest'
import { createAuth } from '../../src/app/auth/create-auth.js'
import { createPasswords } from '../../src/app/auth/passwords.js'
import { createScopes } from '../../src/app/auth/sign-in-scope.js'
import { freshDatabase } from '../support/databases.js'
import { formToken } from './support/browser.js'
import { FORMS } from './support/forms.js'
import { type AuthSite, QUICK_HASHES, startAuthSite } from './support/site.js'

const site = async (options: Parameters<typeof startAuthSite>[1] = {}) =>
  startAuthSite(await freshDatabase('postgres'), options)

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
      passwords: createPasswords(QUICK_HASHES),
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
