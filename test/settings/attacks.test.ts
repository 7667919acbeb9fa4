import { describe, expect, test } from 'vitest'
import { formToken } from '../auth/support/browser.js'
import { accountOf, FORMS, FRESH, settingsSite } from './support.js'

/** Everything that these forms could have changed. */
async function stateOf(site: Awaited<ReturnType<typeof settingsSite>>) {
  const { kysely } = site.db
  return JSON.stringify([
    await kysely
      .selectFrom('unified_users')
      .select(['id', 'display_name', 'locale', 'website_email'])
      .orderBy('id')
      .execute(),
    await kysely
      .selectFrom('ttfd.account_settings')
      .select(['account_id', 'private', 'notices', 'display_name', 'quiet_from'])
      .execute(),
    await kysely.selectFrom('ttfd.deletions').select('account_id').execute(),
    await kysely.selectFrom('ttfd.email_changes').select('email').execute(),
    await kysely.selectFrom('ttfd.website_logins').select(['id', 'password']).orderBy('id').execute(),
  ])
}

describe('every form of the settings', () => {
  test('from another site, without its token, with another’s token or as something else changes nothing', async () => {
    const site = await settingsSite({ mail: true })
    const max = site.browser()
    await site.signIn(max, 'max')
    const before = await stateOf(site)
    const own = formToken((await site.mira.get('/settings')).text)
    const foreign = formToken((await max.get('/settings')).text)
    for (const [path, fields] of FORMS) {
      const answers = [
        await site.mira.post(path, { form: own, ...fields }, { origin: 'https://evil.example' }),
        await site.mira.post(path, { form: own, ...fields }, { 'sec-fetch-site': 'cross-site' }),
        await site.mira.post(path, fields),
        await site.mira.post(path, { form: foreign, ...fields }),
        await site.mira.request(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: site.origin },
          body: JSON.stringify({ form: own, ...fields }),
        }),
      ]
      expect([path, ...answers.map(({ status }) => status)]).toEqual([path, 403, 403, 403, 403, 403])
      expect((await site.mira.get(path)).status, path).not.toBe(500)
    }
    expect(await stateOf(site)).toBe(before)
    expect(site.mira.session).toBeDefined()
  })

  test('of a stranger leads to the sign-in page', async () => {
    const site = await settingsSite()
    const stranger = site.browser()
    const before = await stateOf(site)
    for (const [path, fields] of FORMS) {
      const form = formToken((await stranger.get('/login')).text)
      const answer = await stranger.post(path, { form, ...fields })
      expect([path, answer.status]).toEqual([path, 303])
      expect(answer.location).toMatch(/^\/login\?next=/)
    }
    for (const path of [
      '/settings',
      '/settings/password',
      '/settings/email',
      '/settings/data',
      '/settings/data/delete',
    ]) {
      expect((await stranger.get(path)).location, path).toMatch(/^\/login\?next=/)
    }
    expect(await stateOf(site)).toBe(before)
  })

  test('acts on the session’s own account, whatever ids are sent along', async () => {
    const site = await settingsSite()
    const max = site.browser()
    await site.signIn(max, 'max')
    const victim = site.account
    const ids = {
      account: String(victim),
      accountId: String(victim),
      id: String(victim),
      user: String(victim),
    }
    const own = await accountOf(site, 'max')
    await max.submit('/settings', `/settings/name?account=${victim}`, { name: 'Взломщик', ...ids })
    await max.submit('/settings', '/settings/privacy', { private: 'on', ...ids })
    const exported = await max.submit('/settings/data', `/settings/data/export?id=${victim}`, ids)
    const data = JSON.parse(exported.text)
    expect(data.account.id).toBe(own)
    expect(exported.text).not.toContain(site.discordId('mira'))
    const rows = await site.db.kysely
      .selectFrom('ttfd.account_settings')
      .select(['account_id', 'private'])
      .execute()
    expect(rows).toEqual([{ account_id: own, private: true }])
    expect((await site.accounts()).map((row) => row.display_name)).not.toContain(undefined)
    expect((await site.accounts()).find(({ id }) => id === victim)?.display_name).not.toBe('Взломщик')
  })
})

test('what opens or ends an account needs a sign-in at most 15 minutes old', async () => {
  const site = await settingsSite({ mail: true })
  const form = formToken((await site.mira.get('/settings')).text)
  site.wait(16)
  const before = await stateOf(site)
  for (const [path, fields] of FORMS.filter(([one]) => FRESH.includes(one))) {
    const answer = await site.mira.post(path, { form, ...fields })
    expect([path, answer.status]).toEqual([path, 303])
    expect(answer.location, path).toMatch(/^\/login\?next=.*again=1/)
  }
  for (const path of ['/settings/password', '/settings/email', '/settings/data/delete']) {
    expect((await site.mira.get(path)).location, path).toContain('again=1')
  }
  const page = (await site.mira.get('/settings/data')).text
  expect(page).toContain('свежий вход')
  expect(page).not.toContain('/settings/data/export"')
  expect(await stateOf(site)).toBe(before)
  // What is only a choice stays open.
  expect((await site.mira.submit('/settings', '/settings/name', { name: 'Мира' })).location).toBe(
    '/settings?done=name',
  )
})

test('an oversized body is refused before it is read', async () => {
  const site = await settingsSite()
  const form = formToken((await site.mira.get('/settings')).text)
  for (const [path] of FORMS) {
    const answer = await site.mira.post(path, { form, name: 'x'.repeat(70_000) })
    expect([path, answer.status]).toEqual([path, 413])
  }
})
