import { expect, test } from 'vitest'
import { alertIn, formToken } from '../auth/support/browser.js'
import { requestIn, startWorld } from './support/world.js'

const T = { platform: 'telegram', id: '500' } as const
const ID = '0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'
/** Every form of linking, with fields that would do something. */
const FORMS: [path: string, fields: Record<string, string>][] = [
  ['/link/code', {}],
  ['/link/code/type', { code: 'ACDE3467' }],
  ['/link/discord', {}],
  ['/link/confirm', { request: ID, answer: 'yes' }],
  [`/link/request/${ID}`, { answer: 'yes' }],
  ['/link/unlink/discord', {}],
  ['/link/undo/1', {}],
  [`/link/restore/${ID}`, {}],
  ['/link/drop', { login: 'x' }],
]

test('no other site can send any form of linking, and none works without a session or with a stale one', async () => {
  const world = await startWorld()
  await world.earn(T, 10)
  const browser = await world.byTelegram(T.id)
  const token = formToken((await browser.get('/link')).text)
  for (const [path, fields] of FORMS) {
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await browser.post(path, { form: token, ...fields }, evil)).status, path).toBe(403)
    expect((await browser.post(path, fields)).status, path).toBe(403)
    const stranger = world.site.browser()
    const own = formToken((await stranger.get('/login')).text)
    const led = await stranger.post(path, { form: own, ...fields })
    expect(led.location, path).toMatch(/^\/login/)
  }
  world.wait(16)
  for (const [path, fields] of FORMS) {
    const old = await browser.post(path, { form: token, ...fields })
    expect(old.location, path).toMatch(/^\/login\?.*again=1/)
  }
  expect(await world.living()).toHaveLength(1)
})

test('state: forged, missing, replayed and another browser’s start again; nothing is asked', async () => {
  const world = await startWorld()
  await world.earn(T, 10)
  await world.earn({ platform: 'telegram', id: '501' }, 10)
  const [browser, other] = [await world.byTelegram('500'), await world.byTelegram('501')]
  const back = new URL(await world.toDiscord(browser, 'mira'), world.site.origin)
  const code = back.searchParams.get('code') ?? ''
  // An attacker's whole way back, opened by a victim who is signed in, links nothing.
  expect((await other.get(back.pathname + back.search)).location).toContain('problem=start_again')
  for (const query of [`code=${code}&state=forged`, `code=${code}`]) {
    expect((await browser.get(`/auth/discord/callback?${query}`)).location).toContain('problem=start_again')
  }
  expect(await world.db.kysely.selectFrom('ttfd.discord_link_requests').selectAll().execute()).toEqual([])
  const again = await world.toDiscord(browser, 'mira')
  expect((await browser.get(again)).location).toBe('/link/confirm')
  await world.confirm(browser)
  expect((await browser.get(again)).location).toContain('problem=start_again')
})

test('a code of another session does not pass, refused consent comes back to the page', async () => {
  const world = await startWorld()
  await world.earn(T, 10)
  await world.earn({ platform: 'telegram', id: '501' }, 10)
  const [attacker, victim] = [await world.byTelegram('500'), await world.byTelegram('501')]
  const stolen = new URL(await world.toDiscord(attacker, 'max'), world.site.origin).searchParams.get('code')
  const own = new URL(await world.toDiscord(victim, 'mira'), world.site.origin)
  own.searchParams.set('code', stolen ?? '')
  expect((await victim.get(own.pathname + own.search)).location).toBe('/link?problem=discord_code')
  expect((await victim.get(await world.toDiscord(victim, null))).location).toBe('/link?problem=denied')
  expect(alertIn((await victim.get('/link?problem=denied')).text)).not.toBe('')
  expect(await world.living()).toHaveLength(2)
})

test('a victim who was signed in to the attacker’s account reads whose it is, and cancels', async () => {
  const world = await startWorld()
  await world.earn(T, 10)
  await world.earn(world.discordOf('mira'), 900, 50)
  const browser = await world.byTelegram(T.id)
  const page = await world.asks(browser, 'mira')
  expect(page.text).toContain('Имя 500')
  expect(page.text).toContain(`Имя ${world.discordOf('mira').id}`)
  expect(page.text).toContain('Тогда тебя обманывают')
  // The sign-in at Discord asked for consent, though it had been given before.
  const asked = await browser.submit('/link', '/link/discord')
  expect(asked.text).toContain('prompt=consent')
  expect(asked.text).toContain('code_challenge_method=S256')
})

test('a question belongs to its session: not to another one of the same account, nor after signing out', async () => {
  const world = await startWorld()
  await world.earn(T, 10)
  const [browser, second] = [await world.byTelegram(T.id), await world.byTelegram(T.id)]
  const page = await world.asks(browser, 'mira')
  const request = requestIn(page.text)
  expect((await second.get('/link/confirm')).status).toBe(404)
  await second.submit('/link', '/link/confirm', { request, answer: 'yes' })
  // A newer question takes its place: the yes of the older page counts for nothing.
  await world.asks(browser, 'max')
  await browser.submit('/link', '/link/confirm', { request, answer: 'yes' })
  expect(await world.account(1)).toMatchObject({ discord_id: null })
  await browser.submit('/link', '/logout')
  expect(await world.db.kysely.selectFrom('ttfd.discord_link_requests').selectAll().execute()).toEqual([])
})

test('after ten minutes nothing happens any more', async () => {
  const world = await startWorld()
  await world.earn(T, 10)
  const browser = await world.byTelegram(T.id)
  const page = await world.asks(browser, 'mira')
  const request = requestIn(page.text)
  world.wait(11)
  await browser.submit('/link', '/link/confirm', { request, answer: 'yes' })
  expect(alertIn((await browser.get('/link/confirm')).text)).toContain('Десять минут прошли')
  expect(await world.living()).toHaveLength(1)
})

test('requests, merges and unlinkings of other people are not there', async () => {
  const world = await startWorld()
  await world.earn(T, 100, 10)
  await world.earn(world.discordOf('mira'), 50, 10)
  const browser = await world.byTelegram(T.id)
  await world.asks(browser, 'mira')
  await world.confirm(browser)
  const undo = /\/link\/undo\/\d+/.exec((await browser.get('/link')).text)?.[0] ?? ''
  await world.earn({ platform: 'telegram', id: '7' }, 5)
  await world.earn({ platform: 'telegram', id: '8' }, 5)
  await world.earn(world.discordOf('max'), 5)
  const opened = await world.type(
    world.discordOf('max'),
    await world.issue({ platform: 'telegram', id: '8' }),
  )
  if (opened.status !== 'opened') throw new Error(opened.status)
  const stranger = await world.byTelegram('7')
  const question = `/link/request/${opened.request}`
  for (const path of [undo, question, `/link/restore/${ID}`]) {
    expect((await stranger.get(path)).status, path).toBe(404)
    await stranger.submit('/link', path, { answer: 'yes' })
  }
  const page = (await stranger.get(question)).text
  expect(page).not.toContain('Имя 8')
  expect(await world.living()).toHaveLength(4)
  expect(await world.account(1)).toMatchObject({ discord_id: world.discordOf('mira').id })
})

test('names are harmless on every page of linking', async () => {
  const world = await startWorld()
  await world.earn(T, 10)
  const name = '<img src=x onerror=alert(1)>'
  await world.db.kysely.updateTable('unified_users').set({ display_name: name }).execute()
  const browser = await world.byTelegram(T.id)
  const page = await world.asks(browser, 'mira')
  expect(page.text).toContain('&lt;img')
  expect(page.text).not.toContain(name)
})

test('a restricted side is named in red before anybody says yes, in the language of who is asked', async () => {
  const world = await startWorld()
  await world.earn(T, 10)
  const other = await world.earn(world.discordOf('mira'), 50)
  await world.db.kysely
    .insertInto('ttfd.restrictions')
    .values({
      account_id: other,
      holder_id: other,
      kind: 'banned',
      reason: 'farm',
      given_by: 'test',
      given_at: world.site.now(),
      key: null,
      lifted_by: null,
    })
    .execute()
  const browser = await world.byTelegram(T.id)
  expect((await world.asks(browser, 'mira')).text).toMatch(/class="link-restricted">[^<]*заблокирован/)
  const english = await browser.get('/link/confirm', { 'accept-language': 'en' })
  expect(english.text).toMatch(/class="link-restricted">[^<]*This account is banned/)
})
