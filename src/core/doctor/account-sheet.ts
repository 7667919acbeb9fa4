import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { PlatformName } from '../../db/schema.js'
import { communityDay } from '../progression/community-day.js'
import { type DayCounters, dayCounters, readLimits } from '../progression/limits.js'
import { listRestrictions, type RestrictionRow } from '../restrictions/read-restriction.js'

/** Everything an operator may need to know about one account. */
export type AccountSheet = {
  id: number
  state: 'living' | 'merged' | 'deleted'
  mergedInto: number | null
  linkUnproven: boolean
  claimed: boolean
  createdAt: Date
  /** null unless living. */
  progress: AccountProgress | null
  identities: AccountIdentity[]
  /** What it has or had, that of accounts merged into it included, newest first. */
  restrictions: RestrictionRow[]
  /** Sums over the account and all that were merged into it. */
  ledger: { xp: string; coins: string; events: number }
  today: { day: string; counters: DayCounters; dailyClaimed: boolean }
}

type AccountProgress = {
  displayName: string
  username: string
  xp: number
  coins: number
  rankId: number
  gamesPlayed: number
  gamesWon: number
  /** Seconds. */
  voiceSeconds: number
  messages: number
  streak: number
  lastDaily: Date | null
  lastActive: Date
  locale: string | null
}

type AccountIdentity = {
  platform: PlatformName
  id: string
  username: string | null
  reachable: boolean
  knownSince: Date
  lastSeen: Date
}

/** Reads an account's sheet as of `now`; null for an id that never was. */
export async function readAccountSheet(
  reader: Reader,
  { accountId, now, timeZone }: { accountId: number; now: Date; timeZone: string },
): Promise<AccountSheet | null> {
  const account = await reader
    .selectFrom('ttfd.accounts')
    .selectAll()
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (!account) return null
  const stored = await reader
    .selectFrom('ttfd.account_limits')
    .select('state')
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  const limits = readLimits(stored?.state)
  const day = communityDay(now, timeZone)
  return {
    id: account.id,
    state: account.merged_into !== null ? 'merged' : account.deleted_at !== null ? 'deleted' : 'living',
    mergedInto: account.merged_into,
    linkUnproven: account.link_unproven,
    claimed: account.claimed_at !== null,
    createdAt: account.created_at,
    progress: await readProgress(reader, accountId),
    identities: await readIdentities(reader, accountId),
    restrictions: await listRestrictions(reader, accountId, now),
    ledger: await readLedger(reader, accountId),
    today: { day, counters: dayCounters(limits, day), dailyClaimed: limits.daily === day },
  }
}

async function readProgress(reader: Reader, accountId: number): Promise<AccountProgress | null> {
  const row = await reader
    .selectFrom('unified_users')
    .selectAll()
    .where('id', '=', accountId)
    .executeTakeFirst()
  if (!row) return null
  return {
    displayName: row.display_name,
    username: row.username,
    xp: row.xp,
    coins: row.coins,
    rankId: row.rank_id,
    gamesPlayed: row.games_played,
    gamesWon: row.games_won,
    voiceSeconds: row.total_voice_time,
    messages: row.messages_sent,
    streak: row.daily_streak,
    lastDaily: row.last_daily,
    lastActive: row.last_active,
    locale: row.locale,
  }
}

async function readIdentities(reader: Reader, accountId: number): Promise<AccountIdentity[]> {
  const rows = await reader
    .selectFrom('ttfd.identities')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('platform')
    .execute()
  return rows.map((row) => ({
    platform: row.platform,
    id: row.platform_id,
    username: row.username,
    reachable: row.reachable,
    knownSince: row.known_since,
    lastSeen: row.last_seen_at,
  }))
}

async function readLedger(reader: Reader, accountId: number): Promise<AccountSheet['ledger']> {
  const { rows } = await sql<AccountSheet['ledger']>`
    with recursive merged as (
      select id from ttfd.accounts where id = ${accountId}
      union select a.id from merged m join ttfd.accounts a on a.merged_into = m.id
    )
    select coalesce(sum(e.xp_delta), 0)::text as xp, coalesce(sum(e.coins_delta), 0)::text as coins,
      count(*)::int as events
    from cross_platform_events e where e.user_id in (select id from merged)`.execute(reader)
  return rows[0] ?? { xp: '0', coins: '0', events: 0 }
}
