import { describe, expect, test } from 'vitest'
import { startDiscordSandbox } from '../../src/sandbox/discord/server.js'
import { freshDatabase } from '../support/databases.js'
import { alertIn, type TestBrowser } from './support/browser.js'
import { type AuthSite, startAuthSite } from './support/site.js'

type Try = (site: AuthSite, browser: TestBrowser) => Promise<{ status: number; location: string | null }>

/** How long the site waits for a Discord that never answers; one that does may take its time. */
const SILENCE_MS = 400

const withQuery = (back: string, change: (query: URLSearchParams) => void) => {
  const url = new URL(back, 'http://localhost')
  change(url.searchParams)
  return url.pathname + url.search
}
const troubled =
  (path: RegExp, does: Parameters<AuthSite['discord']['control']['trouble']['request']>[0]['does']): Try =>
  async (site, browser) => {
    const back = await site.consent(browser, 'mira')
    site.discord.control.trouble.request({ path, does })
    return browser.get(back)
  }

const REFUSALS: [name: string, act: Try, words: RegExp, discordTimeoutMs?: number][] = [
  ['consent was refused', async (s, b) => b.get(await s.consent(b, null)), /не дал разрешение/],
  [
    'the state is forged',
    async (s, b) => b.get(withQuery(await s.consent(b, 'mira'), (q) => q.set('state', 'x'.repeat(32)))),
    /другой вкладке, в другом браузере или слишком давно/,
  ],
  [
    'the state is missing',
    async (s, b) => b.get(withQuery(await s.consent(b, 'mira'), (q) => q.delete('state'))),
    /другой вкладке/,
  ],
  [
    'the state belongs to another browser',
    async (s, b) => b.get(await s.consent(s.browser(), 'mira')),
    /другой вкладке/,
  ],
  [
    'the sign-in was begun anew meanwhile',
    async (s, b) => {
      const first = await s.consent(b, 'mira')
      await s.consent(b, 'mira')
      return b.get(first)
    },
    /другой вкладке/,
  ],
  [
    'the code is missing',
    async (s, b) => b.get(withQuery(await s.consent(b, 'mira'), (q) => q.delete('code'))),
    /другой вкладке/,
  ],
  [
    'the code is made up',
    async (s, b) => b.get(withQuery(await s.consent(b, 'mira'), (q) => q.set('code', 'invented'))),
    /устарел или уже использован/,
  ],
  [
    'the secret is wrong',
    async (s, b) => {
      const back = await s.consent(b, 'mira')
      s.discord.control.wrongSecret()
      return b.get(back)
    },
    /не узнаёт наш сайт/,
  ],
  [
    'Discord never answers for the token',
    troubled(/^\/oauth2\/token$/, { kind: 'silent' }),
    /ответа нет/,
    SILENCE_MS,
  ],
  [
    'Discord never answers for the profile',
    troubled(/^\/users\/@me$/, { kind: 'silent' }),
    /ответа нет/,
    SILENCE_MS,
  ],
  ['the connection is lost', troubled(/^\/oauth2\/token$/, { kind: 'lose-before' }), /ответа нет/],
  [
    'Discord fails at the token',
    troubled(/^\/oauth2\/token$/, { kind: 'status', status: 502 }),
    /ответил ошибкой/,
  ],
  [
    'Discord fails at the profile',
    troubled(/^\/users\/@me$/, { kind: 'status', status: 500 }),
    /ответил ошибкой/,
  ],
  [
    'Discord answers nonsense',
    troubled(/^\/users\/@me$/, { kind: 'status', status: 200, body: { id: 'not an id' } }),
    /ответил ошибкой/,
  ],
  [
    'Discord asks to wait',
    troubled(/^\/oauth2\/token$/, { kind: 'rate-limit', retryAfterSeconds: 3 }),
    /Слишком много входов/,
  ],
  [
    'Discord reports a fault of its own',
    async (s, b) =>
      b.get(
        withQuery(await s.consent(b, 'mira'), (q) => {
          q.delete('code')
          q.set('error', 'server_error')
        }),
      ),
    /ответил ошибкой/,
  ],
]

describe('every refusal ends on a page that says what happened, and nobody is signed in', () => {
  test.each(REFUSALS)('%s', async (_name, act, words, discordTimeoutMs) => {
    const site = await startAuthSite(
      await freshDatabase('postgres'),
      discordTimeoutMs ? { discordTimeoutMs } : {},
    )
    const browser = site.browser()
    const answer = await act(site, browser)
    expect(answer.status).toBe(303)
    const page = await browser.open(answer.location ?? '')
    expect(page.status).toBe(200)
    expect(alertIn(page.text)).toMatch(words)
    // What to do: every way in is on the same page.
    expect(page.text).toContain('href="/auth/discord"')
    expect(browser.session).toBeUndefined()
    expect(await site.sessions()).toEqual([])
    expect(await site.accounts()).toEqual([])
  })

  test('an expired code', async () => {
    let now = Date.now()
    const discord = await startDiscordSandbox({ now: () => now })
    const site = await startAuthSite(await freshDatabase('postgres'), { discord })
    const browser = site.browser()
    const back = await site.consent(browser, 'mira')
    now += 61_000
    const page = await browser.open(back)
    expect(alertIn(page.text)).toMatch(/устарел/)
    await discord.close()
  })

  test('only the operator is told that the secret is wrong, and how to mend it', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'))
    const browser = site.browser()
    const back = await site.consent(browser, 'mira')
    site.discord.control.wrongSecret()
    const page = await browser.open(back)
    expect(page.text).not.toContain('SECRET')
    expect(site.logged.map(({ message }) => message).join()).toContain('DISCORD_CLIENT_SECRET')
    expect(JSON.stringify(site.logged)).not.toContain(site.discord.clientSecret)
  })

  test('after a refusal the next try works', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'))
    const browser = site.browser()
    await browser.get(await site.consent(browser, null))
    expect((await site.signIn(browser, 'mira')).location).toBe('/profile')
  })

  test('in English too', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'))
    const browser = site.browser()
    const answer = await browser.get(await site.consent(browser, null))
    const page = await browser.get(answer.location ?? '', { 'accept-language': 'en' })
    expect(alertIn(page.text)).toContain('did not allow it')
  })

  test('a site without an application says that this way is closed', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'), { discord: null })
    const browser = site.browser()
    expect((await browser.get('/login')).text).not.toContain('/auth/discord')
    expect(alertIn((await browser.open('/auth/discord')).text)).toContain('не настроен')
    expect(alertIn((await browser.open('/auth/discord/callback?code=1&state=1')).text)).toContain(
      'не настроен',
    )
  })
})

describe('what Discord says of an address', () => {
  test.each([
    ['proven', 'mira', 'mira@example.org'],
    ['not proven', 'kate', null],
    ['missing', 'oleg', null],
  ])('%s', async (_name, person, email) => {
    const site = await startAuthSite(await freshDatabase('postgres'))
    await site.signIn(site.browser(), person)
    expect((await site.accounts())[0]?.website_email).toBe(email)
  })

  test('an address that another account has stays there, and joins nobody', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'))
    const other = site.discord.control.addPerson({
      key: 'twin',
      username: 'twin',
      globalName: 'Twin',
      email: 'mira@example.org',
      verified: true,
    })
    await site.signIn(site.browser(), 'mira')
    await site.signIn(site.browser(), other.id)
    const accounts = await site.accounts()
    expect(accounts.map((account) => account.website_email)).toEqual(['mira@example.org', null])
  })
})
