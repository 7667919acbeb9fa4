import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { changeSettings } from '../../src/core/accounts/settings.js'
import { rebuildBoard } from '../../src/core/boards/board.js'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import { readBoardState, readStandings } from '../../src/core/boards/standings.js'
import { periodStart, readTop, TOP_BOARDS, TOP_PERIODS, type TopBoard } from '../../src/core/boards/tops.js'
import { KINDS } from '../support/databases.js'
import { sharedDatabase } from '../support/shared-database.js'
import { ban, clearMembers, makeMembers, type NewMember } from './support.js'

/** A Wednesday: the week began on Monday the 2nd, the month on Sunday the 1st. */
const NOW = new Date('2026-03-04T09:00:00Z')
const ZONE = 'Europe/Moscow'

describe.each(KINDS)('boards on %s', (kind) => {
  const shared = sharedDatabase(kind)
  beforeEach(() => clearMembers(shared.db))

  const members = (list: readonly NewMember[]) => makeMembers(shared.db, list)
  const count = async (now = NOW) => {
    await rebuildBoard(shared.db, () => performance.now(), ZONE)
    await rebuildTops(shared.db, { now, timeZone: ZONE, clock: () => 0 })
  }
  const choice = (board: TopBoard, period: (typeof TOP_PERIODS)[number], now = NOW) => ({
    board,
    period,
    from: periodStart(period, now, ZONE),
  })
  const standings = (board: TopBoard, period: (typeof TOP_PERIODS)[number], ids: number[], now = NOW) =>
    readStandings(shared.db.kysely, choice(board, period, now), ids)

  test('every metric and period ranks by its own value, and everybody’s place is what counting says', async () => {
    const days = ['2026-02-20', '2026-03-01', '2026-03-03', '2026-03-04']
    const random = seeded(7)
    const list: NewMember[] = Array.from({ length: 60 }, (_, n) => ({
      name: `Игрок ${n}`,
      xp: random(500),
      coins: random(30),
      voice: 60 * random(5),
      messages: random(9),
      games: random(4),
      days: days.map((day) => ({
        day,
        xp: random(40),
        coins: random(9),
        voice: random(3),
        messages: random(4),
        games: random(3),
      })),
    }))
    const ids = await members(list)
    await count()
    for (const board of TOP_BOARDS) {
      for (const period of TOP_PERIODS) {
        const { from } = choice(board, period)
        const values = list.map((one) =>
          from === null
            ? (one[board] ?? 0)
            : (one.days ?? [])
                .filter(({ day }) => day >= from)
                .reduce((sum, day) => sum + day[board] * (board === 'voice' ? 60 : 1), 0),
        )
        const wanted = values.map((value) => (value > 0 ? 1 + values.filter((v) => v > value).length : null))
        const stood = await standings(board, period, ids)
        expect([board, period, stood.map(({ value }) => value)]).toEqual([board, period, values])
        expect([board, period, stood.map(({ place }) => place)]).toEqual([board, period, wanted])
        if (board === 'xp' && period === 'all') continue
        const { entries, total } = await readTop(shared.db.kysely, board, period, { limit: 100 })
        const best = ids
          .map((id, n) => ({ id, value: values[n] ?? 0, place: wanted[n] }))
          .filter(({ value }) => value > 0)
          .toSorted((a, b) => b.value - a.value || a.id - b.id)
        expect(entries.map(({ accountId, value, place }) => ({ id: accountId, value, place }))).toEqual(best)
        expect(total).toBe(best.length)
      }
    }
  })

  test('pages by key hold every member once, ties included, however deep', async () => {
    await members(Array.from({ length: 40 }, (_, n) => ({ name: `n${n}`, coins: 1 + (n % 5) })))
    await count()
    const seen: number[] = []
    for (let after: string | null = null; ; ) {
      const page = await readTop(shared.db.kysely, 'coins', 'all', { limit: 7, after })
      seen.push(...page.entries.map(({ accountId }) => accountId))
      if (page.next === null) break
      after = page.next
    }
    expect(new Set(seen).size).toBe(40)
    expect(seen).toHaveLength(40)
  })

  test('who hides or is banned is gone from rows at once, and from all places with the next count', async () => {
    const [best, second, third, fourth] = await members([
      { name: 'Первый', coins: 40, xp: 40 },
      { name: 'Второй', coins: 30, xp: 30 },
      { name: 'Третий', coins: 20, xp: 20 },
      { name: 'Четвёртый', coins: 10, xp: 10 },
    ])
    if (!best || !second || !third || !fourth) throw new Error('four members were made')
    await count()
    await changeSettings(shared.db, best, { private: true })
    await ban(shared.db, second)
    const rows = async () =>
      (await readTop(shared.db.kysely, 'coins', 'all', { limit: 9 })).entries.map(
        ({ accountId }) => accountId,
      )
    expect(await rows()).toEqual([third, fourth])
    for (const board of ['coins', 'xp'] as const) {
      const places = (await standings(board, 'all', [best, second, third, fourth])).map(({ place }) => place)
      expect(places).toEqual([null, null, 3, 4])
    }
    await count()
    for (const board of ['coins', 'xp'] as const) {
      expect((await standings(board, 'all', [third, fourth])).map(({ place }) => place)).toEqual([1, 2])
    }
    expect(await rows()).toEqual([third, fourth])
  })

  test('what was earned before a merge stands with the account that it is now', async () => {
    const day = { day: '2026-03-04', xp: 5, coins: 0, voice: 0, messages: 2, games: 1 }
    const [kept, gone, other] = await members([
      { name: 'Кто остался', days: [day] },
      { name: 'Кто влился', days: [day] },
      { name: 'Третий', days: [{ ...day, xp: 8 }] },
    ])
    if (!kept || !gone || !other) throw new Error('three members were made')
    await sql`delete from unified_users where id = ${gone}`.execute(shared.db.kysely)
    await sql`update ttfd.accounts set merged_into = ${kept} where id = ${gone}`.execute(shared.db.kysely)
    await count()
    expect(await standings('xp', 'week', [kept, gone, other])).toMatchObject([
      { accountId: kept, value: 10, place: 1 },
      { accountId: other, value: 8, place: 2 },
    ])
  })

  test('a value that grew since the count keeps a place; a count of a period that ended is none', async () => {
    const day = { day: '2026-03-04', xp: 0, coins: 0, voice: 0, messages: 3, games: 0 }
    const [id] = await members([
      { name: 'Аня', messages: 3, days: [day] },
      { name: 'Боря', messages: 9 },
    ])
    if (!id) throw new Error('a member was made')
    await count()
    await sql`update unified_users set messages_sent = 50 where id = ${id}`.execute(shared.db.kysely)
    expect(await standings('messages', 'all', [id])).toMatchObject([{ value: 50, place: 1 }])

    const monday = new Date('2026-03-09T00:30:00+03:00')
    expect(await readBoardState(shared.db.kysely, choice('messages', 'week'))).toMatchObject({ members: 1 })
    expect(await readBoardState(shared.db.kysely, choice('messages', 'week', monday))).toEqual({
      members: 0,
      countedAt: null,
    })
    expect(await standings('messages', 'week', [id], monday)).toMatchObject([{ value: 0, place: null }])
  })

  test('counting twice writes nothing when nothing changed', async () => {
    await members([{ name: 'Аня', coins: 5, games: 2 }])
    await count()
    const versions = async () =>
      (
        await sql<{ xmin: string }>`
          select xmin::text from ttfd.board_tops union all select xmin::text from ttfd.board_top_steps order by 1`.execute(
          shared.db.kysely,
        )
      ).rows
    const before = await versions()
    expect(before.length).toBeGreaterThan(3)
    await count()
    expect(await versions()).toEqual(before)
  })
})

/** The same whole numbers from 0 to below `n`, every time. */
function seeded(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * n)
  }
}
