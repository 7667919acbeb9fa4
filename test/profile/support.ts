import { type Browser, chromium } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { Act } from '../../src/core/progression/award.js'
import type { TestBrowser } from '../auth/support/browser.js'
import { type AuthSite, type AuthSiteOptions, startAuthSite } from '../auth/support/site.js'
import { freshDatabase } from '../support/databases.js'

const DAY_MS = 86_400_000

/** Noon in Moscow. */
export const NOON = new Date('2026-03-10T09:00:00Z')
export const daysAgo = (n: number, from = NOON) => new Date(from.getTime() - n * DAY_MS)

export type Stage = Awaited<ReturnType<typeof startStage>>

/** The website on a database of its own, with a clock that the test sets, and people who act and sign in. */
export async function startStage(options: AuthSiteOptions = {}) {
  const clock = { now: options.now?.() ?? NOON }
  const at = await startAuthSite(await freshDatabase('postgres'), { ...options, now: () => clock.now })
  return {
    at,
    clock,
    db: at.db,
    /** Somebody from Discord who has signed in on the website. */
    async member(person = 'mira', xp = 0) {
      const id = at.discordId(person)
      const accountId = await at.give('discord', id, person === 'mira' ? 'Мира' : person, xp)
      const browser = at.browser()
      await at.signIn(browser, person)
      return { accountId, browser, id, act: (act: Act, when = clock.now) => actAs(at, id, act, when) }
    },
  }
}

let keys = 0

/** An act of a Discord person at a moment; its event stands at that moment too, as if it had been written then. */
export async function actAs(
  at: AuthSite,
  id: string,
  act: Act,
  when: Date,
  source: 'discord' | 'telegram' = 'discord',
) {
  const key = `stage:${++keys}`
  const outcome = await at.writer.award({
    key,
    who: { platform: 'discord', id },
    occurredAt: when,
    source,
    act,
  })
  if (when.getTime() !== at.now().getTime()) {
    await at.db.kysely
      .updateTable('cross_platform_events')
      .set({ created_at: when })
      .where('dedupe_key', '=', key)
      .execute()
  }
  return outcome
}

export const message = (length = 60): Act => ({
  type: 'message',
  length,
  fingerprint: null,
  multiplier: 1,
  place: 'c1',
})
export const minute: Act = { type: 'voice_minute', multiplier: 1, place: 'v1' }
export const grant = (xp: number, coins = 0): Act => ({
  type: 'grant',
  event: 'adjusted',
  xp,
  coins,
  data: {},
  silent: false,
})

const ARGUMENTS = [
  '--no-sandbox',
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
export const PHONE = { width: 390, height: 844 }
export const DESKTOP = { width: 1440, height: 900 }

export const launch = () => chromium.launch({ executablePath: '/usr/bin/chromium', args: ARGUMENTS })

/** A real browser that holds the cookies of a session made before; what its console complains about is a fault. */
export async function openAs(
  chrome: Browser,
  session: TestBrowser,
  options: Parameters<Browser['newContext']>[0] = {},
) {
  const context = await chrome.newContext({ viewport: DESKTOP, locale: 'ru-RU', ...options })
  onTestFinished(() => context.close())
  await context.addCookies(
    [...session.cookies].map(([name, value]) => ({
      name,
      value,
      url: session.origin,
    })),
  )
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (told) => {
    if (told.type() === 'error' || told.type() === 'warning') complaints.push(told.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  return { context, page, complaints }
}
