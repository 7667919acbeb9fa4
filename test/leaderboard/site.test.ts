import { describe, expect, test } from 'vitest'
import { changeSettings } from '../../src/core/accounts/settings.js'
import { rebuildBoard } from '../../src/core/boards/board.js'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import type { Database } from '../../src/db/connect.js'
import { startStage } from '../profile/support.js'
import { freshDatabase } from '../support/databases.js'
import { readStream } from '../support/read-stream.js'
import { startSite } from '../support/site.js'
import { ban, makeMembers } from './support.js'

async function count(db: Database, now = new Date()) {
  await rebuildBoard(db, () => performance.now(), 'Europe/Moscow')
  await rebuildTops(db, { now, timeZone: 'Europe/Moscow', clock: () => 0 })
}

async function read(url: string) {
  const response = await fetch(url)
  return { status: response.status, body: await response.text() }
}

describe('the leaderboard', () => {
  test('shows each metric and period, pages by key, and finds by name with the place on that board', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    await makeMembers(site.db, [
      ...Array.from({ length: 60 }, (_, n) => ({ name: `Игрок ${n}`, xp: n + 1, coins: 1_000 - n })),
      { name: 'Ёлка', xp: 500, coins: 3, games: 7 },
    ])
    await count(site.db)
    const coins = await read(`${site.url}/leaderboard?metric=coins`)
    expect(coins.body.indexOf('Игрок 0<')).toBeLessThan(coins.body.indexOf('Игрок 1<'))
    expect(coins.body).toContain('Рейтинг подсчитан в')
    const next = /rel="next" href="([^"]+)"/.exec(coins.body)?.[1]?.replaceAll('&amp;', '&')
    expect(next).toMatch(/^\/leaderboard\?metric=coins&after=951-\d+$/)
    const second = await read(site.url + next)
    expect(second.body).toContain('Игрок 59<')
    expect(second.body).not.toContain('Игрок 49<')
    expect(second.body).not.toContain('podium-step')
    expect((await read(`${site.url}/leaderboard?metric=games&period=week`)).body).toContain(
      'Здесь пока никого',
    )

    const found = await read(`${site.url}/leaderboard?metric=coins&q=${encodeURIComponent(' ЕЛК ')}`)
    expect(found.body).toContain('Ёлка')
    expect(found.body).toMatch(/data-place[^>]*>61</)
    expect(found.body).not.toContain('Игрок 1')
    expect(
      (await read(`${site.url}/leaderboard?metric=games&q=${encodeURIComponent('игрок 5')}`)).body,
    ).toMatch(/data-place[^>]*>–</)
    expect((await read(`${site.url}/leaderboard?q=x`)).body).toContain('хотя бы две буквы')
  })

  test('hidden, banned and nameless members are in no row, no search and no stream', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    const ids = await makeMembers(site.db, [
      { name: 'Тень первая', xp: 90, coins: 9 },
      { name: 'Тень вторая', xp: 80, coins: 8 },
      { name: 'Тень третья', xp: 70, coins: 7, claimed: false },
      { name: 'Тень видимая', xp: 60, coins: 6 },
    ])
    await count(site.db)
    await changeSettings(site.db, ids[0] ?? 0, { private: true })
    await ban(site.db, ids[1] ?? 0)
    const paths = ['', '?metric=coins', `?q=${encodeURIComponent('тень')}`]
    for (const path of paths) {
      const { body } = await read(`${site.url}/leaderboard${path}`)
      expect(body, path).toContain('Тень видимая')
      expect(body, path).not.toMatch(/Тень (первая|вторая|третья)/)
      expect(body, path).not.toContain(`data-account="${ids[0]}"`)
    }
    const seen = await readStream(`${site.url}/live/leaderboard?metric=coins`, (text) =>
      text.includes('event: counted'),
    )
    expect(seen).toContain('event: counted')
    expect(seen).toContain('Тень видимая')
    expect(seen).not.toMatch(/Тень (первая|вторая|третья)/)
  })

  test('who hides while the board is open is gone from it without a new count', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    const [id] = await makeMembers(site.db, [
      { name: 'Прячусь', coins: 9 },
      { name: 'Остаюсь', coins: 5 },
    ])
    await count(site.db)
    const [, before, after] = (
      await readStream(
        `${site.url}/live/leaderboard?metric=coins`,
        (text) => text.split('event: board').length > 2,
        () => changeSettings(site.db, id ?? 0, { private: true }),
      )
    ).split('event: board')
    expect(before).toContain('Прячусь')
    expect(after).toBeDefined()
    expect(after).not.toContain('Прячусь')
  })

  test('whatever stands in an address, the answer is a page and never a fault of ours', async () => {
    const site = await startSite(await freshDatabase('postgres'))
    await makeMembers(site.db, [{ name: 'Аня', xp: 5, coins: 5 }])
    await count(site.db)
    const nasty = [
      "' or '1'='1",
      "'; drop table unified_users; --",
      '%%%',
      '__',
      '\\\\',
      '$1$2',
      '<script>alert(1)</script>',
      '"><img src=x>',
      '\u202eкод',
      'я'.repeat(2_000),
      '-1',
      '1e9',
      '[object Object]',
    ]
    for (const text of nasty) {
      for (const name of ['metric', 'period', 'q', 'after']) {
        const { status, body } = await read(
          `${site.url}/leaderboard?${new URLSearchParams({ [name]: text })}`,
        )
        expect([name, text, name === 'after' ? 404 : 200]).toEqual([name, text, status])
        expect(body).not.toContain('<script>alert')
        expect(body).not.toContain('<img')
        expect(body.length).toBeLessThan(60_000)
        if (name === 'q') expect(body).not.toContain('Аня')
      }
    }
    for (const path of [
      '?after=9007199254740993-1',
      '?after=1-',
      '?q=%00%00',
      '?q=%ed%a0%80ab',
      '?q[]=ab',
      '?q=ab&q=cd',
    ]) {
      expect((await read(`${site.url}/leaderboard${path}`)).status, path).toBeLessThan(500)
    }
    expect((await read(`${site.url}/leaderboard`)).body).toContain('Аня')
    expect(site.logged).toEqual([])
  })
})

test('a signed-in member sees his own place on every board, or why he has none', async () => {
  const stage = await startStage()
  const mira = await stage.member('mira', 40)
  await makeMembers(
    stage.db,
    Array.from({ length: 70 }, (_, n) => ({ name: `Впереди ${n}`, xp: 100 + n, coins: 500 + n })),
  )
  await count(stage.db, stage.clock.now)
  const page = async (query: string) => (await mira.browser.get(`/leaderboard${query}`)).text
  const place = async (query: string) => /data-own-place[^>]*>([^<]+)</.exec(await page(query))?.[1]
  expect(await place('')).toBe('71')
  expect(await page('')).toContain('Место подсчитано в')
  expect(await place(`?q=${encodeURIComponent('впереди')}`)).toBe('71')
  expect(await place('?period=week')).toBe('1')
  expect(await page('?period=week')).toContain('Ты на этой странице')
  expect(await page('?metric=voice')).toContain('Пока без места')
  await changeSettings(stage.db, mira.accountId, { private: true })
  expect(await page('')).toContain('Твой профиль скрыт')
  expect(stage.at.logged).toEqual([])
})

test('pages kept for readers who are not signed in go with the first change, and private ones are never kept', async () => {
  const site = await startSite(await freshDatabase('postgres'), { pageCacheMs: 60_000 })
  const anya = await site.give('1', 'Аня', 10)
  await site.duties.runOnce()
  // What is told of later would make the pages drawn below old.
  await site.heard()
  const profile = () => read(`${site.url}/u/${anya}`)
  const board = () => read(`${site.url}/leaderboard`)
  const [first, ruled] = [await profile(), await board()]
  expect([first.status, first.body]).toEqual([200, (await profile()).body])
  // Behind the program's back: whoever is given the old name is given a kept page.
  await site.db.kysely.updateTable('unified_users').set({ display_name: 'Тайна' }).execute()
  expect([(await profile()).body, (await board()).body]).toEqual([first.body, ruled.body])
  // Another language or theme is another page.
  expect((await read(`${site.url}/u/${anya}?theme=dark`)).body).toContain('Тайна')

  await site.give('1', 'Аня', 4_321)
  await expect.poll(async () => (await profile()).body).toMatch(/4\s331/)
  await expect.poll(async () => (await board()).body).toMatch(/4\s331/)
  await changeSettings(site.db, anya, { private: true })
  await expect.poll(async () => (await profile()).status).toBe(404)
  await expect.poll(async () => (await board()).body).not.toContain('Тайна')
})
