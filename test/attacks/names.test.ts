import { describe, expect, test } from 'vitest'
import { cleanName } from '../../src/core/accounts/clean-name.js'
import { startAuthSite } from '../auth/support/site.js'
import { sharedDatabase } from '../support/shared-database.js'
import { accountOf, setStage } from '../telegram/support.js'

/** A name is a claim: whatever door it comes in by, what is kept of it may be shown anywhere. */

const shared = sharedDatabase('postgres')

const HOSTILE: readonly (readonly [what: string, name: string])[] = [
  ['a megabyte', 'Ы'.repeat(1_000_000)],
  ['U+0000 and line ends', 'Ан\u0000я\r\nset-cookie: x'],
  ['lone surrogates', 'Ан\ud800я\udc00'],
  ['a text that runs backwards', 'user\u202egnp.exe'],
  ['a tower of marks', `Z${'\u0301'.repeat(5_000)}algo`],
  ['markup', '<script>alert(1)</script><img src=x>'],
  ['mentions and links', '@everyone <@&1> [x](https://e.vil)'],
  ['a formula', '=HYPERLINK("http://e.vil")'],
  ['SQL', "'; drop table unified_users; --"],
]

/** What may be kept: it is cut, and cutting it again changes nothing. */
function expectClean(stored: string | undefined, about: string): void {
  expect(stored, about).toBeDefined()
  expect(cleanName(stored), about).toBe(stored)
  expect([...(stored ?? '')].length, about).toBeLessThanOrEqual(128)
}

let serial = 0

describe('a hostile name', () => {
  test('comes in cut by the bots’ door, when it is first seen and when it changes, and is text on every page', async () => {
    const site = await startAuthSite(shared.db)
    const visitor = site.browser()
    for (const [what, name] of HOSTILE) {
      for (const platform of ['telegram', 'discord'] as const) {
        const id = String((platform === 'telegram' ? 8_800_000 : 880_000_000_000_000_000) + ++serial * 1_000)
        const account = await site.give(platform, id, name, 10)
        const stored = async () => (await site.accounts()).find((one) => one.id === account)?.display_name
        expectClean(await stored(), `${platform} ${what}`)
        await site.give(platform, id, `${name}2`, 10)
        expectClean(await stored(), `${platform} ${what} again`)
        const page = await visitor.get(`/u/${account}`)
        expect(page.status, what).toBe(200)
        expect(page.text, what).not.toMatch(/<script>alert|<img src=x>|\u202e/)
        expect(page.text.length, what).toBeLessThan(100_000)
      }
    }
    expect(site.logged).toEqual([])
  })

  test('comes in cut from Telegram, whose bot goes on', async () => {
    const { sandbox, db, logs } = await setStage({ db: shared.db })
    for (const [what, name] of HOSTILE) {
      const id = 8_700_000 + ++serial
      const person = sandbox.control.addPerson({ id, firstName: name, languageCode: 'ru' })
      const hello = await person.ask('/start')
      expectClean((await accountOf(db, id))?.display_name, what)
      expect(hello.link_preview_options, what).toEqual({ is_disabled: true })
      expect(hello.text?.length, what).toBeLessThan(2_000)
    }
    expect(logs.filter((line) => line.level === 'error')).toEqual([])
  })

  test('comes in cut from Discord’s sign-in', async () => {
    const site = await startAuthSite(shared.db)
    for (const [what, name] of HOSTILE) {
      const key = `hostile-${++serial}`
      site.discord.control.addPerson({ key, username: key, globalName: name })
      const browser = site.browser()
      expect((await site.signIn(browser, key)).location, what).toBe('/profile')
      const account = await browser.account()
      expectClean((await site.accounts()).find((one) => one.id === account)?.display_name, what)
      expect((await browser.get('/profile')).text, what).not.toMatch(/<script>alert|<img src=x>|\u202e/)
    }
    expect(site.logged).toEqual([])
  })

  test('comes in cut by the forms, or not at all', async () => {
    const site = await startAuthSite(shared.db, { openRegistration: true })
    const member = site.browser()
    await site.signIn(member, 'kate')
    for (const [what, name] of HOSTILE) {
      const before = await site.accounts()
      const stranger = site.browser()
      const email = `name${++serial}@example.org`
      const fields = { name, email, password: 'correct horse battery' }
      // A megabyte is refused while it comes in; the server may hang up.
      await stranger.submit('/register', '/register', fields).catch(() => null)
      await member.submit('/settings', '/settings/name', { name }).catch(() => null)
      const users = await site.db.kysely.selectFrom('ttfd.website_users').select('name').execute()
      for (const user of users) expect(user.name.length, what).toBeLessThanOrEqual(256)
      for (const one of await site.accounts()) expectClean(one.display_name, what)
      expect((await site.accounts()).length, what).toBeGreaterThanOrEqual(before.length)
    }
    expect(site.logged).toEqual([])
  })
})
