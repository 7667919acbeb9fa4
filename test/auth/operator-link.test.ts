import { describe, expect, test } from 'vitest'
import { newsPhrases } from '../../src/core/linking/account-news.js'
import { issueOperatorLink } from '../../src/core/website/operator-link.js'
import { phraseText } from '../../src/platforms/discord/linking/link-words.js'
import { wordsOf } from '../../src/platforms/discord/render/words.js'
import { formToken } from './support/browser.js'
import { contextOf, enter, OWNER, start } from './support/links.js'
import type { AuthSite } from './support/site.js'

describe('a link from an operator', () => {
  const give = async (site: AuthSite, accountId: number, admins: string[] = []) =>
    issueOperatorLink(
      site.db,
      { accountId, operator: 'cli' },
      { ...contextOf(site), admins: new Set(admins) },
    )

  test('signs in once, says by whom, and tells every identity', async () => {
    const { site, account } = await start()
    const issued = await give(site, account)
    if (issued.status !== 'issued') throw new Error(issued.status)
    const path = `/login/link/${issued.token}`
    const browser = site.browser()
    expect((await browser.get(path)).text).toContain('Войти как В***р?')
    expect(browser.session).toBeUndefined()
    expect((await enter(browser, path)).location).toBe('/profile')
    expect(await browser.account()).toBe(account)
    expect((await site.sessions())[0]?.made_by).toBe(`operator:${account}`)
    expect((await site.browser().get(path)).status).toBe(404)
    const told = await site.db.kysely
      .selectFrom('ttfd.deliveries as d')
      .innerJoin('cross_platform_events as e', 'e.id', 'd.event_id')
      .select(['d.recipient_id', 'e.event_type'])
      .execute()
    expect(told).toEqual([{ recipient_id: OWNER, event_type: 'signed_in' }])
    const audit = await site.db.kysely
      .selectFrom('ttfd.audit_log')
      .select(['actor', 'act', 'account_id'])
      .execute()
    expect(audit).toEqual([{ actor: 'cli', act: 'signin_link_given', account_id: account }])
  })

  test('a letter tells it too, and Discord’s and Telegram’s words name the device', async () => {
    const { site, account } = await start('postgres', { mail: true })
    await site.db.kysely
      .updateTable('unified_users')
      .set({ website_email: 'v@example.org', locale: 'en' })
      .where('id', '=', account)
      .execute()
    const issued = await give(site, account)
    if (issued.status !== 'issued') throw new Error(issued.status)
    await enter(site.browser(), `/login/link/${issued.token}`)
    const letter = await site.sink?.letter(1)
    expect([letter?.to, letter?.subject]).toEqual([
      ['v@example.org'],
      expect.stringContaining('A sign-in at'),
    ])
    expect(letter?.text).toContain('Chrome, Windows')
    const data = { by: 'operator', browser: '[x](https://evil.example)', os: 'Windows' }
    const news = newsPhrases({ type: 'signed_in', data }, { on: 'discord', siteUrl: 'https://ttfd.example' })
    const link = { words: wordsOf('ru'), timeZone: 'UTC' }
    const words = news.map((phrase) => phraseText(link, phrase)).join('\n')
    expect(words).toContain('https://ttfd.example/settings/sessions')
    expect(words).toContain('по ссылке администратора')
    expect(words).not.toContain('](https://evil')
  })

  test('never into an admin’s account, also when he became one after it was given', async () => {
    const { site, account } = await start('postgres', { admins: [`telegram:${OWNER}`] })
    expect(await give(site, account, [`telegram:${OWNER}`])).toEqual({ status: 'admin_account' })
    const issued = await give(site, account)
    if (issued.status !== 'issued') throw new Error(issued.status)
    const browser = site.browser()
    const answered = await enter(browser, `/login/link/${issued.token}`)
    expect(answered.location).toBe('/login?problem=admin_link')
    expect(browser.session).toBeUndefined()
  })

  test('unknown accounts have none, and it is no link from the bot', async () => {
    const { site, account } = await start()
    expect(await give(site, 999_999)).toEqual({ status: 'unknown_account' })
    const issued = await give(site, account)
    if (issued.status !== 'issued') throw new Error(issued.status)
    expect((await site.browser().get(`/login/tg/${issued.token}`)).status).toBe(404)
    const browser = site.browser()
    const form = formToken((await browser.get('/login')).text)
    await browser.post(`/login/tg/${issued.token}/enter`, { form })
    expect(browser.session).toBeUndefined()
  })
})
