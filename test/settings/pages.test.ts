import { describe, expect, test } from 'vitest'
import { ensureAccount } from '../../src/core/accounts/ensure-account.js'
import { readSettings } from '../../src/core/accounts/settings.js'
import { readBoard } from '../../src/core/boards/board.js'
import { readTop } from '../../src/core/boards/tops.js'
import { alertIn } from '../auth/support/browser.js'
import { RULES } from '../support/rules.js'
import { settingsSite } from './support.js'

const set = (site: Awaited<ReturnType<typeof settingsSite>>, what: string, fields: Record<string, string>) =>
  site.mira.submit('/settings', `/settings/${what}`, fields)
const said = async (site: Awaited<ReturnType<typeof settingsSite>>, location: string | null) =>
  alertIn((await site.mira.get(location ?? '')).text)

describe('the name', () => {
  test('once chosen is not replaced by what a platform says', async () => {
    const site = await settingsSite()
    const done = await set(site, 'name', { name: '  Мира\u202e из  бездны ' })
    expect(done).toMatchObject({ status: 303, location: '/settings?done=name' })
    expect(await said(site, done.location)).toContain('Имя сохранено')
    const facts = { username: 'mira', displayName: 'Как в Discord', claimed: true }
    const identity = { platform: 'discord', id: site.discordId('mira') } as const
    const context = { now: new Date(), newId: site.newId, timeZone: RULES.timeZone }
    await ensureAccount(site.db, identity, facts, context)
    expect(await site.accounts()).toMatchObject([{ display_name: 'Мира из бездны' }])
    expect((await site.mira.get('/settings')).text).toContain('value="Мира из бездны"')
  })

  test('of nothing visible is refused; one of a thousand letters is cut; a huge one does not come in', async () => {
    const site = await settingsSite()
    expect((await set(site, 'name', { name: '\u200b\u2060 ' })).location).toBe('/settings?bad=name')
    expect((await set(site, 'name', { name: 'я'.repeat(1_000) })).location).toBe('/settings?done=name')
    expect((await site.accounts())[0]?.display_name).toBe('я'.repeat(32))
    expect((await set(site, 'name', { name: 'x'.repeat(5_000) })).status).toBe(403)
    expect((await set(site, 'name', { name: 'a\u0000b' })).status).toBe(403)
    for (const evil of [
      '<script>alert(1)</script>',
      'x\r\nSet-Cookie: a=b',
      "'; drop table unified_users; --",
    ]) {
      const answer = await set(site, 'name', { name: evil })
      expect(answer.headers.get('set-cookie') ?? '').not.toContain('a=b')
      expect((await site.mira.get('/settings')).text).not.toContain('<script>alert')
    }
    expect(await site.accounts()).toHaveLength(1)
    // A megabyte: the connection may be closed before all of it is sent.
    const huge = await set(site, 'name', { name: 'x'.repeat(1_000_000) }).catch(() => null)
    expect([413, undefined]).toContain(huge?.status)
  })
})

test('language holds for the site and the bots', async () => {
  const site = await settingsSite()
  await set(site, 'language', { locale: 'en' })
  expect(site.mira.cookies.get('lang')).toBe('en')
  expect((await site.mira.get('/settings')).text).toContain('<h1>Settings</h1>')
  expect((await readSettings(site.db.kysely, site.account)).locale).toBe('en')
  expect((await set(site, 'language', { locale: 'de' })).location).toBe('/settings?bad=choice')
})

test('notices are chosen by platform, quiet hours by the hour', async () => {
  const site = await settingsSite()
  const page = (await site.mira.get('/settings')).text
  expect(page).toMatch(/name="discord"[^>]* checked/)
  expect(page).not.toContain('name="telegram"')
  await set(site, 'notices', { discord: 'on', quiet_from: '22', quiet_to: '7' })
  expect(await readSettings(site.db.kysely, site.account)).toMatchObject({
    notices: true,
    notices_telegram: false,
    notices_discord: true,
    quiet_from: 22,
    quiet_to: 7,
  })
  await set(site, 'notices', { quiet_from: '23', quiet_to: '9' })
  expect(await readSettings(site.db.kysely, site.account)).toMatchObject({
    notices: false,
    quiet_from: null,
  })
  for (const quiet_from of ['24', '-1', '1e1', '', '1 or 1']) {
    expect((await set(site, 'notices', { quiet_from, quiet_to: '7' })).location).toBe('/settings?bad=choice')
  }
})

test('a picture is one of those that are offered', async () => {
  const site = await settingsSite()
  expect((await set(site, 'avatar', { source: 'telegram' })).location).toBe('/settings?bad=avatar')
  expect((await set(site, 'avatar', { source: 'generated' })).location).toBe('/settings?done=avatar')
  expect((await readSettings(site.db.kysely, site.account)).avatar_source).toBe('generated')
})

test('a private profile is gone for others at once: page, boards, live stream; not for its owner', async () => {
  const site = await settingsSite()
  await site.give('discord', site.discordId('mira'), 'Мира', 900)
  const stranger = site.browser()
  const paths = [`/u/${site.account}`, `/live/u/${site.account}`]
  const before = await Promise.all(paths.map((path) => stranger.get(path.replace('/live', ''))))
  expect(before.map((page) => page.status)).toEqual([200, 200])
  const done = await set(site, 'privacy', { private: 'on' })
  expect(done.location).toBe('/settings?done=private_on')
  for (const path of [...paths, `/u/${site.account}/card.png`, `/u/${site.account}/avatar`]) {
    const [hidden, nobody] = await Promise.all([
      stranger.get(path),
      stranger.get(path.replace(String(site.account), '99999')),
    ])
    expect([path, hidden.status]).toEqual([path, nobody.status])
    expect(hidden.status).toBe(404)
    expect(hidden.text.replaceAll(`/u/${site.account}`, '/u/N')).toBe(
      nobody.text.replaceAll('/u/99999', '/u/N'),
    )
  }
  const { kysely } = site.db
  expect((await readBoard(kysely, { limit: 10 })).entries).toEqual([])
  expect((await readTop(kysely, 'xp', 'day', { limit: 10 })).entries).toEqual([])
  expect((await site.mira.open(`/u/${site.account}`)).status).toBe(200)
  await set(site, 'privacy', { private: 'off' })
  expect((await stranger.get(`/u/${site.account}`)).status).toBe(200)
})
