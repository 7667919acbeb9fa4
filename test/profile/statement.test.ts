import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { adjustAccount } from '../../src/core/accounts/adjust-account.js'
import { mergeAccounts } from '../../src/core/merging/merge-accounts.js'
import { readStatement } from '../../src/core/statement/read-statement.js'
import { STATEMENT_KINDS, type StatementFilter } from '../../src/core/statement/statement-filter.js'
import { RULES } from '../support/rules.js'
import { daysAgo, grant, message, minute, type Stage, startStage } from './support.js'

const text = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

/** Turns every page of a statement; gives the keys in the order in which they came. */
async function walk(stage: Stage, accountId: number, limit: number, filter: StatementFilter = {}) {
  const keys: number[] = []
  let before: number | null = null
  let pages = 0
  do {
    const page: Awaited<ReturnType<typeof readStatement>> = await readStatement(stage.db.kysely, accountId, {
      limit,
      before,
      filter,
    })
    expect(page.lines.length).toBeLessThanOrEqual(limit)
    keys.push(...page.lines.map(({ seq }) => seq))
    before = page.nextSeq
    pages += 1
  } while (before !== null && pages < 500)
  return { keys, pages }
}

/** Every kind of act that a member can do here, with a merged account's beside them. */
async function busy() {
  const stage = await startStage()
  const mira = await stage.member('mira', 400)
  const { act } = mira
  await act({ type: 'welcome' })
  await act(message(64), daysAgo(2))
  await act(message(2), daysAgo(1))
  for (let n = 5; n > 0; n--) await act(minute, new Date(daysAgo(1).getTime() - n * 60_000))
  await act({ type: 'daily' })
  await act({ type: 'hourly', game: 'work', won: null, xp: 20, coins: 90, detail: { task: 1 } })
  await act({ type: 'hourly', game: 'dice', won: true, xp: 25, coins: 0, detail: { face: 5 } })
  await act({ type: 'stake', game: 'guess', round: 'r1', bet: 50 })
  await act({
    type: 'game',
    game: 'guess',
    round: 'r1',
    bet: 50,
    free: false,
    won: true,
    xp: 50,
    payout: 150,
    detail: { number: 7, pick: 7 },
  })
  await act({ type: 'stake', game: 'guess', round: 'r2', bet: 10 })
  await act({ type: 'return_stake', game: 'guess', round: 'r2', bet: 10, reason: 'expired' })
  const other = await stage.at.give('telegram', '77', 'Мира Т', 25)
  const context = { now: stage.clock.now, rules: RULES, newId: stage.at.newId, admins: new Set<string>() }
  await mergeAccounts(stage.db, { survivor: mira.accountId, loser: other, by: 'operator' }, context)
  const adjustment = {
    accountId: mira.accountId,
    xp: 5,
    coins: 0,
    reason: '<b>за</b> "турнир"',
    actor: 'discord:4242',
  }
  await adjustAccount(stage.db, adjustment, context)
  await act(message(120))
  // The database's own clock is not the test's.
  await sql`update cross_platform_events set created_at = ${stage.clock.now} where created_at > ${stage.clock.now}`.execute(
    stage.db.kysely,
  )
  const { rows } = await sql<{ seq: number }>`select seq from cross_platform_events
    where user_id in (${mira.accountId}, ${other}) order by seq desc`.execute(stage.db.kysely)
  return { stage, mira, other, all: rows.map(({ seq }) => seq) }
}

describe('the statement', () => {
  test('has every act once, newest first, those of the merged account too, whatever the page’s size', async () => {
    const { stage, mira, all } = await busy()
    for (const limit of [1, 2, 7, 50]) expect((await walk(stage, mira.accountId, limit)).keys).toEqual(all)
    const { lines } = await readStatement(stage.db.kysely, mira.accountId, { limit: 50 })
    expect(lines.filter(({ merged }) => merged).map(({ type }) => type)).toContain('account_created')
    expect(lines.filter(({ merged }) => merged).length).toBeGreaterThanOrEqual(3)
  })

  test('is parted by kinds without a gap and without an act that stands twice', async () => {
    const { stage, mira, all } = await busy()
    const found: number[] = []
    for (const kind of STATEMENT_KINDS) {
      const { keys } = await walk(stage, mira.accountId, 3, { kind })
      if (!['other'].includes(kind)) expect(keys.length, kind).toBeGreaterThan(0)
      found.push(...keys)
    }
    expect(found.sort((a, b) => b - a)).toEqual(all)
    const bySource: number[] = []
    for (const source of ['telegram', 'discord', 'website', 'other'] as const)
      bySource.push(...(await walk(stage, mira.accountId, 3, { source })).keys)
    expect(bySource.sort((a, b) => b - a)).toEqual(all)
  })

  test('finds stakes among the games and the job beside them', async () => {
    const { stage, mira } = await busy()
    const types = async (kind: StatementFilter['kind']) =>
      (await readStatement(stage.db.kysely, mira.accountId, { limit: 50, filter: { kind } })).lines.map(
        ({ type, cause, job }) => cause ?? job ?? type,
      )
    expect((await types('games')).sort()).toEqual([
      'game_played',
      'game_played',
      'stake',
      'stake',
      'stake_expired',
    ])
    expect(await types('work')).toEqual(['work'])
  })

  test('looks at so many acts for one page and goes on from there', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    await mira.act(minute, daysAgo(9))
    await sql`insert into cross_platform_events (user_id, event_type, source_platform, dedupe_key)
      select ${mira.accountId}::bigint, 'message_sent', 'discord', 'flood:' || n from generate_series(1, 9000) n`.execute(
      stage.db.kysely,
    )
    const { keys, pages } = await walk(stage, mira.accountId, 50, { kind: 'voice' })
    expect([keys.length, pages]).toEqual([1, 3])
    const first = await mira.browser.get('/profile/statement?kind=voice')
    expect(text(first.text)).toContain('Можно искать дальше в прошлом')
    const next = /<a class="button" href="([^"]+)" rel="next">Искать раньше/.exec(first.text)?.[1] ?? ''
    expect(next).toMatch(/^\/profile\/statement\?kind=voice&amp;before=\d+$/)
  })
})

describe('the statement’s page', () => {
  test('says what each act was and why it paid what it paid', async () => {
    const { mira } = await busy()
    const page = await mira.browser.get('/profile/statement')
    expect(page.headers.get('cache-control')).toBe('private, no-store')
    const words = text(page.text)
    for (const said of [
      'Сообщение, 120 знаков плата по длине +15 XP',
      'Сообщение, 2 знака слишком короткое ничего',
      'Голос: 5 минут в компании, минута за минутой По минутам',
      'Награда дня 1-й день серии +100 XP +100 монет',
      'Угадай число победа, выпало: 7, твой выбор: 7, ставка 50 монет +50 XP +150 монет',
      'Ставка: Угадай число вернётся с выигрышем, если повезёт −50 монет',
      'Ставка вернулась: Угадай число время раунда вышло +10 монет',
      'Кости победа, выпало: 5 +25 XP',
      'Работа раз в час +20 XP +90 монет',
      'Новый ранг: F II награда за ранг, один раз навсегда +50 монет',
      'Прогресс пришёл при объединении',
      'Прогресс ушёл в общий аккаунт сложено до последней монеты, ничего не потеряно от присоединённого аккаунта −25 XP',
      'Приветствие первый запуск бота +10 XP',
      'Аккаунт создан',
    ])
      expect(words).toContain(said)
    expect(words).toMatch(/Сегодня, 10 марта 2026 г\..*Вчера, 9 марта 2026 г\..*8 марта 2026 г\./)
  })

  test('escapes what people wrote and tells nobody’s id', async () => {
    const { mira } = await busy()
    const { text: html } = await mira.browser.get('/profile/statement')
    expect(html).toContain('&lt;b&gt;за&lt;/b&gt;')
    expect(html).not.toContain('<b>за')
    expect(html).not.toContain('4242')
  })

  test('keeps its filter while the pages are turned, and the language choice keeps both', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    for (let n = 60; n > 0; n--) await mira.act(grant(1), new Date(daysAgo(1).getTime() - n * 60_000))
    const first = await mira.browser.get('/profile/statement?source=discord')
    const next = /href="([^"]+)" rel="next">Раньше/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    expect(next).toMatch(/^\/profile\/statement\?source=discord&before=\d+$/)
    const second = await mira.browser.get(next)
    expect(second.text.match(/class="act"/g)?.length).toBeGreaterThan(9)
    expect(second.text).toContain('<a class="button button-quiet" href="/profile/statement?source=discord">')
    expect(second.text.replaceAll('&amp;', '&')).toContain(`${next}&lang=en`)
    expect(second.text).toMatch(
      /class="chip" href="\/profile\/statement\?source=discord" aria-current="true"/,
    )
  })

  test.each([
    'kind=nothing',
    'source=myspace',
    'before=0',
    'before=-1',
    'before=1e3',
    'before=99999999999999999',
    "before=1'%20or%201=1--",
    "kind=voice'%20or%20'1'='1",
    'kind=constructor',
  ])('knows no such address: %s', async (query) => {
    const stage = await startStage()
    const mira = await stage.member()
    expect((await mira.browser.get(`/profile/statement?${query}`)).status).toBe(404)
  })

  test('shows no act of anybody else, whatever key or id is asked for', async () => {
    const stage = await startStage()
    const mira = await stage.member()
    const oleg = await stage.member('oleg')
    await mira.act(message(77))
    await mira.act({ type: 'daily' })
    const theirs = await stage.db.kysely
      .selectFrom('cross_platform_events')
      .select(['seq', 'id'])
      .where('user_id', '=', mira.accountId)
      .execute()
    const paths = [
      '/profile/statement',
      ...theirs.flatMap(({ seq }) => [
        `/profile/statement?before=${seq}`,
        `/profile/statement?before=${seq + 1}`,
      ]),
      `/profile/statement?account=${mira.accountId}`,
      `/profile/statement?id=${mira.accountId}&user_id=${mira.accountId}`,
      `/profile?account=${mira.accountId}`,
      `/profile?id=${mira.accountId}`,
    ]
    for (const path of paths) {
      const { status, text: html } = await oleg.browser.get(path)
      expect(status).toBe(200)
      expect(text(html), path).not.toMatch(/77 знаков|1-й день серии \+100|Мира/)
    }
    for (const path of [
      `/profile/${mira.accountId}`,
      `/profile/statement/${mira.accountId}`,
      `/u/${mira.accountId}/statement`,
    ])
      expect((await oleg.browser.get(path)).status).toBe(404)
  })
})
