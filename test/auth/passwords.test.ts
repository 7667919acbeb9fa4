import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sweepWebsite } from '../../src/core/website/sweep-website.js'
import { freshDatabase } from '../support/databases.js'
import { alertIn } from './support/browser.js'
import { confirm, EMAIL, letter, PASSWORD, register, signIn, withMail } from './support/email.js'
import { type AuthSite, startAuthSite } from './support/site.js'

describe('guessing a password', () => {
  test('ten tries in a quarter of an hour, each later than the one before; then the owner still gets in from his own browser', async () => {
    let now = Date.now()
    const site = await startAuthSite(await freshDatabase('postgres'), {
      mail: true,
      now: () => new Date(now),
    })
    const owner = site.browser()
    await register(owner)
    await confirm(owner, await letter(site, 1))
    await signIn(site.browser())
    const home = site.browser()
    await signIn(home)
    await home.submit('/settings/sessions', '/logout')

    const guesser = site.browser()
    const waits: number[] = []
    let tried = 0
    for (let n = 0; n < 40 && tried < 10; n++) {
      const words = alertIn((await signIn(guesser, `догадка номер ${n}`)).text)
      if (words.includes('не совпали')) tried += 1
      else {
        const seconds = Number(/через (\d+)/.exec(words)?.[1])
        waits.push(seconds)
        now += seconds * 1000
      }
    }
    expect(tried).toBe(10)
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    expect(waits.at(-1)).toBeGreaterThanOrEqual(30)
    now += 61_000
    // Even the right one waits now, elsewhere.
    expect(alertIn((await signIn(site.browser())).text)).toContain('Подожди')
    expect((await signIn(home)).location).toBe('/profile')
    now += 15 * 60_000
    expect((await signIn(site.browser())).location).toBe('/profile')
  })

  test('a hundred at once get no more than their share', async () => {
    const instant = new Date()
    const site = await startAuthSite(await freshDatabase('postgres'), { mail: true, now: () => instant })
    const browser = site.browser()
    await register(browser)
    const page = await browser.get('/login')
    const form = /name="form" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        browser.post('/login', { form, email: EMAIL, password: `догадка ${n}` }),
      ),
    )
    const looked = answers.filter(({ text }) => alertIn(text).includes('не совпали'))
    expect(looked).toHaveLength(4)
  })
})

describe('a password of the old site', () => {
  const legacy = async (site: AuthSite, createdAt = new Date()) => {
    const hash = createHash('sha256').update(PASSWORD).digest('hex')
    const common = { image: null, created_at: createdAt }
    await site.db.kysely
      .insertInto('ttfd.website_users')
      .values({ id: 'old', name: 'Старый друг', email: EMAIL, email_verified: false, ...common })
      .execute()
    await site.db.kysely
      .insertInto('ttfd.website_logins')
      .values({
        id: 'old-login',
        user_id: 'old',
        provider_id: 'credential',
        account_id: 'old',
        password: `sha256:${hash}`,
        access_token: null,
        refresh_token: null,
        id_token: null,
        scope: null,
        created_at: createdAt,
      })
      .execute()
  }
  const kept = async (site: AuthSite) =>
    (await site.db.kysely.selectFrom('ttfd.website_logins').select('password').execute())[0]?.password

  test('opens its login once by the old hash and is kept by a new one', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'), { openRegistration: true })
    await legacy(site)
    expect(alertIn((await signIn(site.browser(), 'не тот пароль')).text)).toContain('не совпали')
    expect(await kept(site)).toMatch(/^sha256:/)
    expect((await signIn(site.browser())).location).toBe('/settings/sessions')
    expect(await kept(site)).toMatch(/^scrypt:/)
    expect((await signIn(site.browser())).location).toBe('/settings/sessions')
  })

  test('proves nothing about its address: where mail can be sent, a letter is asked for', async () => {
    const site = await withMail()
    await legacy(site)
    const browser = site.browser()
    expect(alertIn((await signIn(browser)).text)).toContain('не подтверждена')
    expect(await kept(site)).toMatch(/^scrypt:/)
    const landed = await confirm(browser, await letter(site, 1))
    expect(landed.location).toBe('/profile')
  })

  test('is forgotten when nobody used it for half a year', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'), { openRegistration: true })
    await legacy(site, new Date(Date.now() - 181 * 86_400_000))
    await sweepWebsite(site.db, new Date())
    expect(alertIn((await signIn(site.browser())).text)).toContain('не совпали')
  })
})

describe('without mail', () => {
  test('sign-up is closed, says so, and cannot be forced', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'))
    const browser = site.browser()
    expect((await browser.get('/register')).text).toContain('закрыта')
    const answer = await browser.submit('/login', '/register', {
      name: 'Н',
      email: EMAIL,
      password: PASSWORD,
    })
    expect(answer.text).toContain('закрыта')
    expect(await site.db.kysely.selectFrom('ttfd.website_users').selectAll().execute()).toEqual([])
    expect(alertIn((await browser.get('/forgot')).text)).toContain('не умеет отправлять')
  })

  test('OPEN_REGISTRATION opens it; an address that nothing has proven is no identity and makes no account', async () => {
    const site = await startAuthSite(await freshDatabase('postgres'), { openRegistration: true })
    const browser = site.browser()
    expect((await register(browser)).location).toBe('/settings/sessions')
    expect((await browser.get('/settings/sessions')).text).toContain('Вход без прогресса')
    expect((await browser.get('/')).status).toBe(200)
    expect(await site.accounts()).toEqual([])
    const other = site.browser()
    expect(alertIn((await register(other, EMAIL, 'чужой пароль')).text)).toContain('уже есть вход')
    expect(other.session).toBeUndefined()
  })
})
