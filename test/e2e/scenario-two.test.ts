import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import { startDiscordSandbox } from '../../src/sandbox/discord/server.js'
import { startTelegramSandbox } from '../../src/sandbox/telegram/start-telegram-sandbox.js'
import { faultsIn, openPage } from '../support/browser.js'
import { createPostgresDatabase } from '../support/databases.js'
import { freePort } from '../support/postgres-server.js'
import { program } from '../support/program.js'

/**
 * Scenario 2 of the seed and both directions of the link between the website and Telegram (safety.md 2.2), in a real
 * browser against one start of the built program with real discord.js and real grammY.
 */

async function running() {
  const port = await freePort()
  const site = `http://localhost:${port}`
  const telegram = await startTelegramSandbox({ callbackLifeSeconds: 600 })
  onTestFinished(() => telegram.close())
  const discord = await startDiscordSandbox({ redirectUris: [`${site}/auth/discord/callback`] })
  onTestFinished(() => discord.close())
  const dataDir = mkdtempSync(join(tmpdir(), 'ttfd-two-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const { url, drop } = await createPostgresDatabase('ttfd_template')
  onTestFinished(drop)
  const ttfd = program({
    DATA_DIR: dataDir,
    DATABASE_URL: url,
    PORT: String(port),
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    DISCORD_TOKEN: discord.token,
    DISCORD_CLIENT_ID: discord.clientId,
    DISCORD_CLIENT_SECRET: discord.clientSecret,
    DISCORD_API_BASE: discord.apiUrl,
    DISCORD_GUILD_ID: discord.control.find.guild('ttfd').id,
  })
  await ttfd.start()
  await ttfd.line(/Discord: \S+ на связи/)
  await ttfd.line(/Telegram: @\S+ на связи/)
  return { ttfd, telegram, discord, site }
}
type Running = Awaited<ReturnType<typeof running>>

/** From /login through Discord's consent to one's own profile. */
async function signIn({ site, discord }: Running, page: Page, person: string) {
  await page.goto(`${site}/login`)
  await page.getByRole('link', { name: 'Войти через Discord' }).click()
  await page.locator(`input[value="${discord.control.find.user(person).id}"]`).check()
  await page.locator('button[value="allow"]').click()
  await page.waitForURL(`${site}/profile`)
}

/** One more person in the same browser, with cookies of his own. */
async function another(page: Page, faults: string[]): Promise<Page> {
  const made = await page
    .context()
    .browser()
    ?.newPage({ locale: 'ru-RU', viewport: { width: 1280, height: 800 } })
  if (!made) throw new Error('the browser is gone')
  made.setDefaultTimeout(30_000)
  faultsIn(made, faults)
  return made
}

test('scenario 2 from the first click to the new XP; then Telegram is linked from the page and from the bot', {
  timeout: 240_000,
}, async () => {
  const at = await running()
  const { ttfd, telegram, discord, site } = at
  const { control, people } = telegram
  const { page, faults } = await openPage({ viewport: { width: 390, height: 844 } })
  page.setDefaultTimeout(30_000)

  // Known from messages alone: listed under no name until he acts himself.
  discord.control.person('oleg').say('general', 'Всем привет, кто сегодня играет вечером в турнире?')

  // Sign in through Discord OAuth: discord_id is linked.
  await signIn(at, page, 'mira')
  const mira = discord.control.person('mira')
  const members = () =>
    ttfd.sql<{ id: number; xp: number; messages_sent: number; telegram_id: string | null }>(
      `SELECT * FROM unified_users WHERE discord_id = '${mira.user.id}'`,
    )
  const [member] = members()
  expect(member).toMatchObject({ xp: 0, telegram_id: null })

  // A message in Discord: XP in unified_users, and on the open page by itself (a reload would wipe the mark out).
  await page.locator('html.is-live').waitFor()
  await page.evaluate('window.untouched = true')
  mira.say('general', 'Добрый вечер! Собираемся на турнир в восемь, как обычно?')
  await expect.poll(() => page.locator('[data-live="xp"]').textContent()).toBe('10')
  expect(await page.evaluate('window.untouched')).toBe(true)
  expect(members()).toMatchObject([{ xp: 10, messages_sent: 1 }])
  const said = ttfd.sql<{ display_name: string; xp_delta: number; processed: boolean }>(
    `SELECT u.display_name, e.xp_delta, e.processed FROM cross_platform_events e
      JOIN unified_users u ON u.id = e.user_id WHERE e.event_type = 'message_sent' ORDER BY e.seq`,
  )
  expect(said).toMatchObject([
    { xp_delta: 10, processed: true },
    { xp_delta: 10, processed: true },
  ])
  const [silent] = ttfd.sql<{ id: number }>(
    `SELECT id FROM unified_users WHERE discord_id = '${discord.control.find.user('oleg').id}'`,
  )
  expect(await fetch(`${site}/u/${silent?.id}`).then((answer) => answer.text())).not.toContain(
    said[0]?.display_name,
  )

  // From the page: a wrong number burns the link.
  const anya = control.person(people.anya.id)
  const asks = async (text: string, words: string) => {
    const after = control.mark()
    anya.send(text)
    return control.waitForMessage((message) => message.text?.includes(words) ?? false, {
      chat: anya.id,
      after,
    })
  }
  await asks('/start', 'Привет')
  const number = page.locator('.the-number strong')
  const open = async () => {
    const href = await page.getByRole('link', { name: 'Открыть бота' }).getAttribute('href')
    const asked = await asks(`/start ${new URL(href ?? '').searchParams.get('start')}`, 'Какое число')
    // The page shows the number by itself.
    return { asked, shown: (await number.textContent()) ?? '', href: href ?? '' }
  }
  await page.goto(`${site}/link`)
  await page.getByRole('button', { name: 'Открыть бота и связать' }).click()
  const first = await open()
  const offered = first.asked.reply_markup?.inline_keyboard.flat().map((button) => button.text) ?? []
  expect(offered).toContain(first.shown)
  // Whoever pressed a link that somebody else sent him has no page with a number.
  const victim = await another(page, faults)
  await victim.goto(`${site}/link/telegram`)
  expect(victim.url()).toContain('/login')
  expect(await victim.locator('.the-number').count()).toBe(0)
  await anya
    .press(first.asked, offered.find((text) => /^\d\d$/.test(text) && text !== first.shown) ?? '')
    .answer()
  await page.getByText('В чате нажали другое число').waitFor()
  expect(
    (await asks(`/start ${new URL(first.href).searchParams.get('start')}`, 'больше не действует')).text,
  ).toBeDefined()
  expect(members()).toMatchObject([{ telegram_id: null }])

  // The right one leads the page on to the question, with the other side's picture; a yes links.
  await page.getByRole('button', { name: 'Новая ссылка' }).click()
  const second = await open()
  await anya.press(second.asked, second.shown).answer()
  await page.waitForURL(/\/link\/request\//)
  expect(await page.locator('.link-side').textContent()).toContain(String(anya.id).slice(-4))
  const face = page.locator('.link-side img.face')
  await expect
    .poll(() => face.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
    .toBeGreaterThan(0)
  expect(members()).toMatchObject([{ telegram_id: null }])
  await page.getByRole('button', { name: 'Да, это мой аккаунт' }).click()
  await expect
    .poll(members, { interval: 500 })
    .toMatchObject([{ id: member?.id, telegram_id: String(anya.id) }])
  await page.getByRole('status').first().waitFor()

  // From the bot: the page only shows; a signed-in page says yes, the chat answers last.
  const olga = control.person(people.olga.id)
  const mark = control.mark()
  olga.send('/link')
  const code = await control.waitForMessage((message) => /\/link\/tg\//.test(message.text ?? ''), {
    chat: olga.id,
    after: mark,
  })
  const path = /\/link\/tg\/[\w-]{22}/.exec(code.text ?? '')?.[0] ?? ''
  const kate = await another(page, faults)
  await kate.goto(site + path)
  expect(kate.url()).toContain('/login')
  await signIn(at, kate, 'kate')
  await kate.goto(site + path)
  expect(await kate.locator('.link-side').textContent()).toContain(String(olga.id).slice(-4))
  await kate.getByRole('button', { name: 'Продолжить' }).click()
  const before = control.mark()
  await kate.getByRole('button', { name: 'Да, это мой аккаунт' }).click()
  const asked = await control.waitForMessage(
    (message) => message.text?.includes('Связать аккаунты?') ?? false,
    {
      chat: olga.id,
      after: before,
    },
  )
  const linked = () =>
    ttfd.sql<{ telegram_id: string | null }>(
      `SELECT telegram_id FROM unified_users WHERE discord_id = '${discord.control.find.user('kate').id}'`,
    )
  expect(linked()).toEqual([{ telegram_id: null }])
  await olga.press(asked, 'Да, это мой аккаунт').answer()
  await expect.poll(linked, { interval: 500 }).toEqual([{ telegram_id: String(olga.id) }])

  expect(faults).toEqual([])
  await expect.poll(() => ttfd.cli('doctor').code, { timeout: 30_000, interval: 1_000 }).toBe(0)
  expect((await ttfd.end()).code).toBe(0)
})
