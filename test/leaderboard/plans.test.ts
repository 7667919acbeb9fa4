import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { admitLeaders, placeOf, readBoard, rebuildBoard } from '../../src/core/boards/board.js'
import { rebuildTops } from '../../src/core/boards/count-tops.js'
import { findMembers } from '../../src/core/boards/find-members.js'
import { readBoardState, readStandings } from '../../src/core/boards/standings.js'
import { periodStart, readTop, TOP_BOARDS, TOP_PERIODS } from '../../src/core/boards/tops.js'
import { readProfile, readXpPerDay } from '../../src/core/profiles/read-profile.js'
import { readPublicProfiles } from '../../src/core/profiles/read-public-profiles.js'
import { planReader } from '../support/explained.js'
import { RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

const MEMBERS = process.env.LONG === '1' ? 1_000_000 : 20_000
const ZONE = 'Europe/Moscow'
const NOW = new Date('2026-03-20T09:00:00Z')

/** Tables that grow with the community. Reading one from end to end is never part of answering anybody. */
const LARGE = [
  'unified_users',
  'accounts',
  'identities',
  'account_settings',
  'account_limits',
  'daily_rollups',
  'cross_platform_events',
  'board_tops',
]

const shared = sharedDatabase('postgres')

async function fill(): Promise<void> {
  const { kysely } = shared.db
  await sql`insert into ttfd.accounts (claimed_at) select case when n % 5 > 0 then now() end from generate_series(1, ${MEMBERS}) n`.execute(
    kysely,
  )
  await sql`
    insert into unified_users (id, telegram_id, display_name, xp, coins, messages_sent, games_played, total_voice_time, primary_platform)
    select id, id::text, chr(1040 + (id % 32)::int) || chr(1072 + (id / 32 % 32)::int) || ' ' || id, (id * 7919) % 60000,
      (id * 104729) % 9000, id % 900, id % 70, id % 5000, 'telegram' from ttfd.accounts`.execute(kysely)
  await sql`insert into ttfd.account_limits (account_id) select id from ttfd.accounts`.execute(kysely)
  await sql`insert into ttfd.account_settings (account_id, private) select id, id % 50 = 0 from ttfd.accounts where id % 3 = 0`.execute(
    kysely,
  )
  await sql`
    insert into ttfd.daily_rollups (account_id, day, source_platform, event_type, xp, coins, events)
    select id, '2026-03-20'::date - (n * 3), 'telegram', 'message_sent', 10, 0, 3 from ttfd.accounts, generate_series(0, 2) n`.execute(
    kysely,
  )
  await rebuildBoard(shared.db, () => performance.now(), ZONE)
  await rebuildTops(shared.db, { now: NOW, timeZone: ZONE, clock: () => 0 })
  await sql`analyze`.execute(kysely)
}

test('no question that a page asks reads a large table from end to end', { timeout: 600_000 }, async () => {
  await fill()
  const { db } = shared
  const scansOf = planReader(shared.url)
  const questions: Record<string, (reader: typeof db.kysely) => Promise<unknown>> = {
    'the live board': (reader) => readBoard(reader, { limit: 100 }),
    'its next page': (reader) => readBoard(reader, { limit: 50, after: '59000-5' }),
    'a place by XP': (reader) => placeOf(reader, 12_345),
    'a search': (reader) => findMembers(reader, 'Аб'),
    'a search that finds much': (reader) => findMembers(reader, 'А'),
    'a search that finds nothing': (reader) => findMembers(reader, 'zzzz'),
    'a profile': (reader) => readProfile(reader, 77, RULES),
    'pages of profiles': (reader) =>
      readPublicProfiles(reader, [77, 78, 1_234], { rules: RULES, from: '2026-02-20', to: '2026-03-20' }),
    'a profile’s days': (reader) => readXpPerDay(reader, 77, '2026-02-20', '2026-03-20'),
    'new leaders': (reader) => admitLeaders({ ...db, kysely: reader }, [77, 78]),
  }
  for (const board of TOP_BOARDS) {
    for (const period of TOP_PERIODS) {
      const choice = { board, period, from: periodStart(period, NOW, ZONE) }
      questions[`${board} ${period}`] = (reader) => readTop(reader, board, period, { limit: 50 })
      questions[`${board} ${period}, later`] = (reader) =>
        readTop(reader, board, period, { limit: 50, after: '30-500' })
      questions[`own place, ${board} ${period}`] = (reader) => readStandings(reader, choice, [77])
      questions[`places of those found, ${board} ${period}`] = (reader) =>
        readStandings(
          reader,
          choice,
          Array.from({ length: 100 }, (_, n) => 1 + n * 7),
        )
      questions[`state, ${board} ${period}`] = (reader) => readBoardState(reader, choice)
    }
  }
  const faults: string[] = []
  for (const [name, ask] of Object.entries(questions)) {
    for (const scan of await scansOf(ask)) {
      if (LARGE.includes(scan)) faults.push(`${name} reads all of ${scan}`)
    }
  }
  expect(faults).toEqual([])

  // The look has eyes: what does read everything is seen.
  const blunt = (reader: typeof db.kysely) =>
    reader.selectFrom('unified_users').select('id').where('username', '=', 'x').execute()
  expect(await scansOf(blunt)).toEqual(['unified_users'])
})
