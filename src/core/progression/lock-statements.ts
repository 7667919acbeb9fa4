import { int8Array, textArray } from '../../db/binary-arrays.js'
import type { PlatformName } from '../../db/schema.js'
import type { Row, Statement, StatementRunner } from '../../db/statement.js'
import { strictestAt } from '../restrictions/restriction.js'
import type { AccountState, AccountsByIdentity } from './account-state.js'
import type { Award } from './award.js'
import type { KnownAccounts } from './known-accounts.js'
import { readLimits } from './limits.js'

/**
 * The first round trip of the write path: lock, then look up. Limits and keys are read by statements begun after the
 * lock has returned: one combined statement misses what was committed while it waited.
 */

/** Whom a batch concerns: by id, and by identity where the id is not known. */
export type Wanted = { ids: number[]; identities: Record<PlatformName, string[]> }

export function whomOf(awards: readonly Pick<Award, 'who'>[], known?: KnownAccounts): Wanted {
  const ids = new Set<number>()
  const identities = {
    telegram: new Set<string>(),
    discord: new Set<string>(),
    website: new Set<string>(),
  }
  for (const { who } of awards) {
    const id = 'accountId' in who ? who.accountId : known?.idOf(who)
    if (id !== undefined) ids.add(id)
    else if (!('accountId' in who)) identities[who.platform].add(who.id)
  }
  return {
    ids: [...ids],
    identities: {
      telegram: [...identities.telegram],
      discord: [...identities.discord],
      website: [...identities.website],
    },
  }
}

const LOCKED =
  'id, telegram_id, discord_id, website_email, xp, coins, rank_id, highest_rank_paid, daily_streak'
// Only looked for, not read: what the name stands for is decided where the document is taken apart.
const STATE = `l.state, case when strpos(l.state::text, '"restricted"') > 0 then extract(epoch from now())::float8 end as now`
// Looked up first, so that the rows themselves are always taken by number: for most of a batch it is known.
const IDS = `array_cat($1::bigint[], array(
  select id from unified_users where telegram_id = any($2::text[])
  union all select id from unified_users where discord_id = any($3::text[])
  union all select id from unified_users where website_email = any($4::text[])))`

export function lockAccounts(wanted: Wanted): Statement {
  const [name, ids, values] = isByIdAlone(wanted)
    ? ['lock_accounts_by_id', '$1::bigint[]', [int8Array(wanted.ids)]]
    : ['lock_accounts', IDS, valuesOf(wanted)]
  return {
    name,
    text: `select ${LOCKED} from unified_users where id = any(${ids}) order by id for no key update`,
    values,
  }
}

/** Limits of the accounts that `lockAccounts` locks. */
export function readAccountLimits(wanted: Wanted): Statement {
  const [name, ids, values] = isByIdAlone(wanted)
    ? ['read_account_limits_by_id', '$1::bigint[]', [int8Array(wanted.ids)]]
    : ['read_account_limits', IDS, valuesOf(wanted)]
  return {
    name,
    text: `select l.account_id, ${STATE} from ttfd.account_limits l where l.account_id = any(${ids})`,
    values,
  }
}

function isByIdAlone({ identities: { telegram, discord, website } }: Wanted): boolean {
  return telegram.length + discord.length + website.length === 0
}

function valuesOf({ ids, identities: { telegram, discord, website } }: Wanted): Buffer[] {
  return [int8Array(ids), textArray(telegram), textArray(discord), textArray(website)]
}

/** Under which `ttfd.settings` holds the moment before which keys may be gone (core/compaction/replay-horizon.ts). */
export const HORIZON_KEY = 'replay_horizon'

/** Events that the awards' keys name, and, once old events were summed up, the moment before which keys may be gone. */
export function findKeys(awards: readonly Award[]): Statement {
  return {
    name: 'find_keys',
    // One snapshot sees both: a key that is gone is never missed without the moment that explains it.
    text: `select dedupe_key, user_id, event_type, xp_delta, coins_delta, data from cross_platform_events
      where dedupe_key = any($1::text[])
      union all select '', 0, '', 0, 0, jsonb_build_object('horizon', value) from ttfd.settings where key = '${HORIZON_KEY}'`,
    values: [textArray(awards.map((award) => award.key))],
  }
}

/** Before this moment an award is refused: nobody can say whether it was paid. Null: every key is there. */
export function replayHorizon(seen: ReadonlyMap<string, SeenEvent>): Date | null {
  const said = seen.get('')?.data.horizon
  return typeof said === 'string' ? new Date(said) : null
}

export type SeenEvent = {
  dedupe_key: string
  user_id: number
  event_type: string
  xp_delta: number
  coins_delta: number
  data: Record<string, unknown>
}

/** Accounts as they were locked, with the rows of `readAccountLimits`. */
export function statesOf(locked: readonly Row[], limits: readonly Row[], wanted: Wanted): AccountState[] {
  const states = new Map(limits.map((row) => [row.account_id as number, row]))
  // Whose identity moved away while the lock was awaited was locked in vain, and its limits were not read.
  const mine = locked.filter((row) => states.has(row.id as number) || isWanted(row, wanted))
  return mine.map((row) => accountState(row, states.get(row.id as number)))
}

function isWanted(row: Row, { ids, identities }: Wanted): boolean {
  return (
    ids.includes(row.id as number) ||
    identities.telegram.includes(row.telegram_id as string) ||
    identities.discord.includes(row.discord_id as string) ||
    identities.website.includes(row.website_email as string)
  )
}

/**
 * Locks whoever the first lock missed and adds those that are not at hand yet. Locked out of id order at worst: then the
 * database breaks the tie and the batch runs again.
 */
export async function lockLate(
  runner: StatementRunner,
  awards: readonly Pick<Award, 'who'>[],
  accounts: AccountsByIdentity,
): Promise<void> {
  if (awards.length === 0) return
  const wanted = whomOf(awards)
  const [locked = [], limits = []] = await runner.run([lockAccounts(wanted), readAccountLimits(wanted)])
  for (const state of statesOf(locked, limits, wanted)) {
    if (!accounts.find({ accountId: state.id })) accounts.add(state)
  }
}

const LONG_AGO = new Date(0)

/** An account as it was locked, with its row of `readAccountLimits`. */
function accountState(row: Row, stored: Row | undefined): AccountState {
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
    lastDaily: null,
    lastActive: LONG_AGO,
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
