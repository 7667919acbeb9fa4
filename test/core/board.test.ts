import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { changeSettings } from '../../src/core/accounts/settings.js'
import { admitLeaders, placeOf, readBoard, rebuildBoard } from '../../src/core/boards/board.js'
import { KINDS } from '../support/databases.js'
import { sharedDatabase } from '../support/shared-database.js'

const ZONE = 'Europe/Moscow'

describe.each(KINDS)('the board on %s', (kind) => {
  const shared = sharedDatabase(kind)
  const rebuild = () => rebuildBoard(shared.db, () => performance.now(), ZONE)

  /** Accounts with the given XP, straight into the tables. */
  async function members(xps: readonly number[]) {
    await sql`delete from ttfd.board_leaders`.execute(shared.db.kysely)
    await sql`delete from ttfd.account_settings`.execute(shared.db.kysely)
    await sql`delete from unified_users`.execute(shared.db.kysely)
    const { rows } = await sql<{
      id: number
    }>`insert into ttfd.accounts (claimed_at) select now() from unnest(${xps as number[]}::bigint[]) returning id`.execute(
      shared.db.kysely,
    )
    const ids = rows.map((row) => row.id)
    await sql`insert into unified_users (id, telegram_id, display_name, xp, primary_platform)
      select id, id::text, 'n' || id, xp, 'telegram' from unnest(${ids}::bigint[], ${xps as number[]}::bigint[]) as v (id, xp)`.execute(
      shared.db.kysely,
    )
    return ids
  }

  test('knows every place as counting does', async () => {
    const xps = Array.from({ length: 500 }, () => Math.floor(Math.random() ** 3 * 400))
    await members(xps)
    await rebuild()
    for (const xp of [...new Set([...xps, 0, 1, 77, 399, 10_000, Number.MAX_SAFE_INTEGER])]) {
      expect([xp, await placeOf(shared.db.kysely, xp)]).toEqual([
        xp,
        1 + xps.filter((other) => other > xp).length,
      ])
    }
  })

  test('pages through the best without gap or repeat, ties in one order and one place', async () => {
    const xps = Array.from({ length: 60 }, (_, n) => 10 * Math.floor(n / 4))
    const ids = await members(xps)
    await rebuild()
    const seen = []
    for (let after: string | null = null; ; ) {
      const page = await readBoard(shared.db.kysely, { limit: 7, after })
      seen.push(...page.entries)
      if (page.next === null) break
      after = page.next
    }
    // Who has no XP is on no board.
    expect(seen.map((entry) => entry.accountId).toSorted((a, b) => a - b)).toEqual(ids.slice(4))
    for (const entry of seen) expect(entry.place).toBe(1 + xps.filter((xp) => xp > entry.xp).length)
    expect((await readBoard(shared.db.kysely, { limit: 7, after: `';drop` })).entries).toHaveLength(7)
  })

  test('hides the private everywhere and counts them in nobody’s place', async () => {
    const [first, second, third] = await members([300, 200, 100])
    await changeSettings(shared.db, second ?? 0, { private: true })
    await rebuild()
    const { entries } = await readBoard(shared.db.kysely, { limit: 9 })
    expect(entries.map((entry) => [entry.accountId, entry.place])).toEqual([
      [first, 1],
      [third, 2],
    ])
    expect(await placeOf(shared.db.kysely, 100)).toBe(2)
  })

  test('shows a newcomer among the leaders before the next count', async () => {
    const [id] = await members([5])
    await rebuild()
    const [newcomer] = (
      await sql<{ id: number }>`insert into ttfd.accounts default values returning id`.execute(
        shared.db.kysely,
      )
    ).rows
    await sql`insert into unified_users (id, discord_id, xp, primary_platform) values (${newcomer?.id}, 'd', 9, 'discord')`.execute(
      shared.db.kysely,
    )
    await admitLeaders(shared.db, [newcomer?.id ?? 0, 999_999])
    const { entries } = await readBoard(shared.db.kysely, { limit: 9 })
    expect(entries.map((entry) => [entry.accountId, entry.named])).toEqual([
      [newcomer?.id, false],
      [id, true],
    ])
  })

  test('finds the first page whoever hides, rises or falls since the count, as reading all leaders does', async () => {
    const xps = Array.from({ length: 320 }, (_, n) => 1_000 + n)
    const ids = await members(xps)
    await rebuild()
    const { kysely } = shared.db
    const first = async (limit: number) =>
      (await readBoard(kysely, { limit })).entries.map(({ accountId, place }) => [accountId, place])
    const best = (n: number) => ids[ids.length - n] ?? 0
    expect(await first(100)).toEqual(Array.from({ length: 100 }, (_, n) => [best(n + 1), n + 1]))
    // From behind the front to the top, once his act is told.
    await sql`update unified_users set xp = 5000 where id = ${best(300)}`.execute(kysely)
    await sql`update unified_users set xp = 1 where id = ${best(1)}`.execute(kysely)
    await admitLeaders(shared.db, [best(300), best(1), best(250)])
    expect((await first(3)).map(([id]) => id)).toEqual([best(300), best(2), best(3)])
    // Nearly the whole front hides: the page is filled from behind it.
    for (let n = 2; n <= 199; n++)
      await sql`insert into ttfd.account_settings (account_id, private) values (${best(n)}, true)`.execute(
        kysely,
      )
    expect((await first(4)).map(([id]) => id)).toEqual([best(300), best(200), best(201), best(202)])
  })

  test('counted by two at once, is counted right', async () => {
    await members([1, 2, 3])
    await sql`delete from ttfd.board_state`.execute(shared.db.kysely)
    await Promise.all([rebuild(), rebuild(), rebuild()])
    expect(await placeOf(shared.db.kysely, 2)).toBe(2)
  })
})
