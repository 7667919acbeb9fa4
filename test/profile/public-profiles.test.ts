import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { rebuildBoard } from '../../src/core/boards/board.js'
import { AskTogether } from '../../src/core/profiles/ask-together.js'
import { readProfile, readXpPerDay } from '../../src/core/profiles/read-profile.js'
import { readPublicProfiles } from '../../src/core/profiles/read-public-profiles.js'
import { ban, makeMembers } from '../leaderboard/support.js'
import { RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

const shared = sharedDatabase('postgres')
const SPAN = { rules: RULES, from: '2026-03-01', to: '2026-03-05' }

test('pages read together show what each shows by itself: merged, hidden, banned and unnamed members too', async () => {
  const { db } = shared
  const day = (day: string, xp: number) => ({ day, xp, coins: 0, voice: 0, messages: 0, games: 0 })
  const ids = await makeMembers(db, [
    { name: 'Аня', xp: 900, coins: 5, messages: 7, days: [day('2026-03-01', 10), day('2026-02-28', 99)] },
    { name: 'Борис', xp: 500, days: [day('2026-03-05', 3)] },
    { name: 'Gone', days: [day('2026-03-01', 100), day('2026-03-02', 200)] },
    { name: 'Gone before', days: [day('2026-03-02', 1_000)] },
    { name: 'Hidden', xp: 700 },
    { name: 'Banned', xp: 600 },
    { name: 'Unknown', xp: 1, claimed: false },
  ])
  const [anya = 0, boris = 0, gone = 0, goneBefore = 0, hidden = 0, banned = 0, unnamed = 0] = ids
  await sql`delete from unified_users where id in (${gone}, ${goneBefore})`.execute(db.kysely)
  await sql`update ttfd.accounts set merged_into = ${anya} where id = ${gone}`.execute(db.kysely)
  await sql`update ttfd.accounts set merged_into = ${gone} where id = ${goneBefore}`.execute(db.kysely)
  await sql`insert into ttfd.account_settings (account_id, private) values (${hidden}, true)`.execute(
    db.kysely,
  )
  await ban(db, banned)
  await rebuildBoard(db, () => 0, 'Europe/Moscow')

  const living = [anya, boris, hidden, banned, unnamed]
  // Often enough for the database to settle on one plan for all.
  for (let round = 0; round < 8; round++) {
    const pages = await readPublicProfiles(db.kysely, [...living, gone, 123_456_789], SPAN)
    expect([...pages.keys()].toSorted()).toEqual(living.toSorted())
    for (const id of living) {
      const profile = await readProfile(db.kysely, id, RULES)
      const { frozen, lastDailyDay, lastActive, locale, ...shown } = profile ?? ({} as never)
      const days = await readXpPerDay(db.kysely, id, SPAN.from, SPAN.to)
      expect(pages.get(id)).toEqual({ ...shown, days })
    }
    expect(pages.get(anya)?.days.map(({ xp }) => xp)).toEqual([110, 1_200, 0, 0, 0])
    expect([hidden, banned, anya].map((id) => pages.get(id)?.private)).toEqual([true, true, false])
  }
  expect((await readPublicProfiles(db.kysely, [], SPAN)).size).toBe(0)
})

test('a marked statement is prepared once a connection, under the same name', async () => {
  const { db } = shared
  await db.kysely.connection().execute(async (one) => {
    for (let round = 0; round < 3; round++) await readPublicProfiles(one, [1, 2], SPAN)
    const { rows } = await sql<{ uses: number }>`
      select generic_plans + custom_plans as uses from pg_prepared_statements
      where statement like '%day_sums%'`.execute(one)
    expect(rows.length).toBe(1)
    expect(rows[0]?.uses).toBeGreaterThanOrEqual(3)
  })
})

test('questions of one moment are asked together, each once; a later one gets a later answer', async () => {
  const asked: number[][] = []
  const open: (() => void)[] = []
  let state = 0
  const together = new AskTogether<number, string>(async (keys) => {
    asked.push([...keys])
    const seen = state
    await new Promise<void>((resolve) => open.push(resolve))
    return new Map(keys.filter((key) => key > 0).map((key) => [key, `${key} as of ${seen}`]))
  })
  const answers = [1, 2, 3, 3, 1, -1].map((key) => together.get(key))
  expect(asked).toEqual([[1]])
  state = 1
  for (const finish of open.splice(0)) finish()
  await answers[0]
  await Promise.resolve()
  expect(asked.slice(1)).toEqual([[2, 3, 1, -1]])
  for (const finish of open.splice(0)) finish()
  expect(await Promise.all(answers)).toEqual([
    '1 as of 0',
    '2 as of 1',
    '3 as of 1',
    '3 as of 1',
    '1 as of 1',
    null,
  ])
})

test('a question that fails fails those who asked it, and nobody after them', async () => {
  let fails = true
  const together = new AskTogether<number, number>(async (keys) => {
    if (fails) throw new Error('away')
    return new Map(keys.map((key) => [key, key]))
  })
  await expect(together.get(1)).rejects.toThrow('away')
  fails = false
  expect(await together.get(1)).toBe(1)
})
