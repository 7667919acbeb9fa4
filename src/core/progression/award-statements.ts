import { int8Array, jsonArrayOf, jsonbArrayOf, textArray, uuidArray } from '../../db/binary-arrays.js'
import type { ByteWriter } from '../../db/byte-writer.js'
import type { Statement } from '../../db/statement.js'
import { type Identity, identityKey } from '../accounts/identity.js'
import type { NewEvent } from '../events/event-types.js'
import type { AccountState } from './account-state.js'
import type { Award } from './award.js'
import { communityDay } from './community-day.js'
import { packLimits } from './packed-limits.js'

/**
 * The second round trip of the write path: everything that was decided, written by set-based statements that are
 * prepared by name. Numbers of one row stand side by side in one array into which the server reaches: an array for each
 * column would be unrolled row by row each.
 */

const ACCOUNT_NUMBERS = 12
const accountNumber = numbersOf('$2', ACCOUNT_NUMBERS)
const UPDATE_ACCOUNTS = `update unified_users u set xp = ${accountNumber(1)}, coins = ${accountNumber(2)}, rank_id = ${accountNumber(3)}, highest_rank_paid = ${accountNumber(4)},
    games_played = u.games_played + ${accountNumber(5)}, games_won = u.games_won + ${accountNumber(6)},
    total_voice_time = u.total_voice_time + ${accountNumber(7)}, messages_sent = u.messages_sent + ${accountNumber(8)},
    current_season_xp = u.current_season_xp + ${accountNumber(9)}, daily_streak = ${accountNumber(10)},
    last_daily = case ${accountNumber(11)} when 0 then u.last_daily else to_timestamp(${accountNumber(11)}::float8 / 1000) end,
    last_active = greatest(u.last_active, to_timestamp(${accountNumber(12)}::float8 / 1000))
  from unnest($1::bigint[]) with ordinality as v (id, n)
  where u.id = v.id`

export function updateAccounts(accounts: readonly AccountState[]): Statement {
  const numbers = new Float64Array(accounts.length * ACCOUNT_NUMBERS)
  let at = 0
  for (const a of accounts) {
    numbers[at++] = a.xp
    numbers[at++] = a.coins
    numbers[at++] = a.rankId
    numbers[at++] = a.highestRankPaid
    numbers[at++] = a.gamesPlayed
    numbers[at++] = a.gamesWon
    numbers[at++] = a.voiceSeconds
    numbers[at++] = a.messages
    numbers[at++] = a.seasonXp
    numbers[at++] = a.streak
    numbers[at++] = a.lastDaily?.getTime() ?? 0
    numbers[at++] = a.lastActive.getTime()
  }
  return {
    name: 'update_accounts',
    text: UPDATE_ACCOUNTS,
    values: [int8Array(accounts.map((a) => a.id)), int8Array(numbers)],
  }
}

export function updateLimits(accounts: readonly AccountState[]): Statement {
  return {
    name: 'update_limits',
    text: `update ttfd.account_limits l set state = v.state, updated_at = now()
      from unnest($1::bigint[], $2::json[]) as v (account_id, state) where l.account_id = v.account_id`,
    values: [int8Array(accounts.map((a) => a.id)), jsonArrayOf(accounts, writeLimits)],
  }
}

const writeLimits = ({ limits }: AccountState, to: ByteWriter) => packLimits(limits, to)

const EVENT_NUMBERS = 6
const eventNumber = numbersOf('$4', EVENT_NUMBERS)
const INSERT_EVENTS = `insert into cross_platform_events
    (id, user_id, event_type, source_platform, xp_delta, coins_delta, data, dedupe_key, processed, processed_at)
  select ($3::uuid[])[v.n], ${eventNumber(1)}, ($5::text[])[${eventNumber(4)}], ($5::text[])[${eventNumber(5)}], ${eventNumber(2)}, ${eventNumber(3)}, v.data, v.dedupe_key,
    ${eventNumber(6)} = 1, case ${eventNumber(6)} when 1 then now() end
  from unnest($1::jsonb[], $2::text[]) with ordinality as v (data, dedupe_key, n)`

export function insertEvents(events: readonly NewEvent[]): Statement {
  const words = new Words()
  const numbers = new Float64Array(events.length * EVENT_NUMBERS)
  let at = 0
  for (const e of events) {
    numbers[at++] = e.userId
    numbers[at++] = e.xpDelta
    numbers[at++] = e.coinsDelta
    numbers[at++] = words.numberOf(e.type)
    numbers[at++] = words.numberOf(e.source)
    numbers[at++] = e.destinations.length === 0 ? 1 : 0
  }
  return {
    name: 'insert_events',
    text: INSERT_EVENTS,
    values: [
      jsonbArrayOf(events, writeData),
      textArray(events.map((e) => e.dedupeKey)),
      uuidArray(events.map((e) => e.id)),
      int8Array(numbers),
      textArray(words.all),
    ],
  }
}

const writeData = ({ data }: NewEvent, to: ByteWriter) => to.utf8(JSON.stringify(data))

/** The n-th number of row `v.n` in the array `parameter`, as SQL. */
function numbersOf(parameter: string, perRow: number): (n: number) => string {
  return (n) => `(${parameter}::bigint[])[v.n * ${perRow} - ${perRow - n}]`
}

/** Words that many rows share, by number from 1. */
class Words {
  readonly all: string[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(word: string): number {
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    this.#numbers.set(word, this.all.push(word))
    return this.all.length
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

/** Tells listeners after the commit. */
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
