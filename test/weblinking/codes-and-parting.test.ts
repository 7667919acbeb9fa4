import { expect, test } from 'vitest'
import type { Identity } from '../../src/core/accounts/identity.js'
import { askPutBack, putBack } from '../../src/core/linking/put-back.js'
import { unlinkIdentity } from '../../src/core/linking/unlink-identity.js'
import { alertIn } from '../auth/support/browser.js'
import { startWorld, type World } from './support/world.js'

const T = { platform: 'telegram', id: '500' } as const
const MIRA = 'mira'

/** Telegram and Discord on one account, by the page. */
async function linked(world: World) {
  const account = await world.earn(T, 120)
  const browser = await world.byTelegram(T.id)
  await world.asks(browser, MIRA)
  await world.confirm(browser)
  return { account, browser }
}

test('a code from the page, typed to the bot: the bot’s side answers first, the page last', async () => {
  const world = await startWorld()
  const account = await world.earn(world.discordOf(MIRA), 120)
  await world.earn(T, 0)
  const browser = await world.byDiscord(MIRA)
  const shown = await browser.submit('/link/code', '/link/code')
  expect(shown.text).toContain('Этот код открывает твой аккаунт')
  expect(shown.headers.get('cache-control')).toContain('no-store')
  const code = await world.codeOn(browser)
  const typed = await world.type(T, code)
  if (typed.status !== 'opened') throw new Error(typed.status)
  const path = `/link/request/${typed.request}`
  expect((await browser.get('/link')).text).toContain(path)
  expect((await browser.get(path)).text).toContain('Сначала отвечает вторая сторона')
  // The owner's yes before the typist's does nothing.
  await browser.submit('/link/code', path, { answer: 'yes' })
  expect(await world.living()).toHaveLength(2)
  await world.yes(typed.request, T)
  const question = await browser.get(path)
  expect(question.text).toContain('Твой код ввёл:')
  expect(question.text.indexOf('value="no"')).toBeLessThan(question.text.indexOf('value="yes"'))
  await browser.submit(path, path, { answer: 'yes' })
  expect(alertIn((await browser.get(path)).text)).toContain('теперь один аккаунт')
  expect(await world.account(account)).toMatchObject({
    telegram_id: '500',
    discord_id: world.discordOf(MIRA).id,
  })
  await world.sound()
})

test('a bot’s code, typed on the page: the page answers first, and its no ends it', async () => {
  const world = await startWorld()
  await world.earn(world.discordOf(MIRA), 120)
  await world.earn(T, 60, 10)
  const browser = await world.byDiscord(MIRA)
  const opened = await browser.submit('/link/code', '/link/code/type', { code: await world.issue(T) })
  const path = opened.location ?? ''
  expect(path).toMatch(/^\/link\/request\/[0-9a-f-]{36}$/)
  const question = await browser.get(path)
  expect(question.text).toContain('Объединить аккаунты?')
  expect(question.text).toContain('Тебя кто-то попросил это ввести?')
  await browser.submit(path, path, { answer: 'no' })
  expect(alertIn((await browser.get(path)).text)).toContain('отменена')
  expect(await world.yes(path.split('/').at(-1) ?? '', T)).toMatchObject({ status: 'cancelled', now: false })
})

test('guessing codes is counted per identity and per address, and tells nothing', async () => {
  const world = await startWorld({ trustProxy: ['127.0.0.1'] })
  await world.earn(world.discordOf(MIRA), 10)
  await world.earn(world.discordOf('max'), 10)
  const [mira, max] = [await world.byDiscord(MIRA), await world.byDiscord('max')]
  const guess = async (browser: typeof mira, from: string) =>
    (
      await browser.submit(
        '/link/code',
        '/link/code/type',
        { code: 'ACDE-3467' },
        { 'x-forwarded-for': from },
      )
    ).location
  for (let n = 0; n < 5; n++) expect(await guess(mira, `203.0.113.${n}`)).toContain('wrong_code')
  expect(await guess(mira, '203.0.113.99')).toContain('too_many_tries')
  for (let n = 0; n < 5; n++) expect(await guess(max, '198.51.100.7')).toContain('wrong_code')
  world.wait(11)
  await world.site.signIn(mira, MIRA)
  for (let n = 0; n < 5; n++) expect(await guess(mira, '198.51.100.7')).toContain('wrong_code')
  // Another person behind the same address has no try left there.
  await world.site.signIn(max, 'max')
  expect(await guess(max, '198.51.100.7')).toContain('too_many_tries')
})

test('unlinking on the page: asked first, other sessions end, the last way in stays, and it can be put back once', async () => {
  const world = await startWorld()
  const { account, browser } = await linked(world)
  const discord = world.discordOf(MIRA)
  const elsewhere = await world.byTelegram(T.id)
  const asked = await browser.get('/link/unlink/discord')
  expect(asked.text).toContain('Весь прогресс')
  expect((await browser.submit('/link/unlink/discord', '/link/unlink/discord')).location).toBe(
    '/link?note=unlinked',
  )
  expect((await browser.get('/link')).status).toBe(200)
  expect((await elsewhere.get('/link')).location).toContain('/login')
  expect(await world.account(account)).toMatchObject({ discord_id: null, xp: 120 })
  expect(alertIn((await browser.get('/link/unlink/telegram')).text)).toContain('единственный вход')
  await browser.submit('/link', '/link/unlink/telegram')
  expect(await world.account(account)).toMatchObject({ telegram_id: '500' })

  // The one who did it cannot put it back; the one who left can, from a session of its own.
  expect((await browser.get('/link')).text).not.toContain('/link/restore/')
  const mira = await world.byDiscord(MIRA)
  const offer = /\/link\/restore\/[0-9a-f-]{36}/.exec((await mira.get('/link')).text)?.[0] ?? ''
  expect((await browser.get(offer)).status).toBe(404)
  expect((await mira.get(offer)).text).toContain('Вернуть Discord?')
  await mira.submit(offer, offer)
  expect(await world.account(account)).toMatchObject({ discord_id: discord.id, xp: 120 })
  expect(await world.living()).toEqual([account])
  expect(alertIn((await mira.get(offer)).text)).toContain('уже возвращено')
  await world.sound()

  // The limit of 30 days holds for others, not for the identity itself.
  expect(alertIn((await browser.get('/link/unlink/discord')).text)).toContain('уже отвязывали')
  const context = world.context()
  expect(await unlinkIdentity(world.db, { actor: discord, platform: 'discord' }, context)).toMatchObject({
    status: 'unlinked',
  })
  const row = await world.db.kysely
    .selectFrom('ttfd.unlinks')
    .select('id')
    .where('put_back_at', 'is', null)
    .executeTakeFirstOrThrow()
  expect(await putBack(world.db, { unlink: row.id, who: T }, context)).toEqual({ status: 'once_only' })
})

test('putting back waits 7 days, never joins new progress, and is not for an operator’s unlinking or for strangers', async () => {
  const world = await startWorld()
  await linked(world)
  const discord = world.discordOf(MIRA)
  await world.earn({ platform: 'telegram', id: '9' }, 5)
  await unlinkIdentity(world.db, { actor: T, platform: 'discord' }, world.context())
  const [row] = await world.db.kysely.selectFrom('ttfd.unlinks').select('id').execute()
  const ask = (who: Identity) => askPutBack(world.db.kysely, { unlink: row?.id ?? '', who }, world.context())
  expect(await ask({ platform: 'telegram', id: '9' })).toEqual({ status: 'not_yours' })
  expect(await ask(T)).toEqual({ status: 'not_yours' })
  expect(await ask(discord)).toMatchObject({ status: 'allowed', isSelf: true })
  await world.earn(discord, 30)
  expect(await ask(discord)).toEqual({ status: 'has_progress' })
  world.wait(7 * 24 * 60 + 1)
  expect(await ask(discord)).toEqual({ status: 'too_late' })
  await world.db.kysely.updateTable('ttfd.unlinks').set({ by_platform: null, by_platform_id: null }).execute()
  expect(await ask(discord)).toEqual({ status: 'not_yours' })
})

test('a password with a proven address is a way in; one without proof is none', async () => {
  const world = await startWorld({ mail: true })
  const account = await world.earn(T, 50)
  const email = 'nina@example.org'
  await world.db.kysely.updateTable('unified_users').set({ website_email: email }).execute()
  await world.db.kysely
    .insertInto('ttfd.website_users')
    .values({ id: 'u1', name: 'Нина', email, email_verified: false, image: null })
    .execute()
  const leave = () => unlinkIdentity(world.db, { actor: T, platform: 'telegram' }, world.context())
  expect(await leave()).toEqual({ status: 'last_way_in' })
  await world.db.kysely.updateTable('ttfd.website_users').set({ email_verified: true }).execute()
  expect(await leave()).toEqual({ status: 'last_way_in' })
  await world.db.kysely
    .insertInto('ttfd.website_logins')
    .values({
      id: 'l1',
      user_id: 'u1',
      provider_id: 'credential',
      account_id: 'u1',
      password: 'hash',
      access_token: null,
      refresh_token: null,
      id_token: null,
      scope: null,
    })
    .execute()
  expect(await leave()).toMatchObject({ status: 'unlinked', left: ['website'] })
  expect(await world.account(account)).toMatchObject({ telegram_id: null, primary_platform: 'website' })
})
