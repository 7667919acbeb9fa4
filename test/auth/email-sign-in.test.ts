import { describe, expect, test } from 'vitest'
import { sweepWebsite } from '../../src/core/website/sweep-website.js'
import { freshDatabase, KINDS } from '../support/databases.js'
import { alertIn } from './support/browser.js'
import {
  confirm,
  EMAIL,
  letter,
  linkIn,
  PASSWORD,
  register,
  reset,
  signIn,
  withMail,
} from './support/email.js'
import { startAuthSite } from './support/site.js'

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
    expect(landed.location).toBe('/profile')
    expect((await signIn(browser)).location).toBe('/profile')
    expect(await browser.account()).toBe(account?.id)
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
    expect((await signIn(phone, 'совсем другой пароль')).location).toBe('/profile')
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
    expect(entered.location).toBe('/profile')
    expect(await owner.account()).toBe(accounts[1]?.id)
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
    const again = site.browser()
    await signIn(again)
    const opened = await again.account()
    expect(opened).toEqual(expect.any(Number))
    expect(opened).not.toBe(account?.id)
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
