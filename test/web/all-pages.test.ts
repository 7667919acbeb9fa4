import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { rebuildBoard } from '../../src/core/boards/board.js'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import { restrict } from '../../src/core/restrictions/restrict.js'
import { startBot } from '../auth/support/bot.js'
import type { TestBrowser } from '../auth/support/browser.js'
import { openAs, type Stage, seedYear, startStage } from '../profile/support.js'
import { accessibilityFaults } from '../support/axe.js'
import { launchBrowser } from '../support/browser.js'
import { RULES } from '../support/rules.js'

/**
 * Every page and state of the website, on a phone and a desktop, light and dark, in both languages: no accessibility
 * fault, nothing wider than the screen, no word without a translation. Runs when `SHOTS=<folder>` asks for it and keeps what
 * it saw; `SHOTS=docs/images LOOK=docs` renews the pictures of docs/pages.md.
 */

const { SHOTS, LOOK } = process.env
const PHONE = { width: 360, height: 740 }
const DESKTOP = { width: 1280, height: 800 }
const LOOKS = [
  { name: 'phone-ru-light', colorScheme: 'light', locale: 'ru-RU', viewport: PHONE },
  { name: 'desktop-ru-dark', colorScheme: 'dark', locale: 'ru-RU', viewport: DESKTOP },
  { name: 'phone-en-dark', colorScheme: 'dark', locale: 'en-GB', viewport: PHONE },
  { name: 'desktop-en-light', colorScheme: 'light', locale: 'en-GB', viewport: DESKTOP },
] as const

/** The pictures of docs/pages.md: what they show, and in which look. */
const DOCS: Readonly<Record<string, readonly string[]>> = {
  'desktop-ru-dark': ['home', 'leaderboard', 'profile'],
  'phone-ru-light': ['home', 'leaderboard', 'member', 'login', 'profile', 'statement', 'settings'],
}

const NAMES = [
  ...['Лиса Ворон', 'Kestrel', 'Тихий Гром', 'maru', 'Соня П.', 'Bobrik', 'Ёжик в тумане', 'North', 'Дана'],
  ...['pixel_anna', 'Кот Матроскин', 'Gleb', 'Ольга В.', 'Zima', 'Рыжий', 'Tess', 'Медведь', 'lumen', 'Ника'],
]

/** Invented people, enough for a board. */
async function crowd({ at }: Stage): Promise<number[]> {
  const ids: number[] = []
  for (const [index, name] of NAMES.entries())
    ids.push(await at.give('telegram', String(770_000 + index), name, Math.round(26_000 / (index + 1.4))))
  return ids
}

test.runIf(SHOTS)('every page in every look', { timeout: 900_000 }, async () => {
  const stage = await startStage({ now: () => new Date(), mail: true })
  const { at, db } = stage
  at.auth.admins = new Set([`discord:${at.discordId('oleg')}`])
  const { sandbox } = await startBot(at)
  const { control, people } = sandbox
  const others = await crowd(stage)
  const mira = await stage.member()
  await seedYear(stage, mira)
  const admin = await stage.member('oleg', 900)
  const restricted = await stage.member('max', 40)
  const context = () => ({ now: new Date(), rules: RULES, newId: at.newId, admins: new Set<string>() })
  await db.transaction((tx) =>
    restrict(
      tx,
      {
        accountId: restricted.accountId,
        kind: 'banned',
        reason: 'Реклама в общем чате',
        givenBy: 'cli:test',
      },
      context(),
    ),
  )
  // A question of an import, and an answer of the bot to it.
  await db.kysely
    .insertInto('ttfd.import_reviews')
    .values({
      key: 'a claim',
      kind: 'claim',
      claimant_platform: 'telegram',
      claimant_id: '770003',
      claimed_platform: 'discord',
      claimed_id: mira.id,
      same_name: false,
      detail: '{}',
    })
    .execute()
  await rebuildBoard(db, () => performance.now(), RULES.timeZone)
  await rebuildTops(db, { now: new Date(), timeZone: RULES.timeZone, clock: () => performance.now() })

  const anya = control.person(people.anya.id)
  const ask = async (text: string, words: string, act: () => unknown = () => anya.send(text)) => {
    const after = control.mark()
    act()
    return control.waitForMessage((message) => message.text?.includes(words) ?? false, {
      chat: anya.id,
      after,
    })
  }
  await ask('/start', '')
  const chrome = await launchBrowser()
  const complaints: string[] = []

  const visit = async (
    session: TestBrowser,
    look: (typeof LOOKS)[number],
    paths: readonly [string, string][],
  ) => {
    const opened = await openAs(chrome, session, look)
    for (const [name, path] of paths) {
      await opened.page.goto(at.origin + path)
      await see(opened.page, name, look)
    }
    // A page that is not there says so in the console too.
    complaints.push(...opened.complaints.filter((words) => !words.includes('404')))
    return opened
  }
  const see = async (page: Page, name: string, look: (typeof LOOKS)[number]) => {
    const where = `${name}, ${look.name}`
    await page.evaluate('document.fonts.ready.then(() => true)')
    if (LOOK !== 'docs') {
      expect(await accessibilityFaults(page), where).toEqual([])
      const text = (await page.locator('body').textContent()) ?? ''
      expect(/\b[a-z_]+:[a-z_]+\.[a-z_.]+\b|\{\{/.exec(text)?.[0], where).toBeUndefined()
    }
    const excess = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate(excess), where).toBe(0)
    if (!SHOTS) return
    mkdirSync(SHOTS, { recursive: true })
    if (LOOK === 'docs') {
      if (DOCS[look.name]?.includes(name))
        await page.screenshot({ path: `${SHOTS}/page-${name}-${look.name}.png` })
    } else await page.screenshot({ path: `${SHOTS}/${look.name}-${name}.png`, fullPage: true })
  }

  try {
    for (const look of LOOKS) {
      await db.kysely.deleteFrom('ttfd.link_attempts').execute()
      const stranger = at.browser()
      await visit(stranger, look, [
        ['home', '/'],
        ['leaderboard', '/leaderboard'],
        ['leaderboard-voice', '/leaderboard?metric=voice&period=month'],
        ['search', '/leaderboard?q=pi'],
        ['member', `/u/${others[0]}`],
        ['nobody', '/u/999999'],
        ['login', '/login'],
        ['login-denied', '/login?problem=denied'],
        ['register', '/register'],
        ['forgot', '/forgot'],
        ['reset', '/reset?token=abc'],
        ['verify', '/auth/verify-email?token=a.b.c'],
        ['login-gone', `/login/tg/${'a'.repeat(22)}`],
        ['goodbye', '/settings/data/goodbye'],
      ])
      const own = await visit(mira.browser, look, [
        ['profile', '/profile'],
        ['statement', '/profile/statement'],
        ['statement-empty', '/profile/statement?kind=ranks&source=website'],
        ['public', `/u/${mira.accountId}`],
        ['own-board', '/leaderboard?metric=coins'],
        ['settings', '/settings'],
        ['settings-saved', '/settings?done=name'],
        ['password', '/settings/password'],
        ['email', '/settings/email'],
        ['email-sent', '/settings/email/sent'],
        ['email-over', `/settings/email/confirm?token=${'a'.repeat(43)}`],
        ['sessions', '/settings/sessions'],
        ['data', '/settings/data'],
        ['delete', '/settings/data/delete'],
        ['link', '/link'],
        ['link-code', '/link/code'],
        ['link-old', '/link/old'],
        ['link-bot-gone', `/link/tg/${'a'.repeat(22)}`],
        ['link-question-gone', '/link/request/00000000-0000-0000-0000-000000000000'],
        ['signed-in', '/login'],
        ['again', '/login?again=1&next=/settings/sessions'],
      ])
      const { page } = own
      const words = look.locale.startsWith('ru')
        ? { start: 'Открыть бота и связать', open: 'Открыть бота', again: 'Новая ссылка' }
        : { start: 'Open the bot and link', open: 'Open the bot', again: 'New link' }
      // The link into the bot: made, asked about, burnt by a wrong number, and answered.
      const begin = async () => {
        const href = await page.getByRole('link', { name: words.open }).getAttribute('href')
        const asked = await ask(`/start ${new URL(href ?? '').searchParams.get('start')}`, '?')
        await page.locator('.the-number').waitFor()
        const shown = (await page.locator('.the-number strong').textContent()) ?? ''
        const buttons = asked.reply_markup?.inline_keyboard.flat().map(({ text }) => text) ?? []
        return { asked, shown, wrong: buttons.find((text) => /^\d\d$/.test(text) && text !== shown) ?? '' }
      }
      await page.goto(`${at.origin}/link`)
      await page.getByRole('button', { name: words.start }).click()
      await page.getByRole('link', { name: words.open }).waitFor()
      await see(page, 'link-telegram', look)
      const first = await begin()
      await see(page, 'link-telegram-number', look)
      await anya.press(first.asked, first.wrong).answer()
      await page.getByRole('button', { name: words.again }).waitFor()
      await see(page, 'link-telegram-over', look)
      await page.getByRole('button', { name: words.again }).click()
      await page.getByRole('link', { name: words.open }).waitFor()
      const second = await begin()
      await anya.press(second.asked, second.shown).answer()
      await page.waitForURL(/\/link\/request\//)
      await see(page, 'link-question', look)
      await page.locator('button[value="no"]').click()
      await see(page, 'link-question-ended', look)
      // The link from the bot.
      const sent = await ask('/link', '/link/tg/')
      const path = /\/link\/tg\/[\w-]{22}/.exec(sent.text ?? '')?.[0] ?? ''
      await page.goto(at.origin + path)
      await see(page, 'link-bot', look)
      await own.context.close()

      const out = await visit(restricted.browser, look, [['restricted', '/restricted']])
      await out.context.close()
      const boss = await visit(admin.browser, look, [
        ['admin', '/admin'],
        ['admin-members', '/admin/members'],
        ['admin-search', '/admin/members?q=pi'],
        ['admin-member', `/admin/members/${mira.accountId}`],
        ['admin-restricted', `/admin/members/${restricted.accountId}`],
        ['admin-deliveries', '/admin/deliveries'],
        ['admin-places', '/admin/places'],
        ['admin-roles', '/admin/roles'],
        ['admin-rules', '/admin/rules'],
        ['admin-imports', '/admin/imports'],
        ['admin-audit', '/admin/audit'],
      ])
      await boss.context.close()
    }
  } finally {
    await chrome.close()
  }
  expect(complaints).toEqual([])
})
