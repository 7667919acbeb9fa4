import { sql } from 'kysely'
import { compactEvents } from '../../src/core/compaction/compact-events.js'
import { checkLedger } from '../../src/core/doctor/check-ledger.js'
import { readStatement } from '../../src/core/statement/read-statement.js'
import type { Database } from '../../src/db/connect.js'

const TIME_ZONE = 'Europe/Moscow'

export type Happened = {
  account: number
  type: string
  source: string
  xp: number
  coins: number
  at: Date
  data?: Record<string, unknown>
  key?: string
  processed?: boolean
}

let serial = 0

/** Accounts with a past: events as the program writes them, balances that are their sums. */
export async function remember(db: Database, events: readonly Happened[]): Promise<void> {
  const accounts = [...new Set(events.map(({ account }) => account))]
  const sum = (account: number, of: 'xp' | 'coins') =>
    events.filter((one) => one.account === account).reduce((total, one) => total + one[of], 0)
  await sql`insert into ttfd.accounts (id) select unnest(${accounts}::bigint[]) on conflict do nothing`.execute(
    db.kysely,
  )
  for (const account of accounts) {
    const [xp, coins] = [sum(account, 'xp'), sum(account, 'coins')]
    await sql`insert into unified_users (id, telegram_id, xp, coins, primary_platform)
      values (${account}, ${String(account)}, ${xp}, ${coins}, 'telegram')`.execute(db.kysely)
    await sql`insert into ttfd.identities (platform, platform_id, account_id) values ('telegram', ${String(account)}, ${account})`.execute(
      db.kysely,
    )
  }
  const inOrder = [...events].sort((a, b) => a.at.getTime() - b.at.getTime())
  for (const { account, type, source, xp, coins, at, data = {}, key, processed = true } of inOrder) {
    serial += 1
    await sql`insert into cross_platform_events
        (user_id, event_type, source_platform, xp_delta, coins_delta, data, dedupe_key, processed, processed_at, created_at)
      values (${account}, ${type}, ${source}, ${xp}, ${coins}, ${JSON.stringify(data)}::jsonb,
        ${key ?? `test:${serial}`}, ${processed}, ${processed ? at : null}, ${at})`.execute(db.kysely)
  }
}

export const compact = (
  db: Database,
  before: string,
  more: Partial<Parameters<typeof compactEvents>[1]> = {},
) =>
  compactEvents(db, {
    before: new Date(`${before}T00:00:00+03:00`),
    timeZone: TIME_ZONE,
    clock: () => performance.now(),
    ...more,
  })

/** What a member reads in the statement, added up by where, what and month, sums and single acts alike. */
export async function statementTotals(db: Database, account: number): Promise<Record<string, number[]>> {
  const totals: Record<string, number[]> = {}
  for (let before: number | null = null; ; ) {
    const { lines, nextSeq } = await readStatement(db.kysely, account, { limit: 50, before })
    for (const line of lines) {
      const month = new Date(line.at.getTime() + 3 * 3_600_000).toISOString().slice(0, 7)
      const key = [line.source, line.type, line.game, line.job, month].join(' ')
      const total = totals[key] ?? [0, 0, 0, 0]
      totals[key] = total
      const wins = line.wins ?? (line.type === 'game_played' && line.won ? 1 : 0)
      for (const [n, value] of [line.xp, line.coins, line.summed ?? 1, wins].entries())
        total[n] = (total[n] ?? 0) + value
    }
    if (nextSeq === null) return totals
    before = nextSeq
  }
}

export async function ledgerIsRight(db: Database): Promise<boolean> {
  return (await checkLedger(db.kysely)).every(({ level }) => level === 'ok')
}

export async function countEvents(db: Database): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from cross_platform_events`.execute(
    db.kysely,
  )
  return rows[0]?.n ?? 0
}
