import { once } from 'node:events'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { Database } from '../../src/db/connect.js'
import { freshFolder, installation } from '../cli/support.js'
import { startCommand } from '../support/program.js'
import { countEvents, ledgerIsRight } from './support.js'

const COMMAND = ['events', 'compact', '--before', '2026-01-01']
const KILLS = process.env.LONG ? 20 : 1
const ACCOUNTS = 250
const MONTHS = 12
const PER_MONTH = 20

test(
  `summing up killed ${KILLS} times at a random moment keeps every sum, and ends when it is run again`,
  async () => {
    const { db, env, run } = await installation('postgres')
    const gate = db.client()
    await gate.connect()
    onTestFinished(() => gate.end())
    for (let n = 0; n < KILLS; n++) {
      await sql`truncate ttfd.accounts, ttfd.identities, unified_users, cross_platform_events cascade`.execute(
        db.kysely,
      )
      await rememberYear(db)
      const before = await sums(db)
      const all = await countEvents(db)
      // Who is locked cannot be summed up, so that none of them ends before it is killed.
      await gate.query('begin')
      await gate.query('select from unified_users where id = $1 for update', [ACCOUNTS])
      const child = startCommand(COMMAND, { cwd: freshFolder(), env })
      const exit = once(child, 'exit')
      while (child.exitCode === null && (await countEvents(db)) === all)
        await new Promise((resolve) => setTimeout(resolve, 1))
      await new Promise((resolve) => setTimeout(resolve, (n * 37) % 200))
      child.kill('SIGKILL')
      expect(await exit, 'it was killed and had not ended').toEqual([null, 'SIGKILL'])
      expect(await countEvents(db)).toBeGreaterThan(ACCOUNTS * MONTHS)
      expect(await ledgerIsRight(db)).toBe(true)
      expect(await sums(db)).toEqual(before)
      await gate.query('rollback')

      expect(await run(COMMAND)).toMatchObject({ code: 0 })
      expect(await countEvents(db)).toBe(ACCOUNTS * MONTHS)
      expect(await ledgerIsRight(db)).toBe(true)
      expect(await sums(db)).toEqual(before)
    }
  },
  process.env.LONG ? 900_000 : 300_000,
)

/** People who wrote every day or two of a year. */
async function rememberYear(db: Database): Promise<void> {
  const count = MONTHS * PER_MONTH
  await sql`insert into ttfd.accounts (id) select generate_series(1, ${ACCOUNTS}::int)`.execute(db.kysely)
  await sql`insert into unified_users (id, telegram_id, xp, coins, primary_platform)
    select a, a::text, ${5 * count}::int, ${count}::int, 'telegram' from generate_series(1, ${ACCOUNTS}::int) a`.execute(
    db.kysely,
  )
  await sql`insert into ttfd.identities (platform, platform_id, account_id)
    select 'telegram', a::text, a from generate_series(1, ${ACCOUNTS}::int) a`.execute(db.kysely)
  await sql`insert into cross_platform_events
      (user_id, event_type, source_platform, xp_delta, coins_delta, data, dedupe_key, processed, processed_at, created_at)
    select a, 'message_sent', 'telegram', 5, 1, '{}', 'kill:' || a || ':' || m || ':' || n, true, at, at
    from generate_series(1, ${ACCOUNTS}::int) a, generate_series(1, ${MONTHS}::int) m, generate_series(1, ${PER_MONTH}::int) n,
      lateral (select make_timestamptz(2025, m, n, 12, 0, 0, 'UTC') as at) t
    order by at, a`.execute(db.kysely)
}

/** What the events of each month say, single or summed up. */
async function sums(db: Database): Promise<object[]> {
  const { rows } = await sql<object>`
    select date_trunc('month', created_at at time zone 'Europe/Moscow')::text as month, count(distinct user_id)::int as accounts,
      sum(xp_delta)::int as xp, sum(coins_delta)::int as coins,
      sum(coalesce((data ->> 'summed_up')::int, 1))::int as acts
    from cross_platform_events group by 1 order by 1`.execute(db.kysely)
  return rows
}
