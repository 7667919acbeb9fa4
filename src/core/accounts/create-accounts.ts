import type { KeyedHash } from '../../db/keyed-hash.js'
import type { Row, Statement, StatementRunner } from '../../db/statement.js'
import { findErased, restoreHistory, restoreMarks } from '../deletion/come-back.js'
import type { AccountState } from '../progression/account-state.js'
import { type Limits, readLimits } from '../progression/limits.js'
import { carriedIn, insertCarried } from '../restrictions/carried-restrictions.js'
import { packRestricted, strictestAt } from '../restrictions/restriction.js'
import { cleanName } from './clean-name.js'
import { type Identity, identityKey, type PersonFacts } from './identity.js'

export type NewAccount = { identity: Identity; facts: PersonFacts; occurredAt: Date }

/**
 * Makes accounts for identities that have none, inside an open transaction; their rows are locked by it. Marks that an
 * identity carries from an account it left, or that it kept when its account was erased, become the new account's
 * limits; what somebody did before his erasure makes no account. When two transactions make the same account at once,
 * the unique key refuses the second (23505): its caller runs again and finds the first one's.
 */
export async function createAccounts(
  runner: StatementRunner,
  asked: readonly NewAccount[],
  newId: () => string,
  day: (at: Date) => string,
  keyedHash: KeyedHash | null,
): Promise<AccountState[]> {
  const erased = await findErased(
    runner,
    asked.map((one) => one.identity),
    keyedHash,
  )
  const wanted = asked.filter(({ identity, facts, occurredAt }) => {
    const before = erased.get(identityKey(identity))
    return !before || facts.claimed || occurredAt > before.erasedAt
  })
  if (wanted.length === 0) return []
  const [rows] = await runner.run([
    {
      name: 'new_account_ids',
      text: `select nextval(pg_get_serial_sequence('ttfd.accounts', 'id')) as id from generate_series(1, $1::int)`,
      values: [wanted.length],
    },
  ])
  const ids = (rows ?? []).map((row) => row.id as number)
  // In one order everywhere: two transactions that make the same people in different orders would wait for each other.
  const sorted = [...wanted].sort((a, b) => (identityKey(a.identity) < identityKey(b.identity) ? -1 : 1))
  const people = sorted.map(({ identity, facts, occurredAt }, index) => ({
    id: ids[index] ?? 0,
    identity,
    username: cleanName(facts.username),
    displayName: cleanName(facts.displayName) ?? cleanName(facts.username) ?? 'Unknown',
    locale: facts.locale ?? null,
    reachable: facts.reachable ?? false,
    claimed: facts.claimed ?? false,
    occurredAt,
  }))
  const back = people.flatMap(({ id, identity }) => {
    const before = erased.get(identityKey(identity))
    return before ? [{ identity, accountId: id, marks: before.marks }] : []
  })
  const idOn = (platform: string) =>
    people.map((p) => (p.identity.platform === platform ? p.identity.id : null))
  const answers = await runner.run([
    {
      name: 'insert_accounts',
      text: `insert into ttfd.accounts (id, claimed_at) select v.id, case when v.claimed then now() end
        from unnest($1::bigint[], $2::boolean[]) as v (id, claimed)`,
      values: [ids, people.map((p) => p.claimed)],
    },
    {
      name: 'insert_users',
      text: `insert into unified_users
          (id, telegram_id, discord_id, website_email, username, display_name, locale, primary_platform, last_active)
        select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])`,
      values: [
        ids,
        idOn('telegram'),
        idOn('discord'),
        idOn('website'),
        people.map((p) => p.username ?? p.displayName),
        people.map((p) => p.displayName),
        people.map((p) => p.locale),
        people.map((p) => p.identity.platform),
        people.map((p) => p.occurredAt),
      ],
    },
    ...(back.length === 0 ? [] : [restoreMarks(back)]),
    {
      name: 'insert_identities',
      text: `insert into ttfd.identities as i (platform, platform_id, account_id, username, reachable, last_seen_at)
        select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::timestamptz[])
        on conflict (platform, platform_id) do update set account_id = excluded.account_id,
          username = excluded.username, reachable = excluded.reachable or i.reachable, last_seen_at = excluded.last_seen_at
        returning account_id, marks, extract(epoch from now())::float8 as now`,
      values: [
        people.map((p) => p.identity.platform),
        people.map((p) => p.identity.id),
        ids,
        people.map((p) => p.username),
        people.map((p) => p.reachable),
        people.map((p) => p.occurredAt),
      ],
    },
  ])
  const made = answers.at(-1) ?? []
  const marks = new Map(made.map((row: Row) => [row.account_id as number, row.marks]))
  const now = (made[0]?.now ?? 0) as number
  const paidBefore = ids.filter((id) => rankPaidIn(marks.get(id)) > 1)
  const carried = ids.flatMap((id) =>
    carriedIn(marks.get(id)).map(({ stored }) => ({ stored, accountId: id })),
  )
  await runner.run([
    ...(paidBefore.length === 0 ? [] : [rememberPaidRanks(paidBefore, marks)]),
    ...(carried.length === 0 ? [] : [insertCarried(carried)]),
    ...(back.length === 0 ? [] : [restoreHistory(back)]),
    {
      name: 'insert_limits',
      text: `insert into ttfd.account_limits (account_id, state) select account_id, state::json
        from unnest($1::bigint[], $2::text[]) as v (account_id, state)`,
      values: [ids, ids.map((id) => JSON.stringify(limitsFrom(marks.get(id))))],
    },
    {
      name: 'insert_created_events',
      text: `insert into cross_platform_events (id, user_id, event_type, source_platform, data, dedupe_key, processed, processed_at)
        select v.id, v.user_id, 'account_created', v.source, v.data::jsonb, 'created:' || v.user_id, true, now()
        from unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) as v (id, user_id, source, data)`,
      values: [
        people.map(() => newId()),
        ids,
        people.map((p) => p.identity.platform),
        people.map((p) => JSON.stringify({ platform: p.identity.platform, day: day(p.occurredAt) })),
      ],
    },
    ...askFirstRoles(
      people.flatMap(({ identity }) => (identity.platform === 'discord' ? [identity.id] : [])),
    ),
  ])
  return people.map((p) => ({
    id: p.id,
    identities: {
      telegram: p.identity.platform === 'telegram' ? p.identity.id : null,
      discord: p.identity.platform === 'discord' ? p.identity.id : null,
      website: p.identity.platform === 'website' ? p.identity.id : null,
    },
    xp: 0,
    coins: 0,
    rankId: 1,
    highestRankPaid: rankPaidIn(marks.get(p.id)),
    streak: 0,
    lastDaily: null,
    lastActive: p.occurredAt,
    limits: limitsFrom(marks.get(p.id)),
    restriction: strictestAt(limitsFrom(marks.get(p.id)).restricted, now),
    gamesPlayed: 0,
    gamesWon: 0,
    voiceSeconds: 0,
    messages: 0,
    seasonXp: 0,
    changed: true,
    created: true,
  }))
}

/** New members on Discord are due the role of the first tier: asked for with the account, so that no crash forgets it. */
function askFirstRoles(discordIds: readonly string[]): Statement[] {
  if (discordIds.length === 0) return []
  return [
    {
      name: 'ask_first_roles',
      text: `insert into ttfd.role_states as s (guild_id, discord_id, asked)
        select g.guild_id, v.id, 1 from (select distinct guild_id from ttfd.guild_roles) g
          cross join unnest($1::text[]) as v (id) order by 1, 2
        on conflict (guild_id, discord_id) do update set state = 'queued', reason = null, asked = s.asked + 1,
          attempts = 0, available_at = now()`,
      values: [discordIds],
    },
  ]
}

/** The limits that an identity brings from an account it left, with the restrictions that followed it. */
function limitsFrom(marks: unknown): Limits {
  const stored =
    typeof marks === 'object' && marks !== null ? (marks as { limits?: unknown }).limits : undefined
  const { restricted: _, ...limits } = readLimits(stored)
  const restricted = packRestricted(carriedIn(marks))
  return { ...limits, ...(restricted && { restricted }) }
}

/** The highest rank that was paid to the identity on an account it left: it never pays twice. */
function rankPaidIn(marks: unknown): number {
  const paid = (marks as { highest_rank_paid?: unknown } | null | undefined)?.highest_rank_paid
  return typeof paid === 'number' ? paid : 1
}

function rememberPaidRanks(ids: readonly number[], marks: ReadonlyMap<number, unknown>): Statement {
  return {
    name: 'remember_paid_ranks',
    text: `update unified_users u set highest_rank_paid = v.highest
      from unnest($1::bigint[], $2::bigint[]) as v (id, highest) where u.id = v.id`,
    values: [ids, ids.map((id) => rankPaidIn(marks.get(id)))],
  }
}
