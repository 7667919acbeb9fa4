import { sql } from 'kysely'
import type { Tx } from '../../db/connect.js'
import type { KeyedHash } from '../../db/keyed-hash.js'
import type { Identity } from '../accounts/identity.js'
import { readLimits } from '../progression/limits.js'
import { restrictionMarks } from '../restrictions/carried-restrictions.js'
import { hashIdentity } from './come-back.js'

/**
 * Keeps, under a hash of each identity, what must not be had twice: used-up caps and claims, paid ranks, one-time rewards,
 * achievements, limits of linking, and the restrictions in force. Whoever comes back gets them back.
 */
export async function rememberErased(
  tx: Tx,
  { accountId, identities }: { accountId: number; identities: readonly Identity[] },
  keyedHash: KeyedHash,
): Promise<void> {
  const user = await tx
    .selectFrom('unified_users as u')
    .leftJoin('ttfd.account_limits as l', 'l.account_id', 'u.id')
    .select(['u.highest_rank_paid', 'u.achievements', 'l.state'])
    .where('u.id', '=', accountId)
    .executeTakeFirstOrThrow()
  // Merges are over, and fingerprints of messages must be forgotten anyway; restrictions come from their own rows.
  const { frozen: _, restricted: __, once = [], ...limits } = readLimits(user.state)
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(tx)
  const now = rows[0]?.now ?? new Date(0)
  const shared = {
    restrictions: await restrictionMarks(tx, accountId),
    highest_rank_paid: user.highest_rank_paid,
    left_at: now.toISOString(),
  }
  for (const identity of identities) {
    const hash = hashIdentity(keyedHash, identity)
    const welcomed = await wasWelcomed(tx, identity)
    const marks = {
      ...shared,
      limits: {
        ...limits,
        prints: [],
        closed: { until: Math.ceil(now.getTime() / 1000) },
        once: [...new Set([...once, ...(welcomed ? ['welcome'] : [])])].sort(),
      },
      achievements: await achievementsOf(tx, identity, hash, user.achievements),
      history: await historyOf(tx, identity),
    }
    await sql`
      insert into ttfd.erased_identities (identity_hash, marks, erased_at)
      values (${hash}, ${JSON.stringify(marks)}::jsonb, now())
      on conflict (identity_hash) do update set marks = excluded.marks, erased_at = excluded.erased_at`.execute(
      tx,
    )
  }
}

async function wasWelcomed(tx: Tx, { platform, id }: Identity): Promise<boolean> {
  const { rows } =
    await sql`select from cross_platform_events where dedupe_key = ${`welcome:${platform}:${id}`}`.execute(tx)
  return rows.length > 0
}

/** Achievements of the account, and those that the identity was known for before. */
async function achievementsOf(
  tx: Tx,
  { platform, id }: Identity,
  hash: Buffer,
  own: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select jsonb_array_elements_text(coalesce(marks -> 'achievements', '[]')) as name from ttfd.identities
      where platform = ${platform} and platform_id = ${id}
    union select jsonb_array_elements_text(coalesce(marks -> 'achievements', '[]')) from ttfd.erased_identities
      where identity_hash = ${hash}`.execute(tx)
  return [...new Set([...own, ...rows.map(({ name }) => name)])].sort()
}

async function historyOf(tx: Tx, { platform, id }: Identity) {
  const rows = await tx
    .selectFrom('ttfd.link_history')
    .select(['act', 'happened_at', 'slot'])
    .where('platform', '=', platform)
    .where('platform_id', '=', id)
    .orderBy('id')
    .execute()
  return rows.map(({ act, happened_at, slot }) => ({ act, at: happened_at.toISOString(), slot }))
}
