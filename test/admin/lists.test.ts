import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { browseEvents, type EventFilter, LOOKED_AT_MAX } from '../../src/core/admin/browse-events.js'
import { beat } from '../../src/core/duties/heartbeats.js'
import { failureReason } from '../../src/platforms/web/admin/failure-reason.js'
import { startAuthSite } from '../auth/support/site.js'
import { sharedDatabase } from '../support/shared-database.js'

const shared = sharedDatabase('postgres')
const ANY: EventFilter = { type: null, origin: null, state: null, accountId: null }

async function start() {
  const site = await startAuthSite(shared.db)
  site.auth.admins = new Set([`discord:${site.discordId('mira')}`])
  const browser = site.browser()
  await site.signIn(browser, 'mira')
  return { site, browser }
}

/** Numbers of the events on a page. */
const numbers = (html: string) =>
  [...html.matchAll(/<span class="soft">#(\d+)<\/span>/g)].map(([, n]) => Number(n))

describe('events', () => {
  test('are paged by key under a filter, none twice and none left out', async () => {
    const { site, browser } = await start()
    const id = await site.give('telegram', '700001', 'Много', 1)
    for (let n = 0; n < 119; n++) await site.give('telegram', '700001', 'Много', 1)
    await site.give('discord', '900000000000000007', 'Другой', 1)
    const seen: number[] = []
    let path: string | null = `/admin/events?member=${id}&kind=xp_change&platform=system`
    let pages = 0
    while (path !== null) {
      const { text } = await browser.get(path)
      seen.push(...numbers(text))
      path = /href="([^"]*)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? null
      pages++
    }
    expect(pages).toBe(3)
    expect(new Set(seen).size).toBe(120)
    expect(seen).toEqual([...seen].sort((a, b) => b - a))
    expect(numbers((await browser.get('/admin/events?kind=rank_up')).text)).toEqual([])
    expect(numbers((await browser.get('/admin/events?platform=api')).text)).toEqual([])
    expect(numbers((await browser.get('/admin/events?state=waiting')).text)).toEqual([])
  })

  test('that wait are found by that alone, those of a merged account under the one it became', async () => {
    const { site } = await start()
    const [one, other] = [
      await site.give('telegram', '700011', 'А', 1),
      await site.give('telegram', '700012', 'Б', 1),
    ]
    await sql`update cross_platform_events set processed = false, processed_at = null where user_id = ${other}`.execute(
      shared.db.kysely,
    )
    const page = { before: null, limit: 50 }
    const waiting = await browseEvents(shared.db.kysely, { ...ANY, state: 'waiting' }, page)
    expect(new Set(waiting.events.map(({ accountId }) => accountId))).toEqual(new Set([other]))
    await sql`update ttfd.accounts set merged_into = ${one} where id = ${other}`.execute(shared.db.kysely)
    const family = await browseEvents(shared.db.kysely, { ...ANY, accountId: one }, page)
    expect(new Set(family.events.map(({ accountId }) => accountId))).toEqual(new Set([one, other]))
    await sql`update ttfd.accounts set merged_into = null where id = ${other}`.execute(shared.db.kysely)
    await sql`update cross_platform_events set processed = true, processed_at = now()`.execute(
      shared.db.kysely,
    )
  })

  test('a rare kind costs no more than a look at the newest, and the way on is there', async () => {
    const { site } = await start()
    const id = await site.give('telegram', '700021', 'Редкий', 1)
    const rare = await site.give('telegram', '700022', 'Редчайший', 1)
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, dedupe_key, processed, processed_at)
      select ${id}, 'voice_time', 'discord', 'rare:' || n, true, now() from generate_series(1, ${LOOKED_AT_MAX}) n`.execute(
      shared.db.kysely,
    )
    const ask = (before: number | null) =>
      browseEvents(shared.db.kysely, { ...ANY, type: 'account_created' }, { before, limit: 50 })
    const first = await ask(null)
    expect(first.events).toEqual([])
    const second = await ask(first.next)
    expect(second.events.map(({ accountId }) => accountId)).toContain(rare)
  })

  test('an address that names no number is nowhere', async () => {
    const { browser } = await start()
    for (const query of ['member=x', 'before=0', "member=1'--", 'before=-5'])
      for (const path of ['events', 'deliveries'])
        expect((await browser.get(`/admin/${path}?${query}`)).status, query).toBe(404)
  })
})

describe('deliveries', () => {
  test('are found by state, place, kind and member, with the reason and what mends it in both languages', async () => {
    const { site, browser } = await start()
    const [a, b] = [
      await site.give('telegram', '700031', 'А', 1),
      await site.give('telegram', '700032', 'Б', 1),
    ]
    const add = async (accountId: number, destination: string, state: string, error: string | null) =>
      sql`insert into ttfd.deliveries (event_id, account_id, destination, state, attempts, last_error, ended_at)
        select id, user_id, ${destination}, ${state}, 3, ${error},
          case when ${state} <> 'open' then now() end
        from cross_platform_events where user_id = ${accountId} and event_type = 'account_created'`.execute(
        shared.db.kysely,
      )
    await add(a, 'telegram', 'failed', 'sendMessage: 403 Forbidden: bot was blocked by the user')
    await add(b, 'discord_roles', 'failed', 'PATCH 403: 50013')
    await add(b, 'discord', 'delivered', null)
    await add(a, 'discord', 'open', null)
    const shown = async (query: string, headers = {}) =>
      (await browser.get(`/admin/deliveries${query}`, headers)).text
    const rows = (text: string) =>
      [...text.matchAll(/href="\/admin\/members\/(\d+)"/g)].map(([, n]) => Number(n))
    expect(rows(await shown('')).sort()).toEqual([a, b].sort())
    expect(rows(await shown('?state=delivered'))).toEqual([b])
    expect(rows(await shown('?state=open'))).toEqual([a])
    expect(rows(await shown(`?member=${b}`))).toEqual([b])
    expect(rows(await shown('?platform=telegram&kind=account_created'))).toEqual([a])
    expect(rows(await shown('?kind=rank_up'))).toEqual([])
    const russian = await shown('')
    expect(russian).toContain('Человек заблокировал бота')
    expect(russian).toContain('Дай боту право')
    const english = await shown('?lang=en')
    expect(english).toContain('The person blocked the bot')
    expect(english).toContain('Manage Roles')
  })

  test.each([
    ['sendMessage: 403 Forbidden: bot was blocked by the user', 'blocked'],
    ['sendMessage: 400 Bad Request: chat not found', 'chat_gone'],
    ['POST 403: 50007', 'dm_closed'],
    ['PATCH 403: 50013', 'no_right'],
    ['POST 404: 10003', 'channel_gone'],
    ['PATCH 404: 10007', 'member_gone'],
    ['wrong_token', 'wrong_token'],
    ['getMe: 401 Unauthorized', 'wrong_token'],
    ['sendMessage: 429 Too Many Requests: retry after 5', 'limited'],
    ['rate limited for 500 ms', 'limited'],
    ['the answer was lost; sending again could repeat it', 'answer_lost'],
    ['no answer in time', 'answer_lost'],
    ["Network request for 'sendMessage' failed! ECONNREFUSED", 'unreachable'],
    ['no deliverer for telegram', 'not_configured'],
    ['sendMessage: 502 Bad Gateway', 'platform_down'],
    ['POST: HTTP 503', 'platform_down'],
    ['sendMessage: 400 Bad Request: message text is empty', 'refused'],
    ['PATCH 400: 50035', 'refused'],
    [null, 'unknown'],
    ['TypeError: x is not a function', 'unknown'],
  ])('%s means %s', (note, reason) => {
    expect(failureReason(note)).toBe(reason)
  })
})

describe('the way to the admins’ pages', () => {
  test('stands among one’s own for an admin alone, through a fresh sign-in when the last one is old', async () => {
    let now = Date.now()
    const site = await startAuthSite(shared.db, { now: () => new Date(now) })
    site.auth.admins = new Set([`discord:${site.discordId('mira')}`])
    const [mira, max] = [site.browser(), site.browser()]
    await site.signIn(mira, 'mira')
    await site.signIn(max, 'max')
    for (const path of ['/profile', '/settings', '/link', '/settings/sessions']) {
      expect((await mira.get(path)).text, path).toContain('href="/admin"')
      expect((await max.get(path)).text, path).not.toContain('/admin')
    }
    now += 16 * 60_000
    const stale = (await mira.get('/profile')).text
    expect(stale).toContain('href="/login?next=/admin&amp;again=1"')
    // The account is hers, but a session that the listed identity did not make opens nothing.
    site.auth.admins = new Set(['telegram:1'])
    expect((await mira.get('/profile')).text).not.toContain('/admin')
  })
})

describe('the overview', () => {
  test('says which part works, is in trouble, is silent, or was never started, and which roles are blocked', async () => {
    const { browser } = await start()
    await beat(shared.db, 'worker', 'a:1', { ok: true, detail: '' })
    await beat(shared.db, 'telegram', 'a:1', { ok: false, detail: 'terminated by other getUpdates' })
    await beat(shared.db, 'discord', 'a:1', { ok: true })
    await sql`update ttfd.heartbeats set beat_at = now() - interval '5 minutes' where part = 'discord'`.execute(
      shared.db.kysely,
    )
    await sql`insert into ttfd.role_states (guild_id, discord_id, wanted_tier, state, reason)
      values ('1', '900000000000000009', 'E', 'blocked', 'role_above_bot')`.execute(shared.db.kysely)
    const { text } = await browser.get('/admin')
    const state = (part: string) => new RegExp(`<strong>${part}</strong><span[^>]*>([^<]+)<`).exec(text)?.[1]
    expect(['Сайт', 'Доставка', 'Бот Telegram', 'Бот Discord'].map(state)).toEqual([
      'не запускали за сутки',
      'работает',
      'работает с перебоями',
      'молчит',
    ])
    expect(text).toContain('ttfd start --only discord')
    expect(text).toContain('Роль за ранг стоит выше роли бота')
    expect(text).toContain('подними роль бота')
  })
})
