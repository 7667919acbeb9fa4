import { expect, test } from 'vitest'
import { unlinkIdentity } from '../../src/core/linking/unlink-identity.js'
import { readVisitor } from '../../src/core/website/sessions.js'
import { freshDatabase } from '../support/databases.js'
import { formToken } from './support/browser.js'
import { startAuthSite } from './support/site.js'

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
const start = async (options: Parameters<typeof startAuthSite>[1] = {}) =>
  startAuthSite(await freshDatabase('postgres'), options)

test('every session is listed by its device and how it was made; this one is named', async () => {
  const site = await start()
  const [desk, phone] = [site.browser(), site.browser(IPHONE)]
  await site.signIn(desk, 'mira')
  await site.signIn(phone, 'mira')
  const page = (await phone.get('/settings/sessions')).text
  const rows = page.match(/<li class="session">.*?<\/li>/gs) ?? []
  expect(rows).toHaveLength(2)
  expect(rows.filter((row) => row.includes('этот браузер'))).toEqual([expect.stringContaining('Safari, iOS')])
  expect(rows.filter((row) => row.includes('Завершить'))).toEqual([
    expect.stringContaining('Chrome, Windows'),
  ])
  for (const row of rows) expect(row).toContain('через Discord')
})

test('one is ended, then all others; this one stays', async () => {
  const site = await start()
  const [desk, phone, tablet] = [site.browser(), site.browser(IPHONE), site.browser()]
  for (const browser of [desk, phone, tablet]) await site.signIn(browser, 'mira')
  const page = (await desk.get('/settings/sessions')).text
  const row = (page.match(/<li class="session">.*?<\/li>/gs) ?? []).find((one) => one.includes('iOS')) ?? ''
  const session = /name="session" value="([^"]+)"/.exec(row)?.[1] ?? ''
  await desk.submit('/settings/sessions', '/settings/sessions/end', { session })
  expect((await phone.get('/settings/sessions')).location).toContain('/login')
  expect((await tablet.get('/settings/sessions')).status).toBe(200)
  const ended = await desk.submit('/settings/sessions', '/settings/sessions/end-others')
  expect((await desk.get(ended.location ?? '')).text).toContain('Завершён 1 другой вход')
  expect((await tablet.get('/settings/sessions')).location).toContain('/login')
  expect((await desk.get('/settings/sessions')).status).toBe(200)
})

test('nobody ends another’s session, and a stranger sees none', async () => {
  const site = await start()
  const [mira, max] = [site.browser(), site.browser()]
  await site.signIn(mira, 'mira')
  await site.signIn(max, 'max')
  const hers = (await site.sessions()).find(({ made_by }) => made_by === `discord:${site.discordId('mira')}`)
  await max.submit('/settings/sessions', '/settings/sessions/end', { session: hers?.id ?? '' })
  await max.submit('/settings/sessions', '/settings/sessions/end-others')
  expect((await mira.get('/settings/sessions')).status).toBe(200)
  const stranger = site.browser()
  expect((await stranger.get('/settings/sessions')).location).toBe('/login?next=/settings/sessions')
  const form = formToken((await stranger.get('/login')).text)
  expect((await stranger.post('/settings/sessions/end', { form, session: hers?.id ?? '' })).status).toBe(403)
  expect(await site.sessions()).toHaveLength(2)
})

test('sessions of all logins of one account are one list', async () => {
  const site = await start({ mail: true })
  const desk = site.browser()
  await site.signIn(desk, 'mira')
  const [account] = await site.accounts()
  // Another login that a link or a merge has led to the same account, through a tombstone.
  const old = await site.give('telegram', '9', 'Мира', 0)
  await site.db.kysely.deleteFrom('unified_users').where('id', '=', old).execute()
  await site.db.kysely
    .updateTable('ttfd.accounts')
    .set({ merged_into: account?.id ?? 0 })
    .where('id', '=', old)
    .execute()
  const now = new Date()
  await site.db.kysely
    .insertInto('ttfd.website_users')
    .values({ id: 'other', name: 'Мира', email: 'm@x.org', email_verified: false, image: null })
    .execute()
  await site.db.kysely
    .insertInto('ttfd.website_accounts')
    .values({ website_user_id: 'other', account_id: old })
    .execute()
  await site.db.kysely
    .insertInto('ttfd.website_sessions')
    .values({
      id: 's2',
      token: 't2',
      user_id: 'other',
      made_by: 'website:m@x.org',
      ip_address: null,
      user_agent: IPHONE,
      expires_at: new Date(now.getTime() + 60_000),
    })
    .execute()
  expect((await readVisitor(site.db.kysely, 's2', now))?.accountId).toBe(account?.id)
  expect((await desk.get('/settings/sessions')).text).toContain('Safari, iOS')
  await desk.submit('/settings/sessions', '/settings/sessions/end-others')
  expect(await site.sessions()).toHaveLength(1)
})

test('unlinking Discord ends what it opened at once; signing in with it later opens an account of its own', async () => {
  const site = await start()
  const browser = site.browser()
  await site.signIn(browser, 'mira')
  const [account] = await site.accounts()
  await site.db.kysely.updateTable('unified_users').set({ telegram_id: '7' }).execute()
  await site.db.kysely
    .insertInto('ttfd.identities')
    .values({
      platform: 'telegram',
      platform_id: '7',
      account_id: account?.id ?? 0,
      username: null,
      avatar: null,
      notices_day: null,
    })
    .execute()
  const unlinked = await unlinkIdentity(
    site.db,
    { actor: { platform: 'discord', id: site.discordId('mira') }, platform: 'discord' },
    { now: new Date(), newId: site.newId, admins: new Set() },
  )
  expect(unlinked.status).toBe('unlinked')
  expect(await site.sessions()).toEqual([])
  expect((await browser.get('/settings/sessions')).location).toContain('/login')
  const again = site.browser()
  await site.signIn(again, 'mira')
  const opened = await again.account()
  expect(opened).toEqual(expect.any(Number))
  expect(opened).not.toBe(account?.id)
  expect(await site.accounts()).toHaveLength(2)
})

test('a login that still leads to an account which its Discord id has left opens the id’s own', async () => {
  const site = await start()
  await site.signIn(site.browser(), 'mira')
  const [account] = await site.accounts()
  // An unlinking by a program that knew no logins.
  await site.db.kysely.updateTable('unified_users').set({ discord_id: null, telegram_id: '7' }).execute()
  await site.db.kysely
    .updateTable('ttfd.identities')
    .set({ account_id: null })
    .where('platform', '=', 'discord')
    .execute()
  const again = site.browser()
  await site.signIn(again, 'mira')
  const opened = await again.account()
  expect(opened).toEqual(expect.any(Number))
  expect(opened).not.toBe(account?.id)
})

test('a session is fresh for a quarter of an hour, and knows which identity made it', async () => {
  let now = Date.now()
  const site = await start({ now: () => new Date(now) })
  await site.signIn(site.browser(), 'mira')
  const [session] = await site.sessions()
  const visitor = async () => readVisitor(site.db.kysely, session?.id ?? '', site.now())
  expect(await visitor()).toMatchObject({
    fresh: true,
    maker: { by: 'discord', id: site.discordId('mira') },
  })
  now = (session?.created_at.getTime() ?? 0) + 15 * 60_000 + 1
  expect((await visitor())?.fresh).toBe(false)
})

test('the leaderboard shows the own row, the profile opens to its owner though it is hidden', async () => {
  const site = await start()
  const id = await site.give('discord', site.discordId('mira'), 'Мира', 40)
  const browser = site.browser()
  await site.signIn(browser, 'mira')
  const board = (await browser.get('/leaderboard')).text
  expect(board).toContain('Твоё место')
  expect(board).toContain(`data-own="${id}"`)
  expect((await site.browser().get('/leaderboard')).text).not.toContain('Твоё место')
  await site.db.kysely
    .insertInto('ttfd.account_settings')
    .values({ account_id: id, private: true, notice_place: null })
    .execute()
  expect((await browser.get(`/u/${id}`)).status).toBe(200)
  expect((await site.browser().get(`/u/${id}`)).status).toBe(404)
  expect((await browser.get('/leaderboard')).text).not.toContain('data-own=')
})

test('a page asked for by another loopback name is found where its cookies are', async () => {
  const site = await start()
  const { port } = new URL(site.origin)
  const answer = await fetch(`http://127.0.0.1:${port}/login?next=/leaderboard`, { redirect: 'manual' })
  expect(answer.headers.get('location')).toBe(`${site.origin}/login?next=/leaderboard`)
})
