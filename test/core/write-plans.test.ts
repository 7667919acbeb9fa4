import { sql } from 'kysely'
import type pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { claimDeliveries } from '../../src/core/deliveries/claim-deliveries.js'
import { claimOpenedStatement } from '../../src/core/deliveries/claim-statements.js'
import type { Leasing } from '../../src/core/deliveries/leasing.js'
import { newId } from '../../src/core/events/new-id.js'
import { applyAwards } from '../../src/core/progression/apply-awards.js'
import { foldDaySums } from '../../src/core/progression/day-sums.js'
import { KnownAccounts } from '../../src/core/progression/known-accounts.js'
import { type Database, runnerOf } from '../../src/db/connect.js'
import type { Statement, StatementRunner } from '../../src/db/statement.js'
import { days, grantOf, makeAward, message } from '../support/awards.js'
import { RULES } from '../support/rules.js'
import { sharedDatabase } from '../support/shared-database.js'

const MEMBERS = process.env.LONG === '1' ? 200_000 : 10_000

/** Tables that grow with the community or its history: no write may read one from end to end. */
const LARGE = new Set([
  'unified_users',
  'accounts',
  'account_limits',
  'identities',
  'cross_platform_events',
  'daily_rollups',
  'deliveries',
])

const shared = sharedDatabase('postgres')

async function fill({ kysely }: Database): Promise<void> {
  await sql`insert into ttfd.accounts (claimed_at) select now() from generate_series(1, ${MEMBERS})`.execute(
    kysely,
  )
  await sql`
    insert into unified_users (id, telegram_id, discord_id, display_name, xp, primary_platform)
    select id, id::text, 'd' || id, 'Member ' || id, 0, 'telegram' from ttfd.accounts`.execute(kysely)
  await sql`insert into ttfd.account_limits (account_id) select id from ttfd.accounts`.execute(kysely)
  await sql`
    insert into ttfd.identities (platform, platform_id, account_id)
    select 'telegram', telegram_id, id from unified_users union all select 'discord', discord_id, id from unified_users`.execute(
    kysely,
  )
  await sql`
    insert into cross_platform_events (user_id, event_type, source_platform, dedupe_key, processed, processed_at)
    select id, 'message_sent', 'telegram', 'old:' || n || ':' || id, true, now() from ttfd.accounts, generate_series(1, 3) n`.execute(
    kysely,
  )
  await sql`
    insert into ttfd.deliveries (event_id, account_id, destination, state, ended_at)
    select id, user_id, 'telegram', 'delivered', now() from cross_platform_events where dedupe_key like 'old:1:%'`.execute(
    kysely,
  )
  await sql`
    insert into ttfd.daily_rollups (account_id, day, source_platform, event_type, xp, coins, events)
    select id, '2026-02-20'::date - n, 'telegram', 'message_sent', 10, 0, 3 from ttfd.accounts, generate_series(0, 2) n`.execute(
    kysely,
  )
  await sql`vacuum analyze`.execute(kysely)
}

/** Runs what it is given and keeps it. */
function remembering(runner: StatementRunner, kept: Map<string, Statement>): StatementRunner {
  return {
    run(statements) {
      for (const statement of statements) kept.set(statement.name ?? statement.text, statement)
      return runner.run(statements)
    },
  }
}

/** Tables that a prepared statement reads from end to end, by the plan that the server keeps for any values. */
async function scansOf(client: pg.Client, text: string): Promise<string[]> {
  await client.query(`prepare asked as ${text}`)
  try {
    const values = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, n]) => Number(n)))
    const list = values === 0 ? '' : `(${Array.from({ length: values }, () => 'null').join(', ')})`
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `explain (format json) execute asked${list}`,
    )
    return (rows[0]?.['QUERY PLAN'] ?? []).flatMap(({ Plan }) => scansIn(Plan))
  } finally {
    await client.query('deallocate asked')
  }
}

type Plan = { 'Node Type': string; 'Relation Name'?: string; Plans?: Plan[] }

function scansIn(plan: Plan): string[] {
  const below = (plan.Plans ?? []).flatMap(scansIn)
  const table = plan['Relation Name']
  return plan['Node Type'] === 'Seq Scan' && table && LARGE.has(table) ? [table, ...below] : below
}

test('no statement of the write path or of a claim reads a large table from end to end', {
  timeout: process.env.LONG ? 900_000 : 120_000,
}, async () => {
  const { db } = shared
  await fill(db)
  const kept = new Map<string, Statement>()
  const context = { rules: RULES, newId: () => newId(Date.now()) }
  const known = new KnownAccounts()
  const lease = { leaseSeconds: 30, timeZone: RULES.timeZone }
  const leasing: Leasing = {
    begin: (opened) => ({ statements: [claimOpenedStatement(opened, lease, newId(0))], end: () => {} }),
  }
  const apply = (awards: Parameters<typeof applyAwards>[1]) =>
    db.transaction((tx) =>
      applyAwards(remembering(runnerOf(tx), kept), awards, { ...context, known }, { leasing }),
    )

  const met = Array.from({ length: 50 }, (_, n) => ({ platform: 'discord' as const, id: `d${n + 1}` }))
  await apply(met.map((who) => makeAward(message(), { who })))
  // Known by now; some rise in rank, one is new, one is gone.
  await apply(met.map((who) => makeAward(grantOf(600, 5), { who, occurredAt: days(1) })))
  await apply([makeAward(message(), { who: { platform: 'telegram', id: 'new' } })])
  const { create: _, ...nobody } = makeAward(message(), { who: { accountId: 987_654_321 } })
  await apply([nobody])
  await db.transaction((tx) =>
    claimDeliveries(remembering(runnerOf(tx), kept), {
      ...lease,
      wanted: [{ destination: 'discord', room: 10 }],
    }),
  )
  const names = [...kept.keys()]
  for (const expected of [
    'lock_accounts',
    'lock_accounts_by_id',
    'read_account_limits',
    'read_account_limits_by_id',
    'find_keys',
    'find_moved',
    'update_accounts',
    'update_limits',
    'insert_events',
    'add_to_day_sums',
    'insert_deliveries',
    'claim_opened',
    'insert_users',
    'claim_deliveries',
  ])
    expect(names).toContain(expected)

  const client = db.client()
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('set plan_cache_mode = force_generic_plan')
  const faults: string[] = []
  for (const [name, { text }] of kept) {
    for (const table of await scansOf(client, text)) faults.push(`${name} reads all of ${table}`)
  }
  expect(faults).toEqual([])

  // What is folded and what is not yet add up, and the fold leaves nothing behind.
  const sums = () =>
    db.kysely
      .selectNoFrom(
        sql<number>`(select sum(s.xp)::bigint from unified_users u cross join lateral ttfd.day_sums(u.id) s)`.as(
          'xp',
        ),
      )
      .executeTakeFirstOrThrow()
  const before = await sums()
  await db.transaction(foldDaySums)
  expect(await sums()).toEqual(before)
  expect(await db.kysely.selectFrom('ttfd.rollup_deltas').selectAll().execute()).toEqual([])

  // The look has eyes.
  expect(await scansOf(client, 'select from unified_users where username = $1')).toEqual(['unified_users'])
})
