import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { alertIn, type TestBrowser } from '../auth/support/browser.js'
import { EMAIL, letter } from '../auth/support/email.js'
import { settingsSite } from '../settings/support.js'

type Site = Awaited<ReturnType<typeof settingsSite>>
const DATA = '/settings/data'

const nameOf = async (site: Site) =>
  (await site.accounts()).find(({ id }) => id === site.account)?.display_name ?? ''
/** Both questions, as a person answers them. */
async function leave(site: Site, browser: TestBrowser = site.mira) {
  const name = await nameOf(site)
  const second = await browser.submit(`${DATA}/delete`, `${DATA}/delete`, { name })
  expect(second.text).toContain('Что исчезнет')
  return browser.submit(`${DATA}/delete`, `${DATA}/delete/confirm`, { name })
}
const isClosing = async (site: Site) =>
  (await site.db.kysely.selectFrom('ttfd.deletions').select('account_id').execute()).length > 0

describe('deleting the account', () => {
  test('takes the name and a second yes; then every session is over and strangers find nobody', async () => {
    const site = await settingsSite({ mail: true })
    await site.give('discord', site.discordId('mira'), 'Мира', 1234)
    const phone = site.browser()
    await site.signIn(phone, 'mira')
    for (const name of ['', 'не то', (await nameOf(site)).slice(1)]) {
      const wrong = await site.mira.submit(`${DATA}/delete`, `${DATA}/delete`, { name })
      expect(alertIn(wrong.text)).toContain('Имя не совпало')
      const skipped = await site.mira.submit(`${DATA}/delete`, `${DATA}/delete/confirm`, { name })
      expect(skipped.status).toBe(200)
    }
    expect(await isClosing(site)).toBe(false)

    const second = await site.mira.submit(`${DATA}/delete`, `${DATA}/delete`, {
      name: ` ${(await nameOf(site)).toUpperCase()} `,
    })
    expect(second.text).toMatch(/1\s234/)
    expect(await isClosing(site), 'the question alone changes nothing').toBe(false)

    const gone = await leave(site)
    expect(gone).toMatchObject({ status: 303, location: `${DATA}/goodbye` })
    expect((await site.mira.get(gone.location ?? '')).text).toContain('Аккаунт удаляется')
    expect(site.mira.session).toBeUndefined()
    expect((await phone.get('/settings')).location).toContain('/login')
    expect(await site.sessions()).toEqual([])
    const stranger = site.browser()
    for (const path of ['', '/card.png', '/avatar']) {
      expect((await stranger.get(`/u/${site.account}${path}`)).status).toBe(404)
    }
    const news = await letter(site, 1)
    expect([news.to, news.subject]).toEqual([['mira@example.org'], expect.stringContaining('удаляется')])
    const { rows } =
      await sql`select d.destination from ttfd.deliveries d join cross_platform_events e on e.id = d.event_id
      where e.event_type = 'deletion_asked' order by d.destination`.execute(site.db.kysely)
    expect(rows).toEqual([{ destination: 'discord_account' }, { destination: 'website_mail' }])
  })

  test('signing in leads to the way back from every page of one’s own; pressing it brings everything back', async () => {
    const site = await settingsSite({ mail: true })
    await leave(site)
    expect((await site.signIn(site.mira, 'mira')).location).toBe('/profile')
    for (const path of [
      '/profile',
      '/profile/statement',
      '/settings',
      '/settings/password',
      `/u/${site.account}`,
    ]) {
      expect((await site.mira.get(path)).location, path).toBe(DATA)
    }
    const page = await site.mira.get(DATA)
    expect(page.text).toContain('Оставить аккаунт')
    expect((await site.mira.get('/leaderboard')).text, 'a word on every other page').toContain('удаляется')
    const kept = await site.mira.submit(DATA, `${DATA}/keep`)
    expect(alertIn((await site.mira.get(kept.location ?? '')).text)).toContain('остался с тобой')
    expect(await isClosing(site)).toBe(false)
    expect((await site.mira.get('/profile')).status).toBe(200)
    expect((await site.browser().get(`/u/${site.account}`)).status).toBe(200)
    expect((await letter(site, 2)).subject).toContain('остаётся')
  })

  test('data can be taken along within the week', async () => {
    const site = await settingsSite()
    await leave(site)
    await site.signIn(site.mira, 'mira')
    const data = JSON.parse((await site.mira.submit(DATA, `${DATA}/export`)).text)
    expect(data.account.id).toBe(site.account)
    expect(data.deletion).toMatchObject({ askedBy: 'website' })
  })

  test('is not for admins here', async () => {
    const site = await settingsSite()
    const admin = await settingsSite({ admins: [`discord:${site.discordId('mira')}`] })
    const asked = await admin.mira.get(`${DATA}/delete`)
    expect(alertIn(asked.text)).toContain('командной строки')
    await admin.mira.submit(`${DATA}`, `${DATA}/delete/confirm`, { name: await nameOf(admin) })
    expect(await isClosing(admin)).toBe(false)
  })

  test('another member’s session keeps and deletes nobody else', async () => {
    const site = await settingsSite()
    await leave(site)
    const max = site.browser()
    await site.signIn(max, 'max')
    await max.submit(DATA, `${DATA}/keep`, { account: String(site.account) })
    expect(await isClosing(site)).toBe(true)
  })
})

describe('the export', () => {
  test('holds everything of the member and no secret, however long it is', async () => {
    const site = await settingsSite({ mail: true })
    await site.mira.submit('/settings/email', '/settings/email', { email: EMAIL })
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, dedupe_key)
      select ${site.account}, 'message_sent', 'discord', 'test:' || n from generate_series(1, 1200) as n`.execute(
      site.db.kysely,
    )
    const answer = await site.mira.submit(DATA, `${DATA}/export`)
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect(answer.headers.get('content-disposition')).toMatch(
      new RegExp(`^attachment; filename="ttfd-${site.account}-\\d{4}-\\d\\d-\\d\\d\\.json"$`),
    )
    expect(answer.headers.get('cache-control')).toContain('no-store')
    const data = JSON.parse(answer.text)
    expect(Object.keys(data)).toEqual([
      'format',
      'version',
      'exported_at',
      'account',
      'deletion',
      'settings',
      'identities',
      'achievements',
      'sessions',
      'restrictions',
      'merges',
      'imported',
      'events',
    ])
    const counted = await site.db.kysely
      .selectFrom('cross_platform_events')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('user_id', '=', site.account)
      .executeTakeFirstOrThrow()
    expect(data.events.length).toBe(Number(counted.n))
    expect(data.events.length).toBeGreaterThan(1_200)
    expect(data.sessions).toMatchObject([{ made_by: 'discord', device: { browser: 'Chrome' } }])
    const [session] = await site.sessions()
    const secrets = [session?.token, session?.id, 'token_hash', 'password', 'dedupe_key']
    for (const secret of secrets) expect(answer.text).not.toContain(secret)
  })
})
