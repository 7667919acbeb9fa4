import type { PlatformName } from '../../db/schema.js'
import type { Row, Statement } from '../../db/statement.js'
import { type Identity, identityKey } from '../accounts/identity.js'
import type { NewEvent } from '../events/event-types.js'
import { strictestAt } from '../restrictions/restriction.js'
import type { AccountState } from './account-state.js'
import type { Award } from './award.js'
import { communityDay } from './community-day.js'
import { readLimits } from './limits.js'

/**
 * The statements of the write path, set-based and prepared by name. They go in two round trips: lock and look up,
 * then write. Limits and keys are read by statements begun after the lock has returned: one combined statement
 * misses what was committed while it waited.
 */

export function lockAccounts(awards: readonly Pick<Award, 'who'>[]): Statement {
  const ids = new Set<number>()
  const identities: Record<PlatformName, Set<string>> = {
    telegram: new Set(),
    discord: new Set(),
    website: new Set(),
  }
  for (const { who } of awards) {
    if ('accountId' in who) ids.add(who.accountId)
    else identities[who.platform].add(who.id)
  }
  return {
    name: 'lock_accounts',
    text: `select id, telegram_id, discord_id, website_email, xp, coins, rank_id, highest_rank_paid,
        daily_streak, last_daily, last_active
      from unified_users
      where id = any($1::bigint[]) or telegram_id = any($2::text[]) or discord_id = any($3::text[]) or website_email = any($4::text[])
      order by id for no key update`,
    values: [[...ids], [...identities.telegram], [...identities.discord], [...identities.website]],
  }
}

/** Limits of the accounts that a `lockAccounts` statement locks. */
export function readAccountLimits({ values }: Statement): Statement {
  return {
    name: 'read_account_limits',
    text: `select l.account_id, l.state, case when l.state ? 'restricted' then extract(epoch from now())::float8 end as now
      from unified_users u join ttfd.account_limits l on l.account_id = u.id
      where u.id = any($1::bigint[]) or u.telegram_id = any($2::text[]) or u.discord_id = any($3::text[]) or u.website_email = any($4::text[])`,
    values,
  }
}

export function findKeys(awards: readonly Award[]): Statement {
  return {
    name: 'find_keys',
    text: `select dedupe_key, user_id, event_type, xp_delta, coins_delta, data from cross_platform_events
      where dedupe_key = any($1::text[])`,
    values: [awards.map((award) => award.key)],
  }
}

export type SeenEvent = {
  dedupe_key: string
  user_id: number
  event_type: string
  xp_delta: number
  coins_delta: number
  data: Record<string, unknown>
}

/** An account as it was locked, with its row of `readAccountLimits`. */
export function accountState(row: Row, stored: Row | undefined): AccountState {
  const limits = readLimits(stored?.state)
  return {
    id: row.id as number,
    identities: {
      telegram: row.telegram_id as string | null,
      discord: row.discord_id as string | null,
      website: row.website_email as string | null,
    },
    xp: row.xp as number,
    coins: row.coins as number,
    rankId: row.rank_id as number,
    highestRankPaid: row.highest_rank_paid as number,
    streak: row.daily_streak as number,
    lastDaily: row.last_daily as Date | null,
    lastActive: row.last_active as Date,
    limits,
    // Only of a restricted account is the time asked.
    restriction: typeof stored?.now === 'number' ? strictestAt(limits.restricted, stored.now) : null,
    gamesPlayed: 0,
    gamesWon: 0,
    voiceSeconds: 0,
    messages: 0,
    seasonXp: 0,
    changed: false,
    created: false,
  }
}

export function updateAccounts(accounts: readonly AccountState[]): Statement {
  return {
    name: 'update_accounts',
    text: `update unified_users u set xp = v.xp, coins = v.coins, rank_id = v.rank_id, highest_rank_paid = v.highest_rank_paid,
        games_played = u.games_played + v.games_played, games_won = u.games_won + v.games_won,
        total_voice_time = u.total_voice_time + v.voice_seconds, messages_sent = u.messages_sent + v.messages,
        current_season_xp = u.current_season_xp + v.season_xp, daily_streak = v.streak, last_daily = v.last_daily,
        last_active = v.last_active
      from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
        $9::bigint[], $10::bigint[], $11::bigint[], $12::timestamptz[], $13::timestamptz[])
        as v (id, xp, coins, rank_id, highest_rank_paid, games_played, games_won, voice_seconds, messages, season_xp, streak,
          last_daily, last_active)
      where u.id = v.id`,
    values: [
      accounts.map((a) => a.id),
      accounts.map((a) => a.xp),
      accounts.map((a) => a.coins),
      accounts.map((a) => a.rankId),
      accounts.map((a) => a.highestRankPaid),
      accounts.map((a) => a.gamesPlayed),
      accounts.map((a) => a.gamesWon),
      accounts.map((a) => a.voiceSeconds),
      accounts.map((a) => a.messages),
      accounts.map((a) => a.seasonXp),
      accounts.map((a) => a.streak),
      accounts.map((a) => a.lastDaily),
      accounts.map((a) => a.lastActive),
    ],
  }
}

export function updateLimits(accounts: readonly AccountState[]): Statement {
  return {
    name: 'update_limits',
    text: `update ttfd.account_limits l set state = v.state::jsonb, updated_at = now()
      from unnest($1::bigint[], $2::text[]) as v (account_id, state) where l.account_id = v.account_id`,
    values: [accounts.map((a) => a.id), accounts.map((a) => JSON.stringify(a.limits))],
  }
}

export function insertEvents(events: readonly NewEvent[]): Statement {
  return {
    name: 'insert_events',
    text: `insert into cross_platform_events
        (id, user_id, event_type, source_platform, xp_delta, coins_delta, data, dedupe_key, processed, processed_at)
      select v.id, v.user_id, v.event_type, v.source_platform, v.xp_delta, v.coins_delta, v.data::jsonb, v.dedupe_key,
        v.processed, case when v.processed then now() end
      from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::boolean[])
        as v (id, user_id, event_type, source_platform, xp_delta, coins_delta, data, dedupe_key, processed)`,
    values: [
      events.map((e) => e.id),
      events.map((e) => e.userId),
      events.map((e) => e.type),
      events.map((e) => e.source),
      events.map((e) => e.xpDelta),
      events.map((e) => e.coinsDelta),
      events.map((e) => JSON.stringify(e.data)),
      events.map((e) => e.dedupeKey),
      events.map((e) => e.destinations.length === 0),
    ],
  }
}

/** Adds to the daily sums. `days` holds the community day of each event. */
export function addToRollups(events: readonly NewEvent[], days: readonly string[]): Statement {
  const sums = new Map<string, { event: NewEvent; day: string; xp: number; coins: number; events: number }>()
  events.forEach((event, index) => {
    // A message where nothing counts is no message on any board, a game that was refused no game.
    if (event.data.reason === 'place') return
    if (event.type === 'game_played' && event.data.won === undefined) return
    const day = days[index] ?? ''
    const key = `${event.userId}|${day}|${event.source}|${event.type}`
    const sum = sums.get(key) ?? { event, day, xp: 0, coins: 0, events: 0 }
    sum.xp += event.xpDelta
    sum.coins += event.coinsDelta
    sum.events += 1
    sums.set(key, sum)
  })
  // In one order everywhere, though the account's lock already keeps others away.
  const rows = [...sums.values()]
  return {
    name: 'add_to_rollups',
    text: `insert into ttfd.daily_rollups as r (account_id, day, source_platform, event_type, xp, coins, events)
      select * from unnest($1::bigint[], $2::date[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
      on conflict (account_id, day, source_platform, event_type)
        do update set xp = r.xp + excluded.xp, coins = r.coins + excluded.coins, events = r.events + excluded.events`,
    values: [
      rows.map((r) => r.event.userId),
      rows.map((r) => r.day),
      rows.map((r) => r.event.source),
      rows.map((r) => r.event.type),
      rows.map((r) => r.xp),
      rows.map((r) => r.coins),
      rows.map((r) => r.events),
    ],
  }
}

export function insertDeliveries(events: readonly NewEvent[]): Statement {
  const rows = events.flatMap((event) => event.destinations.map((destination) => ({ event, destination })))
  return {
    name: 'insert_deliveries',
    text: `insert into ttfd.deliveries (event_id, account_id, destination)
      select * from unnest($1::uuid[], $2::bigint[], $3::text[])`,
    values: [rows.map((r) => r.event.id), rows.map((r) => r.event.userId), rows.map((r) => r.destination)],
  }
}

/** Channel on which every change of an account is told: ids only, separated by commas. */
export const CHANGED_CHANNEL = 'ttfd_changed'
/** Channel that wakes the sync worker. */
export const DELIVERIES_CHANNEL = 'ttfd_deliveries'

export function notifyChanged(accounts: readonly AccountState[], hasDeliveries: boolean): Statement {
  return {
    name: 'notify_changed',
    text: `select pg_notify('${CHANGED_CHANNEL}', $1), case when $2::boolean then pg_notify('${DELIVERIES_CHANNEL}', '') end`,
    values: [accounts.map((a) => a.id).join(','), hasDeliveries],
  }
}

/** The community day of an award, for its events. */
export function dayOfAward(award: Award, timeZone: string): string {
  return communityDay(award.occurredAt, timeZone)
}

export function whoKey(who: Identity | { accountId: number }): string {
  return 'accountId' in who ? `account:${who.accountId}` : identityKey(who)
}
