import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { alertIn, formToken } from '../auth/support/browser.js'
import { EMAIL, letter, linkIn, PASSWORD, signIn } from '../auth/support/email.js'
import { settingsSite } from './support.js'

const NEW = 'совершенно новый пароль'
type Site = Awaited<ReturnType<typeof settingsSite>>
/** Somebody whom Discord gave no address. */
const without = () => settingsSite({ mail: true }, 'oleg')

/** Gives him an address of his own by a letter, as he would. */
async function addEmail(site: Site, email = EMAIL, n = 1): Promise<void> {
  const asked = await site.mira.submit('/settings/email', '/settings/email', { email })
  expect(asked).toMatchObject({ status: 303, location: '/settings/email/sent' })
  const done = await answer(site, linkIn(await letter(site, n)))
  expect(done).toMatchObject({ status: 303, location: '/settings?done=email' })
}
async function answer(site: Site, link: string, browser = site.mira) {
  const token = new URLSearchParams(link.split('?')[1]).get('token') ?? ''
  return browser.submit(link, '/settings/email/confirm', { token })
}
const told = async (site: Site) => {
  const { rows } = await sql<{ what: string; destination: string }>`
    select e.data ->> 'what' as what, d.destination from ttfd.deliveries d
      join cross_platform_events e on e.id = d.event_id where e.event_type = 'login_changed' order by d.id`.execute(
    site.db.kysely,
  )
  return rows
}
const emailOf = async (site: Site) =>
  (await site.accounts()).find(({ id }) => id === site.account)?.website_email

describe('the address', () => {
  test('is added by a letter, then a password is set for it, which opens this very account', async () => {
    const site = await without()
    expect((await site.mira.get('/settings/password')).text).toContain('Сначала нужна почта')
    await addEmail(site)
    expect(await emailOf(site)).toBe(EMAIL)
    const page = await site.mira.get('/settings/password')
    expect(page.text).not.toContain('name="current"')
    const set = await site.mira.submit('/settings/password', '/settings/password', { password: NEW })
    expect(set).toMatchObject({ status: 303, location: '/settings?done=password' })
    expect(await told(site)).toEqual([
      { what: 'email', destination: 'discord_account' },
      { what: 'password', destination: 'discord_account' },
      { what: 'password', destination: 'website_mail' },
    ])
    expect((await letter(site, 2)).subject).toContain('Пароль')
    const phone = site.browser()
    expect((await signIn(phone, NEW)).location).toBe('/profile')
    expect((await site.accounts()).length).toBe(1)
  })

  test('changes when the letter to the new one is answered; the old one is told and leaves with its marks', async () => {
    const site = await without()
    await addEmail(site)
    await site.mira.submit('/settings/password', '/settings/password', { password: NEW })
    const phone = site.browser()
    await signIn(phone, NEW)
    await addEmail(site, 'new@example.org', 3)
    expect(await emailOf(site)).toBe('new@example.org')
    const news = await letter(site, 4)
    expect(news.to).toEqual([EMAIL])
    expect(news.text).toContain('n***@example.org')
    expect((await phone.get('/settings')).location, 'other sessions end').toContain('/login')
    expect((await site.mira.get('/settings')).status).toBe(200)
    const rows = await site.db.kysely
      .selectFrom('ttfd.identities')
      .select(['platform_id', 'account_id'])
      .where('platform', '=', 'website')
      .orderBy('platform_id')
      .execute()
    expect(rows).toEqual([
      { platform_id: 'new@example.org', account_id: site.account },
      { platform_id: EMAIL, account_id: null },
    ])
    const desk = site.browser()
    expect((await signIn(desk, NEW, 'new@example.org')).location).toBe('/profile')
    expect(alertIn((await signIn(site.browser(), NEW)).text)).toContain('не совпали')
  })

  test('nothing changes before the answer, in another account, twice, or after an hour', async () => {
    const site = await without()
    await site.mira.submit('/settings/email', '/settings/email', { email: EMAIL })
    const link = linkIn(await letter(site, 1))
    expect(await emailOf(site)).toBeNull()
    const max = site.browser()
    await site.signIn(max, 'max')
    expect((await max.get(link)).text).toContain('Ссылка не действует')
    expect(alertIn((await answer(site, link, max)).text)).toContain('Ссылка не действует')
    expect((await site.browser().get(link)).location).toMatch(/^\/login\?next=%2Fsettings%2Femail%2Fconfirm/)
    expect((await answer(site, link)).location).toBe('/settings?done=email')
    expect(alertIn((await answer(site, link)).text)).toContain('Ссылка не действует')

    const late = await without()
    await late.mira.submit('/settings/email', '/settings/email', { email: EMAIL })
    const old = linkIn(await letter(late, 1))
    late.wait(61)
    const again = late.browser()
    await late.signIn(again, 'oleg')
    await late.db.kysely
      .updateTable('ttfd.website_sessions')
      .set({ created_at: new Date(Date.now() + 61 * 60_000) })
      .execute()
    expect(alertIn((await answer(late, old, again)).text)).toContain('Ссылка не действует')
    expect(await emailOf(late)).toBeNull()
  })

  test('of another account answers alike, and its owner is told', async () => {
    const site = await without()
    await addEmail(site)
    const max = site.browser()
    await site.signIn(max, 'max')
    const free = await max.submit('/settings/email', '/settings/email', { email: 'free@example.org' })
    const taken = await max.submit('/settings/email', '/settings/email', { email: EMAIL })
    expect([taken.status, taken.location]).toEqual([free.status, free.location])
    expect((await letter(site, 3)).subject).toContain('уже есть')
    const open = await site.db.kysely.selectFrom('ttfd.email_changes').select('email').execute()
    expect(open, 'the wish before it is void, too').toEqual([])
  })

  test('that is none, or nobody’s, is refused, and no letter leaves', async () => {
    const site = await without()
    const wrong = [
      'bad',
      'evil@example.org\r\nBcc: all@example.org',
      '"a b"@example.org',
      '1@discord.invalid',
    ]
    for (const email of [
      ...wrong,
      'x@discord.user',
      `${'x'.repeat(250)}@example.org`,
      'a\u0000@example.org',
    ]) {
      const answer = await site.mira.submit('/settings/email', '/settings/email', { email })
      expect([email, answer.location]).toEqual([email, null])
    }
    expect(site.sink?.commands ?? []).toEqual([])
  })

  test('letters to one address are few, whoever asks', async () => {
    const site = await without()
    const ask = (email: string) => site.mira.submit('/settings/email', '/settings/email', { email })
    for (let n = 0; n < 2; n++) expect((await ask(EMAIL)).status).toBe(303)
    expect(alertIn((await ask(EMAIL)).text)).toContain('Подожди')
    expect(alertIn((await ask('other@example.org')).text), 'an account asks for few, too').toContain(
      'Подожди',
    )
  })
})

describe('the password', () => {
  async function withPassword() {
    const site = await without()
    await addEmail(site)
    await site.mira.submit('/settings/password', '/settings/password', { password: PASSWORD })
    return site
  }
  const change = (site: Site, current: string, password: string) =>
    site.mira.submit('/settings/password', '/settings/password', { current, password })

  test('changes for whoever knows the old one; other sessions and open letters end', async () => {
    const site = await withPassword()
    const phone = site.browser()
    await signIn(phone)
    await site.browser().submit('/forgot', '/forgot', { email: EMAIL })
    const open = await site.db.kysely.selectFrom('ttfd.website_verifications').select('id').execute()
    expect(open.length).toBeGreaterThan(0)
    expect(alertIn((await change(site, 'не тот пароль', NEW)).text)).toContain('не совпали')
    expect(alertIn((await change(site, PASSWORD, 'коротк')).text)).toContain('короткий')
    expect((await change(site, PASSWORD, NEW)).location).toBe('/settings?done=password')
    expect((await phone.get('/settings')).location).toContain('/login')
    expect((await site.mira.get('/settings')).status).toBe(200)
    const left = await site.db.kysely.selectFrom('ttfd.website_verifications').select('id').execute()
    expect(left).toEqual([])
    expect((await signIn(site.browser(), NEW)).location).toBe('/profile')
    expect(alertIn((await signIn(site.browser(), PASSWORD)).text)).toContain('не совпали')
  })

  test('is not guessed here either', async () => {
    const site = await withPassword()
    let wait = ''
    for (let n = 0; n < 12 && wait === ''; n++) {
      const said = alertIn((await change(site, `догадка номер ${n}`, NEW)).text)
      if (said.includes('Подожди')) wait = said
    }
    expect(wait).not.toBe('')
    expect(alertIn((await change(site, PASSWORD, NEW)).text)).toContain('Подожди')
  })

  test('changed twice at once is changed once', async () => {
    const site = await withPassword()
    const form = formToken((await site.mira.get('/settings/password')).text)
    const both = await Promise.all(
      ['первый новый пароль', 'второй новый пароль'].map((password) =>
        site.mira.post('/settings/password', { form, current: PASSWORD, password }),
      ),
    )
    expect(both.filter(({ status }) => status === 303)).toHaveLength(1)
  })
})
