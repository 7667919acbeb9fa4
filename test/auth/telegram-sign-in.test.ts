import { describe, expect, test } from 'vitest'
import { issueTelegramLink, takeUpLink } from '../../src/core/website/telegram-sign-in.js'
import { KINDS } from '../support/databases.js'
import { alertIn, formToken } from './support/browser.js'
import {
  answer,
  contextOf,
  enter,
  FIREFOX,
  linkFor,
  numberOn,
  OWNER,
  question,
  start,
} from './support/links.js'

describe.each(KINDS)('a link from the bot on %s', (kind) => {
  test('opened, asked about in the chat, answered with the page’s number, then entered', async () => {
    const { site, account } = await start(kind)
    const path = await linkFor(site)
    const browser = site.browser()
    const page = await browser.get(path)
    expect(page.text).toContain('Войти как В***р?')
    const number = numberOn(page.text)
    expect(await question(site)).toBeNull()

    await browser.submit(path, path)
    expect(browser.session).toBeUndefined()
    const asked = await question(site)
    expect(asked?.device).toEqual({ browser: 'Chrome', os: 'Windows' })
    expect(asked?.choices).toHaveLength(3)
    expect(asked?.choices).toContain(number)
    expect(numberOn((await browser.get(path)).text)).toBe(number)
    expect((await enter(browser, path)).location).toBe(path)

    expect(await answer(site, asked?.linkId ?? '', number)).toEqual({ status: 'approved' })
    expect((await enter(browser, path)).location).toBe('/profile')
    expect(await browser.account()).toBe(account)
    const [session] = await site.sessions()
    expect(session).toMatchObject({ made_by: `telegram:${OWNER}`, ip_address: null })
    expect((await browser.get('/settings/sessions')).text).toContain('из Telegram')
    const told = await site.db.kysely
      .selectFrom('cross_platform_events')
      .select('data')
      .where('event_type', '=', 'signed_in')
      .execute()
    expect(told).toEqual([{ data: { by: 'telegram', browser: 'Chrome', os: 'Windows' } }])
    expect(site.logged).toEqual([])
  })
})

describe('a link from the bot', () => {
  test('a preview of the chat uses nothing up', async () => {
    const { site } = await start()
    const path = await linkFor(site)
    for (let n = 0; n < 5; n++)
      expect((await site.browser('TelegramBot (like TwitterBot)').get(path)).status).toBe(200)
    const browser = site.browser()
    await browser.submit(path, path)
    const asked = await question(site)
    await answer(site, asked?.linkId ?? '', numberOn((await browser.get(path)).text))
    expect((await enter(browser, path)).location).toBe('/profile')
  })

  test('forwarded: the thief’s browser is named in the chat, and *Not me* ends every link', async () => {
    const { site } = await start()
    const path = await linkFor(site)
    const [owner, thief] = [site.browser(), site.browser(FIREFOX)]
    await owner.get(path)
    await thief.submit(path, path)
    const asked = await question(site)
    expect(asked?.device).toEqual({ browser: 'Firefox', os: 'Linux' })
    const stolen = numberOn((await thief.get(path)).text)
    expect(asked?.choices).toContain(stolen)
    expect((await owner.get(path)).text).toContain('Firefox, Linux')
    // Pressing it too changes nothing: the browser that was asked about stays the one.
    await owner.post(path, { form: formToken((await owner.get('/login')).text) })
    expect((await question(site))?.device.browser).toBe('Firefox')
    expect(await answer(site, asked?.linkId ?? '', 'not_me')).toEqual({ status: 'refused' })
    expect((await enter(thief, path)).location).toBe(path)
    expect(thief.session).toBeUndefined()
    expect(alertIn((await thief.get(path)).text)).toContain('Это не я')
    expect(await site.sessions()).toEqual([])
  })

  test('a thief who has the link cannot enter after the owner’s own yes', async () => {
    const { site } = await start()
    const path = await linkFor(site)
    const [owner, thief] = [site.browser(), site.browser(FIREFOX)]
    await owner.submit(path, path)
    const asked = await question(site)
    await answer(site, asked?.linkId ?? '', numberOn((await owner.get(path)).text))
    await thief.get(path)
    const form = formToken((await thief.get('/login')).text)
    expect((await thief.post(`${path}/enter`, { form })).location).toBe(path)
    expect(thief.session).toBeUndefined()
    expect((await enter(owner, path)).location).toBe('/profile')
  })

  test('a wrong number burns it', async () => {
    const { site } = await start()
    const path = await linkFor(site)
    const browser = site.browser()
    await browser.submit(path, path)
    const asked = await question(site)
    const wrong = asked?.choices.find((one) => one !== asked.choices[0]) ?? 0
    const shown = numberOn((await browser.get(path)).text)
    const pressed = wrong === shown ? (asked?.choices[0] ?? 0) : wrong
    expect(await answer(site, asked?.linkId ?? '', pressed)).toEqual({ status: 'wrong_number' })
    expect(await answer(site, asked?.linkId ?? '', shown)).toEqual({ status: 'over' })
    await enter(browser, path)
    expect(browser.session).toBeUndefined()
    expect(alertIn((await browser.get(path)).text)).toContain('другое число')
  })

  test('nobody else answers for its owner', async () => {
    const { site } = await start()
    await site.give('telegram', '666', 'Чужой', 5)
    const path = await linkFor(site)
    const browser = site.browser()
    await browser.submit(path, path)
    const asked = await question(site)
    const number = numberOn((await browser.get(path)).text)
    expect(await answer(site, asked?.linkId ?? '', number, '666')).toEqual({ status: 'over' })
    expect(await answer(site, asked?.linkId ?? '', 'not_me', '666')).toEqual({ status: 'over' })
    expect(await answer(site, asked?.linkId ?? '', number)).toEqual({ status: 'approved' })
  })

  test('a new link kills the old, and five minutes kill any', async () => {
    let now = Date.now()
    const { site } = await start('postgres', { now: () => new Date(now) })
    const old = await linkFor(site)
    const path = await linkFor(site)
    expect((await site.browser().get(old)).status).toBe(404)
    const browser = site.browser()
    await browser.submit(path, path)
    const asked = await question(site)
    const number = numberOn((await browser.get(path)).text)
    now += 5 * 60_000 + 1
    expect(await answer(site, asked?.linkId ?? '', number)).toEqual({ status: 'over' })
    expect(alertIn((await browser.get(path)).text)).toContain('Время вышло')
    expect((await site.browser().get(path)).text).toContain('Ссылка не действует')
  })

  test('works once, however often and however parallel it is pressed', async () => {
    const { site } = await start()
    const path = await linkFor(site)
    const browser = site.browser()
    await browser.submit(path, path)
    const asked = await question(site)
    await answer(site, asked?.linkId ?? '', numberOn((await browser.get(path)).text))
    const form = formToken((await browser.get(path)).text)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => browser.post(`${path}/enter`, { form })),
    )
    expect(answers.filter(({ location }) => location === '/profile')).toHaveLength(1)
    expect(await site.sessions()).toHaveLength(1)
    expect((await site.browser().get(path)).status).toBe(404)
  })

  test('thirty browsers at once: one is asked about', async () => {
    const { site } = await start()
    const path = await linkFor(site)
    const browsers = Array.from({ length: 30 }, () => site.browser())
    const forms = await Promise.all(
      browsers.map(async (browser) => formToken((await browser.get(path)).text)),
    )
    await Promise.all(browsers.map((browser, at) => browser.post(path, { form: forms[at] ?? '' })))
    const pages = await Promise.all(browsers.map((browser) => browser.get(path)))
    expect(pages.filter(({ text }) => text.includes('Ответь боту'))).toHaveLength(1)
    expect(pages.filter(({ text }) => text.includes('Ссылку уже открыли'))).toHaveLength(29)
  })

  test('an open account is named and left by choice only: the attacker’s own link replaces nothing', async () => {
    const { site } = await start()
    const victim = site.browser()
    await site.signIn(victim, 'mira')
    const before = victim.session
    const path = await linkFor(site)
    const page = await victim.get(path)
    expect(page.text).toContain('Войти как В***р?')
    expect(page.text).toContain('Сейчас в этом браузере открыт аккаунт')
    expect(page.text).not.toContain('Да, спросить меня')
    await victim.post(path, { form: formToken(page.text) })
    expect(await question(site)).toBeNull()
    await victim.post(`${path}/enter`, { form: formToken(page.text) })
    expect(victim.session).toBe(before)
    const left = await victim.post('/logout', { form: formToken(page.text), back: path })
    expect(left.location).toBe(path)
    expect((await victim.get(path)).text).toContain('Да, спросить меня')
  })

  test('an account that signs in elsewhere while the question waits is not replaced either', async () => {
    const { site } = await start()
    const path = await linkFor(site)
    const browser = site.browser()
    await browser.submit(path, path)
    const asked = await question(site)
    await answer(site, asked?.linkId ?? '', numberOn((await browser.get(path)).text))
    await site.signIn(browser, 'mira')
    const before = browser.session
    await enter(browser, path)
    expect(browser.session).toBe(before)
  })

  test('thousands of guessed tokens open nothing, and an address that guesses is stopped', {
    timeout: 300_000,
  }, async () => {
    const { site } = await start('postgres', { signinPerMinute: 20 })
    await linkFor(site)
    const guesser = site.browser()
    const seen = new Map<number, number>()
    for (let n = 0; n < 60; n++) {
      const token = Buffer.from(`guess-${n}`.padEnd(16, 'x')).toString('base64url')
      const { status } = await guesser.get(`/login/tg/${token}`)
      seen.set(status, (seen.get(status) ?? 0) + 1)
    }
    expect(Object.fromEntries(seen)).toEqual({ 404: 20, 429: 40 })
    // Below the doors, where no address counts.
    const context = contextOf(site)
    // Ten thousand in the long run.
    const guesses = process.env.LONG ? 10_000 : 500
    for (let n = 0; n < guesses; n += 50) {
      const seen = await Promise.all(
        Array.from({ length: 50 }, (_, at) => {
          const token = Buffer.from(`${n + at}`.padStart(16, '0')).toString('base64url')
          return takeUpLink(site.db, token, { seed: 's', device: { browser: null, os: null } }, context)
        }),
      )
      expect(new Set(seen.map(({ status }) => status))).toEqual(new Set(['gone']))
    }
    expect(await question(site)).toBeNull()
  })

  test('unknown, used and another’s look alike', async () => {
    const { site } = await start()
    const used = await linkFor(site)
    await linkFor(site)
    const strip = (html: string) =>
      html
        .replaceAll(/\/login\/tg\/[\w-]+/g, '')
        .replaceAll(/value="[^"]+"/g, '')
        .replaceAll(/path=[^"&]*/g, '')
    const pages = await Promise.all(
      [used, `/login/tg/${'a'.repeat(22)}`].map(async (path) => strip((await site.browser().get(path)).text)),
    )
    expect(pages[0]).toBe(pages[1])
    const issued = await issueTelegramLink(site.db, 'nobody', contextOf(site))
    expect(issued).toEqual({ status: 'unknown_account' })
  })

  test('only a keyed hash of it is stored', async () => {
    const { site } = await start()
    const path = await linkFor(site)
    const dump = JSON.stringify(await site.db.kysely.selectFrom('ttfd.sign_in_links').selectAll().execute())
    expect(dump).not.toContain(path.split('/').at(-1))
  })

  test('a Telegram identity that leaves the account takes its sessions along', async () => {
    const { site, account } = await start()
    const path = await linkFor(site)
    const browser = site.browser()
    await browser.submit(path, path)
    const asked = await question(site)
    await answer(site, asked?.linkId ?? '', numberOn((await browser.get(path)).text))
    await enter(browser, path)
    // What unlinking does.
    await site.db.kysely
      .updateTable('unified_users')
      .set({ telegram_id: null, discord_id: '42', primary_platform: 'discord' })
      .where('id', '=', account)
      .execute()
    expect((await browser.get('/settings/sessions')).location).toContain('/login')
    expect(await site.sessions()).toEqual([])
    expect(browser.session).toBeUndefined()
  })
})
