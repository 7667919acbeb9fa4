import type { Row, Statement, StatementRunner } from '../../db/statement.js'
import type { AccountState } from '../progression/account-state.js'
import { readLimits } from '../progression/limits.js'
import { cleanName } from './clean-name.js'
import { type Identity, identityKey, type PersonFacts } from './identity.js'

export type NewAccount = { identity: Identity; facts: PersonFacts; occurredAt: Date }

/**
 * Makes accounts for identities that have none, inside an open transaction; their rows are locked by it. Marks that an
 * identity carries from an account it left become the new account's limits. When two transactions make the same
 * account at once, the unique key refuses the second (23505): its caller runs again and finds the first one's.
 */
export async function createAccounts(
  runner: StatementRunner,
  wanted: readonly NewAccount[],
  newId: () => string,
  day: (at: Date) => string,
): Promise<AccountState[]> {
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
    {
      name: 'insert_identities',
      text: `insert into ttfd.identities as i (platform, platform_id, account_id, username, reachable, last_seen_at)
        select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::boolean[], $6::timestamptz[])
        on conflict (platform, platform_id) do update set account_id = excluded.account_id,
          username = excluded.username, reachable = excluded.reachable or i.reachable, last_seen_at = excluded.last_seen_at
        returning account_id, marks`,
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
  const marks = new Map((answers[2] ?? []).map((row: Row) => [row.account_id as number, row.marks]))
  const paidBefore = ids.filter((id) => rankPaidIn(marks.get(id)) > 1)
  await runner.run([
    ...(paidBefore.length === 0 ? [] : [rememberPaidRanks(paidBefore, marks)]),
    {
      name: 'insert_limits',
      text: `insert into ttfd.account_limits (account_id, state) select account_id, state::jsonb
        from unnest($1::bigint[], $2::text[]) as v (account_id, state)`,
      values: [ids, ids.map((id) => JSON.stringify(readLimits(limitsIn(marks.get(id)))))],
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
    limits: readLimits(limitsIn(marks.get(p.id))),
    gamesPlayed: 0,
    gamesWon: 0,
    voiceSeconds: 0,
    messages: 0,
    seasonXp: 0,
    changed: true,
    created: true,
  }))
}

function limitsIn(marks: unknown): unknown {
  return typeof marks === 'object' && marks !== null ? (marks as { limits?: unknown }).limits : undefined
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
