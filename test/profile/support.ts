import { sql } from 'kysely'
import type { Browser } from 'playwright-core'
import { onTestFinished } from 'vitest'
import type { Act } from '../../src/core/progression/award.js'
import { communityDay } from '../../src/core/progression/community-day.js'
import type { TestBrowser } from '../auth/support/browser.js'
import { type AuthSite, type AuthSiteOptions, startAuthSite } from '../auth/support/site.js'
import { faultsIn } from '../support/browser.js'
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
async function actAs(
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

export const PHONE = { width: 390, height: 844 }
export const DESKTOP = { width: 1440, height: 900 }

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
  return { context, page, complaints: faultsIn(page) }
}

/** A year of days and a busy last evening: the fullest page that there is. */
export async function seedYear(
  { at, clock, db }: Stage,
  { accountId, act }: Awaited<ReturnType<Stage['member']>>,
) {
  const today = communityDay(clock.now, 'Europe/Moscow')
  await sql`
    insert into ttfd.daily_rollups (account_id, day, source_platform, event_type, xp, coins, events)
    select ${accountId}::bigint, ${today}::date - n, source, type, 1 + (n * 7919 * length(type)) % 190, 0, 1
    from generate_series(1, 364) n, (values ('discord', 'message_sent'), ('telegram', 'message_sent'),
      ('discord', 'voice_time'), ('telegram', 'game_played'), ('website', 'daily_claimed'), ('discord', 'coins_change')
    ) as kinds (source, type) where (n * 31 + length(type)) % 5 <> 0`.execute(db.kysely)
  await sql`
    update unified_users set xp = 15200, coins = 8450, rank_id = 10, highest_rank_paid = 10, games_played = 214,
      games_won = 97, messages_sent = 3120, total_voice_time = 190000, daily_streak = 4,
      created_at = ${daysAgo(360, clock.now)} where id = ${accountId}`.execute(db.kysely)
  await sql`update ttfd.account_limits set state = (state::jsonb || jsonb_build_object('daily', (${today}::date - 1)::text))::json
    where account_id = ${accountId}`.execute(db.kysely)
  await sql`insert into ttfd.guild_roles (guild_id, tier, role_id) values ('100', 'C', '1')`.execute(
    db.kysely,
  )
  const { discord_id } = await db.kysely
    .selectFrom('unified_users')
    .select('discord_id')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow()
  await sql`insert into ttfd.role_states (guild_id, discord_id, wanted_tier, applied_tier, state)
    values ('100', ${discord_id}, 'C', 'C', 'applied')`.execute(db.kysely)
  const minutesAgo = (n: number) => new Date(clock.now.getTime() - n * 60_000)
  await act(message(64), minutesAgo(300))
  await act(message(2), minutesAgo(298))
  for (let n = 290; n > 268; n--) await act(minute, minutesAgo(n))
  await act(
    { type: 'hourly', game: 'work', won: null, xp: 22, coins: 96, detail: { task: 2 } },
    minutesAgo(200),
  )
  await act(
    { type: 'hourly', game: 'dice', won: true, xp: 25, coins: 0, detail: { face: 5 } },
    minutesAgo(120),
  )
  await act({ type: 'stake', game: 'guess', round: 'r1', bet: 50 }, minutesAgo(60))
  const won = { won: true, xp: 50, payout: 150, detail: { number: 7, pick: 7 } }
  await act({ type: 'game', game: 'guess', round: 'r1', bet: 50, free: false, ...won }, minutesAgo(59))
  await act(message(180), minutesAgo(30))
  await act(message(180), minutesAgo(29.5))
  return at
}
