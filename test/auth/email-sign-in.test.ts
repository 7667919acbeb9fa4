import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sweepWebsite } from '../../src/core/website/sweep-website.js'
import { freshDatabase, KINDS } from '../support/databases.js'
import { alertIn, type TestBrowser } from './support/browser.js'
import { type AuthSite, startAuthSite } from './support/site.js'
import type { SunkLetter } from './support/smtp-sink.js'

const EMAIL = 'nina@example.org'
const PASSWORD = 'семь длинных слов'

const linkIn = (letter: SunkLetter) => {
  const url = new URL(/https?:\/\/\S+/.exec(letter.text)?.[0] ?? '')
  return url.pathname + url.search
}
const register = (browser: TestBrowser, email = EMAIL, password = PASSWORD) =>
  browser.submit('/register', '/register', { name: 'Нина', email, password })
const signIn = (browser: TestBrowser, password = PASSWORD, email = EMAIL) =>
  browser.submit('/login', '/login', { email, password })
/** Opens a letter's link and sends the form behind it. */
async function confirm(browser: TestBrowser, letter: SunkLetter, password = PASSWORD) {
  const path = linkIn(letter)
  const token = new URLSearchParams(path.split('?')[1]).get('token') ?? ''
  return browser.submit(path, '/auth/verify-email', { token, password })
}
async function reset(browser: TestBrowser, letter: SunkLetter, password: string) {
  const to = (await browser.get(linkIn(letter))).location ?? ''
  const token = new URLSearchParams(to.split('?')[1]).get('token') ?? ''
  return browser.submit(to, '/reset', { token, password })
}
const withMail = async (kind: 'postgres' | 'embedded' = 'postgres') =>
  startAuthSite(await freshDatabase(kind), { mail: true })
const letter = (site: AuthSite, n: number) => site.sink?.letter(n) ?? Promise.reject(new Error('no mail'))

describe.each(KINDS)('an address and a password on %s', (kind) => {
  test('registered, proven by the letter, then open', async () => {
    const site = await withMail(kind)
    const browser = site.browser()
    expect((await register(browser)).text).toContain('Проверь почту')
    expect(await site.accounts()).toEqual([])
    expect(alertIn((await signIn(browser)).text)).toContain('не подтверждена')

    const first = await letter(site, 1)
    expect(first.to).toEqual([EMAIL])
    const landed = await confirm(site.browser(), first)
    const [account] = await site.accounts()
    expect(account).toMatchObject({ website_email: EMAIL, display_name: 'Нина', discord_id: null })
    expect(landed.location).toBe(`/u/${account?.id}`)
    expect((await signIn(browser)).location).toBe(`/u/${account?.id}`)
    expect((await site.sessions()).map(({ made_by }) => made_by)).toEqual(Array(2).fill(`website:${EMAIL}`))
  })

  test('a forgotten password is set anew by the letter; every other session ends', async () => {
    const site = await withMail(kind)
    const [browser, thief, phone] = [site.browser(), site.browser(), site.browser()]
    await register(browser)
    await confirm(browser, await letter(site, 1))
    await signIn(thief)
    expect((await phone.submit('/forgot', '/forgot', { email: EMAIL })).text).toContain('Проверь почту')
    const mail = await letter(site, 2)
    expect((await reset(phone, mail, 'совсем другой пароль')).location).toBe('/login?good=password_set')
    expect(await site.sessions()).toEqual([])
    expect((await thief.get('/settings/sessions')).location).toContain('/login')
    expect(alertIn((await signIn(site.browser())).text)).toContain('не совпали')
    expect((await signIn(phone, 'совсем другой пароль')).location).toMatch(/^\/u\//)
    // The letter works once.
    expect(alertIn((await reset(phone, mail, 'и ещё один пароль')).text)).toContain('использована')
    const told = await site.db.kysely
      .selectFrom('cross_platform_events')
      .select('data')
      .where('event_type', '=', 'login_changed')
      .execute()
    expect(told).toEqual([{ data: { what: 'password' } }])
    expect((await letter(site, 3)).subject).toContain('изменён')
  })

  test('a login without any way in is swept, so that its address is free again', async () => {
    const site = await withMail(kind)
    await site.db.kysely
      .insertInto('ttfd.website_users')
      .values({
        id: 'half',
        name: 'Half',
        email: EMAIL,
        email_verified: false,
        image: null,
        created_at: new Date(Date.now() - 3_600_000),
      })
      .execute()
    await sweepWebsite(site.db, new Date())
    await register(site.browser())
    expect((await letter(site, 1)).subject).toContain('Подтверди почту')
  })
})

describe('an address that somebody else registered first', () => {
  test('the letter alone proves nothing: its password is asked for, and a scanner’s look uses nothing up', async () => {
    const site = await withMail()
    const squatter = site.browser()
    await register(squatter, EMAIL, 'пароль захватчика')
    const mail = await letter(site, 1)
    const scanner = site.browser()
    for (let n = 0; n < 3; n++) await scanner.get(linkIn(mail))
    const owner = site.browser()
    expect(alertIn((await confirm(owner, mail, 'мой пароль')).text)).toContain('не совпали')
    expect(alertIn((await signIn(squatter, 'пароль захватчика')).text)).toContain('не подтверждена')
    expect(await site.accounts()).toEqual([])
  })

  test('its owner gets it by the letter; the squatter’s password and sessions are gone', async () => {
    const db = await freshDatabase('postgres')
    const open = await startAuthSite(db, { openRegistration: true })
    const squatter = open.browser()
    await register(squatter, EMAIL, 'пароль захватчика')
    expect(squatter.session).toBeDefined()
    // He links the login to his own account before the owner comes.
    const his = await open.give('telegram', '66', 'Захватчик', 10)
    const [user] = await db.kysely.selectFrom('ttfd.website_users').select('id').execute()
    await db.kysely
      .insertInto('ttfd.website_accounts')
      .values({ website_user_id: user?.id ?? '', account_id: his })
      .execute()

    const site = await startAuthSite(db, { mail: true })
    const owner = site.browser()
    // Registering tells the owner nothing that a stranger would not be told.
    const answer = await register(owner)
    expect(answer.text).toContain('Проверь почту')
    expect((await letter(site, 1)).text).toContain('уже есть')
    await owner.submit('/forgot', '/forgot', { email: EMAIL })
    // Two letters to one address within seconds: the second waits.
    expect(site.sink?.letters).toHaveLength(1)
    await db.kysely.deleteFrom('ttfd.sign_in_tries').execute()
    await owner.submit('/forgot', '/forgot', { email: EMAIL })
    await reset(owner, await letter(site, 2), PASSWORD)
    const entered = await signIn(owner)
    const accounts = await site.accounts()
    expect(accounts.map(({ id, website_email }) => [id, website_email])).toEqual([
      [his, null],
      [expect.any(Number), EMAIL],
    ])
    expect(entered.location).toBe(`/u/${accounts[1]?.id}`)
    expect((await squatter.get('/settings/sessions')).location).toContain('/login')
    expect(alertIn((await signIn(squatter, 'пароль захватчика')).text)).toContain('не совпали')
  })

  test('an address that left an account does not bring its login back to it', async () => {
    const site = await withMail()
    const browser = site.browser()
    await register(browser)
    await confirm(browser, await letter(site, 1))
    const [account] = await site.accounts()
    // What unlinking does.
    await site.db.kysely
      .updateTable('unified_users')
      .set({ website_email: null, discord_id: '42', primary_platform: 'discord' })
      .execute()
    await site.db.kysely.updateTable('ttfd.identities').set({ account_id: null }).execute()
    expect((await browser.get('/settings/sessions')).location).toContain('/login')
    const again = await signIn(site.browser())
    expect(again.location).toMatch(/^\/u\/\d+$/)
    expect(again.location).not.toBe(`/u/${account?.id}`)
  })
})

describe('what a stranger learns', () => {
  test('nothing of whether an address has a login', async () => {
    const site = await withMail()
    const browser = site.browser()
    await register(browser)
    await confirm(browser, await letter(site, 1))
    const strip = (html: string) => html.replaceAll(/name="form" value="[^"]+"/g, '').replaceAll(/v=\w+/g, '')
    const known = await register(site.browser())
    const unknown = await register(site.browser(), 'other@example.org')
    expect(strip(known.text)).toBe(strip(unknown.text))
    await site.db.kysely.deleteFrom('ttfd.sign_in_tries').execute()
    const forgot = (email: string) => site.browser().submit('/forgot', '/forgot', { email })
    expect(strip((await forgot(EMAIL)).text)).toBe(strip((await forgot('nobody@example.org')).text))
    const wrong = await signIn(site.browser(), 'неверный пароль')
    const nobody = await signIn(site.browser(), 'неверный пароль', 'nina@example.net')
    expect(strip(wrong.text).replaceAll('example.org', '')).toBe(
      strip(nobody.text).replaceAll('example.net', ''),
    )
  })

  test('reserved addresses are refused at every door', async () => {
    const site = await withMail()
    for (const email of ['1@discord.invalid', '2@telegram.invalid', '3@DISCORD.user', '4@x.invalid']) {
      expect(alertIn((await register(site.browser(), email)).text), email).toContain('нельзя получить письмо')
    }
    // A platform's login has a stand-in address, and no password ever fits it.
    await site.signIn(site.browser(), 'mira')
    const standIn = `${site.discordId('mira')}@discord.invalid`
    expect(alertIn((await signIn(site.browser(), PASSWORD, standIn)).text)).toContain('не совпали')
    await site.browser().submit('/forgot', '/forgot', { email: standIn })
    await register(site.browser())
    expect((await letter(site, 1)).to).toEqual([EMAIL])
  })

  test.each([
    ['a short password', { password: 'коротко' }, 'хотя бы 8'],
    ['an endless password', { password: 'x'.repeat(129) }, 'Хватит и 128'],
    ['no name', { name: '\u200b\u202e ' }, 'хотя бы из одной буквы'],
    ['no address', { email: 'nina' }, 'не похоже на адрес'],
    ['two addresses', { email: 'a@b.org,c@d.org' }, 'не похоже на адрес'],
    ['a header in the address', { email: 'a@b.org\r\nBcc: x@y.org' }, 'не похоже на адрес'],
  ])('%s is refused with its reason', async (_name, change, words) => {
    const site = await withMail()
    const fields = { name: 'Нина', email: EMAIL, password: PASSWORD, ...change }
    const answer = await site.browser().submit('/register', '/register', fields)
    expect(alertIn(answer.text)).toContain(words)
  })

  test('fields that a form does not have set nothing', async () => {
    const site = await withMail()
    const fields = {
      name: 'Нина',
      email: EMAIL,
      password: PASSWORD,
      emailVerified: 'true',
      id: 'mine',
      role: 'admin',
    }
    await site.browser().submit('/register', '/register', fields)
    const users = await site.db.kysely.selectFrom('ttfd.website_users').selectAll().execute()
    expect(users).toMatchObject([{ email: EMAIL, email_verified: false }])
    expect(users[0]?.id).not.toBe('mine')
  })
})

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
    expect((await signIn(home)).location).toMatch(/^\/u\//)
    now += 15 * 60_000
    expect((await signIn(site.browser())).location).toMatch(/^\/u\//)
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
    expect(landed.location).toMatch(/^\/u\//)
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
