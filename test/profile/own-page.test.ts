import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { mergeAccounts } from '../../src/core/merging/merge-accounts.js'
import { readOwnProfile } from '../../src/core/profiles/read-own-profile.js'
import { restrict } from '../../src/core/restrictions/restrict.js'
import { readStatement } from '../../src/core/statement/read-statement.js'
import { FORMS } from '../auth/support/forms.js'
import { RULES } from '../support/rules.js'
import { daysAgo, grant, message, minute, NOON, type Stage, startStage } from './support.js'

const text = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
/** One live part of the page by its name, as words. */
const part = (html: string, name: string) =>
  text(
    html
      .split(/<(?:section|div) id="live-/)
      .find((piece) => piece.startsWith(`${name}"`))
      ?.replace(/^[^>]*>/, '') ?? '',
  )

async function merge(stage: Stage, survivor: number, loser: number) {
  const done = await mergeAccounts(
    stage.db,
    { survivor, loser, by: 'operator' },
    { now: stage.clock.now, rules: RULES, newId: stage.at.newId, admins: new Set() },
  )
  expect(done.status).toBe('merged')
}

describe('the own page', () => {
  test('is for members: a stranger is asked to sign in and comes back to it', async () => {
    const { at } = await startStage()
    for (const path of ['/profile', '/profile/statement', '/profile/statement?kind=voice&before=7']) {
      const { status, location } = await at.browser().get(path)
      expect(status).toBe(303)
      expect(location).toMatch(/^\/login\?next=%2Fprofile/)
    }
    const back = at.browser()
    const landed = await back.get(await at.consent(back, 'mira', '/profile/statement?kind=voice'))
    expect(landed.location).toBe('/profile/statement?kind=voice')
  })

  test('shows rank and way, XP, coins, place, statistics, streak, and lets nobody keep a copy', async () => {
    const stage = await startStage()
    const mira = await stage.member('mira', 700)
    await mira.act(message())
    await mira.act(minute)
    const page = await mira.browser.get('/profile')
    expect(page.status).toBe(200)
    expect(page.headers.get('cache-control')).toBe('private, no-store')
    expect(part(page.text, 'summary')).toMatch(
      /Ранг F II .*212 из 750 XP, 28 %.*Опыт 712 .*Монеты 0 .*Место № 1/,
    )
    expect(part(page.text, 'stats')).toMatch(/Сообщения 1 .*В голосе 1 мин .*Серия 0 дней/)
    expect(part(page.text, 'chart')).toContain('12 XP за период')
    expect(part(page.text, 'newest')).toMatch(
      /Минута в голосе.*\+2 XP.*Сообщение, 60 знаков.*плата по длине.*\+10 XP/,
    )
    expect(page.text).toContain('<meta name="robots" content="noindex"/>')
    expect(page.text).not.toContain('card.png')
  })

  test('shows where the XP came from, by kind and platform', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    await mira.act(message(), daysAgo(3))
    await mira.act(message(200), daysAgo(2))
    await mira.act(minute)
    const origins = part((await mira.browser.get('/profile')).text, 'origins')
    expect(origins).toMatch(/Сообщения 30 XP Discord: 30 XP Голос 2 XP Discord: 2 XP/)
  })

  test('shows a year of days as a picture with a sentence and as a table', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    await mira.act(message(), daysAgo(300))
    await mira.act(message(), daysAgo(1))
    await mira.act(message())
    const { text: html } = await mira.browser.get('/profile')
    const heat = /<section class="card heat-card".*?<\/section><\/details><\/section>/s.exec(html)?.[0] ?? ''
    expect(heat.match(/<path class="h\d/g)?.length).toBe(366 + 5)
    expect(text(heat)).toContain('3 активных дня за год')
    expect(text(heat)).toContain('Дней с опытом: 2. Лучший: 14 мая, 10 XP.')
    expect(heat.match(/<tr>/g)?.length).toBe(1 + 53)
    expect(heat).not.toContain('style=')
  })

  test('says how the Discord role stands, in every state, and why it is blocked', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const { kysely } = stage.db
    await kysely.insertInto('ttfd.guild_roles').values({ guild_id: '100', tier: 'F', role_id: '1' }).execute()
    // Of a guild without rank roles nothing is known any more.
    for (const guild_id of ['100', '999'])
      await kysely.insertInto('ttfd.role_states').values({ guild_id, discord_id: mira.id }).execute()
    for (const [state, reason, words] of [
      ['applied', null, 'Роль тира F выдана'],
      ['queued', null, 'Роль тира F на подходе'],
      ['blocked', 'role_above_bot', 'стоит выше роли бота'],
      ['blocked', 'missing_permission', 'не хватает права'],
      ['blocked', 'role_deleted', 'удалена'],
      ['blocked', 'member_gone', 'Тебя нет на сервере'],
    ] as const) {
      await kysely.updateTable('ttfd.role_states').set({ state, reason }).execute()
      const platforms = part((await mira.browser.get('/profile')).text, 'platforms')
      expect(platforms).toContain(words)
      expect(platforms.match(/Роль|Тебя нет|не хватает/g)).toHaveLength(1)
      expect(platforms).toContain('Telegram Не связано')
      expect(platforms).toContain('mira@example.org')
    }
  })

  test('says what a merge froze and until when, and counts both histories', async () => {
    const stage = await startStage()
    const mira = await stage.member('mira', 40)
    await mira.act(grant(0, 300))
    const other = await stage.at.give('telegram', '77', 'Мира Т', 25)
    await merge(stage, mira.accountId, other)
    const { text: html } = await mira.browser.get('/profile')
    expect(part(html, 'summary')).toContain('300 монет пока не потратить')
    expect(part(html, 'summary')).toContain('13 марта 2026 г. в 12:00')
    expect(part(html, 'summary')).toContain('Опыт 65')
    expect(part(html, 'origins')).toMatch(/Бонусы 65 XP/)
    expect(part(html, 'platforms')).toContain('Бот не может тебе писать')
    expect(html).not.toMatch(/заморож/i)
  })

  test('opens to its owner though it is hidden from others', async () => {
    const stage = await startStage()
    const mira = await stage.member('mira', 40)
    await stage.db.kysely
      .insertInto('ttfd.account_settings')
      .values({ account_id: mira.accountId, private: true, notice_place: null })
      .execute()
    expect((await mira.browser.get('/profile')).text).toContain('sse-connect="/live/profile?')
    expect((await mira.browser.get(`/u/${mira.accountId}`)).text).toContain('эту страницу видишь только ты')
  })
})

describe('the daily button', () => {
  test('pays once, says so, and says what tomorrow pays', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const before = part((await mira.browser.get('/profile')).text, 'daily')
    expect(before).toMatch(
      /\+100 XP и \+100 монет 1-й день серии Забрать награду Завтра будет ещё больше: \+110 XP/,
    )
    const pressed = await mira.browser.submit('/profile', '/profile/daily')
    expect([pressed.status, pressed.location]).toEqual([303, '/profile?daily=claimed'])
    const after = await mira.browser.get('/profile?daily=claimed')
    expect(part(after.text, 'daily')).toMatch(
      /Награда за сегодня уже у тебя Завтра: \+110 XP и \+110 монет.*Есть!/,
    )
    expect(part(after.text, 'summary')).toContain('Опыт 100')
    expect((await mira.browser.submit('/profile', '/profile/daily')).location).toBe('/profile?daily=already')
    expect(await stage.at.accounts()).toMatchObject([{ xp: 100, coins: 100, daily_streak: 1 }])
    const event = await stage.db.kysely
      .selectFrom('cross_platform_events')
      .select(['source_platform', 'xp_delta'])
      .where('event_type', '=', 'daily_claimed')
      .execute()
    expect(event).toEqual([{ source_platform: 'website', xp_delta: 100 }])
  })

  test('twenty presses at once pay once', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const { text: html } = await mira.browser.get('/profile')
    const form =
      /action="\/profile\/daily"><input type="hidden" name="form" value="([^"]+)"/.exec(html)?.[1] ?? ''
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => mira.browser.post('/profile/daily', { form })),
    )
    expect(answers.filter(({ location }) => location === '/profile?daily=claimed')).toHaveLength(1)
    expect(await stage.at.accounts()).toMatchObject([{ xp: 100, coins: 100 }])
  })

  test('opens again at the community’s midnight, and a missed day starts anew', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const press = () => mira.browser.submit('/profile', '/profile/daily')
    await press()
    stage.clock.now = new Date('2026-03-10T21:00:00Z')
    expect(part((await mira.browser.get('/profile')).text, 'daily')).toContain('2-й день серии')
    expect((await press()).location).toBe('/profile?daily=claimed')
    stage.clock.now = new Date('2026-03-12T21:00:00Z')
    expect(part((await mira.browser.get('/profile')).text, 'daily')).toContain('1-й день серии')
    await press()
    expect(await stage.at.accounts()).toMatchObject([{ xp: 100 + 110 + 100, daily_streak: 1 }])
  })

  test('of a restricted member is recorded and pays nothing, and the page says why', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const order = {
      accountId: mira.accountId,
      kind: 'unpaid',
      reason: 'накрутка <3',
      givenBy: 'cli:test',
    } as const
    const context = { now: NOON, rules: RULES, newId: stage.at.newId, admins: new Set<string>() }
    await stage.db.transaction((tx) => restrict(tx, order, context))
    const { text: html } = await mira.browser.get('/profile')
    expect(html).toContain('Причина: накрутка &lt;3')
    expect(part(html, 'daily')).toContain('награда записывается, но не начисляется')
    expect(part(html, 'daily')).not.toContain('Завтра')
    const pressed = await mira.browser.submit('/profile', '/profile/daily')
    expect(pressed.location).toBe('/profile?daily=recorded')
    expect(part((await mira.browser.get('/profile?daily=recorded')).text, 'daily')).toContain('Записано')
    expect(await stage.at.accounts()).toMatchObject([{ xp: 0, coins: 0 }])
    expect(text((await mira.browser.get('/profile/statement')).text)).toContain(
      'Награда дня аккаунт ограничен ничего',
    )
  })

  test('does nothing for a form of another site, another session or no session', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const oleg = await stage.member('oleg')
    const token = async (browser: typeof mira.browser) =>
      /name="form" value="([^"]+)"/.exec((await browser.get('/profile')).text)?.[1] ?? ''
    const form = await token(mira.browser)
    expect((await mira.browser.post('/profile/daily', {})).status).toBe(403)
    expect((await mira.browser.post('/profile/daily', { form: await token(oleg.browser) })).status).toBe(403)
    expect(
      (await mira.browser.post('/profile/daily', { form }, { origin: 'https://evil.example' })).status,
    ).toBe(403)
    expect(
      (await mira.browser.post('/profile/daily', { form }, { 'sec-fetch-site': 'cross-site' })).status,
    ).toBe(403)
    expect((await stage.at.browser().post('/profile/daily', { form })).status).toBe(403)
    expect((await mira.browser.get('/profile/daily')).status).toBe(404)
    expect((await stage.at.accounts()).map(({ coins }) => coins)).toEqual([0, 0])
    expect(FORMS.map(([path]) => path)).toContain('/profile/daily')
  })
})

describe('what others see', () => {
  test('is the rank and the sums, never platform names, times, the year or the reward', async () => {
    const stage = await startStage()
    const mira = await stage.member('mira', 700)
    await mira.act(message())
    const oleg = await stage.member('oleg')
    for (const reader of [stage.at.browser(), oleg.browser]) {
      const { status, text: html } = await reader.get(`/u/${mira.accountId}`)
      expect(status).toBe(200)
      expect(html).toContain('Мира')
      for (const own of [
        'mira_m',
        'mira@example',
        mira.id,
        'live-heat',
        'live-newest',
        '/profile/daily',
        'Так твой профиль',
      ])
        expect(html).not.toContain(own)
    }
    const own = (await mira.browser.get(`/u/${mira.accountId}`)).text
    expect(own).toContain('Так твой профиль видят другие')
  })

  test('a link to it is shown with its card', async () => {
    const stage = await startStage()
    const mira = await stage.member('mira', 700)
    const { text: html } = await stage.at.browser().get(`/u/${mira.accountId}`)
    expect(html).toContain(
      `<meta property="og:image" content="${stage.at.origin}/u/${mira.accountId}/card.png?lang=ru"/>`,
    )
    expect(html).toContain('<meta name="twitter:card" content="summary_large_image"/>')
    expect(html).toContain('<meta property="og:title" content="Мира: Ранг F II | TTFD"/>')
  })

  test('the page of a merged account leads to the one it is now, unless that is hidden', async () => {
    const stage = await startStage()
    const mira = await stage.member('mira', 40)
    const other = await stage.at.give('telegram', '77', 'Мира Т', 25)
    await merge(stage, mira.accountId, other)
    const stranger = stage.at.browser()
    expect(await stranger.get(`/u/${other}`)).toMatchObject({ status: 302, location: `/u/${mira.accountId}` })
    await stage.db.kysely
      .insertInto('ttfd.account_settings')
      .values({ account_id: mira.accountId, private: true, notice_place: null })
      .onConflict((oc) => oc.column('account_id').doUpdateSet({ private: true }))
      .execute()
    const hidden = await stranger.get(`/u/${other}`)
    const unknown = await stranger.get('/u/999999')
    expect(hidden.status).toBe(404)
    const same = (html: string) => html.replaceAll(/\/u\/\d+/g, '')
    expect(same(hidden.text)).toBe(same(unknown.text))
  })
})

describe('the cost of the page', () => {
  test('is few statements, none of which scans a big table, however long the history', async () => {
    const stage = await startStage()
    const mira = await stage.member('mira', 40)
    const other = await stage.at.give('telegram', '77', 'Мира Т', 25)
    await merge(stage, mira.accountId, other)
    const { kysely } = stage.db
    await sql`insert into ttfd.accounts (id) select n from generate_series(10001, 13000) n`.execute(kysely)
    await sql`insert into unified_users (id, telegram_id, primary_platform) select id, 'x' || id, 'telegram'
      from ttfd.accounts where id > 10000`.execute(kysely)
    await sql`insert into ttfd.identities (platform, platform_id, account_id) select 'telegram', 'x' || id, id
      from ttfd.accounts where id > 10000`.execute(kysely)
    await sql`insert into ttfd.account_limits (account_id) select id from ttfd.accounts where id > 10000`.execute(
      kysely,
    )
    await sql`insert into ttfd.role_states (guild_id, discord_id) select '100', 'x' || id
      from ttfd.accounts where id > 10000`.execute(kysely)
    await sql`insert into ttfd.guild_roles values ('100', 'F', '1')`.execute(kysely)
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, dedupe_key)
      select id, 'message_sent', 'discord', 'x' || id || ':' || k from ttfd.accounts, generate_series(1, 5) k
      where id > 10000 or id = ${mira.accountId}`.execute(kysely)
    await sql`insert into ttfd.daily_rollups select id, date '2026-01-01' + k, 'discord', 'voice_time', 1, 0, 1
      from ttfd.accounts, generate_series(1, 5) k where id > 10000 or id = ${mira.accountId}`.execute(kysely)
    await sql`analyze`.execute(kysely)

    let statements = 0
    await stage.db.transaction(async (tx) => {
      const counted = tx.withPlugin({
        transformQuery({ node }) {
          statements += 1
          return node
        },
        transformResult: async ({ result }) => result,
      })
      // What this connection counted before it told the server stands in here too, so the difference counts.
      const scans = async () => {
        const { rows } = await sql<{ relname: string; scans: number }>`
          select relname, pg_stat_get_xact_numscans(oid) as scans from pg_class
          where relkind = 'r' and relnamespace in ('public'::regnamespace, 'ttfd'::regnamespace) and reltuples > 1000
          order by relname`.execute(tx)
        return rows
      }
      const before = await scans()
      expect(before.length).toBeGreaterThanOrEqual(7)
      const context = { rules: RULES, now: NOON, from: '2025-03-10', to: '2026-03-10', newest: 60 }
      expect((await readOwnProfile(counted, mira.accountId, context))?.newest.length).toBeGreaterThan(5)
      expect(statements).toBeLessThanOrEqual(6)
      const filter = { kind: 'voice', source: 'discord' } as const
      await readStatement(counted, mira.accountId, { limit: 50, filter })
      expect(await scans()).toEqual(before)
    })
  })
})
