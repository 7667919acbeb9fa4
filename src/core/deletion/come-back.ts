import type { KeyedHash } from '../../db/keyed-hash.js'
import type { Statement, StatementRunner } from '../../db/statement.js'
import { type Identity, identityKey } from '../accounts/identity.js'

/** What an identity kept beyond the erasure of its account. */
export type Erased = {
  /** The shape of `ttfd.identities.marks`. */
  marks: Record<string, unknown>
  erasedAt: Date
}

/** Under what an erased identity is remembered. */
export function hashIdentity(keyedHash: Pick<KeyedHash, 'hash'>, identity: Identity): Buffer {
  return keyedHash.hash(`identity:${identityKey(identity)}`)
}

/**
 * Which of these identities had an account that was erased, by `identityKey`. Whoever makes accounts asks: an identity
 * that comes back gets its marks back, and what it did before the erasure makes no account.
 */
export async function findErased(
  runner: StatementRunner,
  identities: readonly Identity[],
  keyedHash: KeyedHash | null,
): Promise<Map<string, Erased>> {
  if (!keyedHash || identities.length === 0) return new Map()
  const keys = new Map(identities.map((one) => [hashIdentity(keyedHash, one).toString('hex'), one]))
  const [rows = []] = await runner.run([
    {
      name: 'find_erased',
      text: `select encode(identity_hash, 'hex') as hash, marks, erased_at from ttfd.erased_identities
        where identity_hash = any(select decode(h, 'hex') from unnest($1::text[]) as h)`,
      values: [[...keys.keys()]],
    },
  ])
  return new Map(
    rows.flatMap((row) => {
      const identity = keys.get(row.hash as string)
      return identity
        ? [[identityKey(identity), { marks: row.marks as Erased['marks'], erasedAt: row.erased_at as Date }]]
        : []
    }),
  )
}

type Back = { identity: Identity; accountId: number; marks: Erased['marks'] }

/** Gives identities that come back their marks, before the account is made that takes them over. */
export function restoreMarks(back: readonly Back[]): Statement {
  return {
    name: 'restore_marks',
    text: `insert into ttfd.identities (platform, platform_id, marks)
      select v.platform, v.id, v.marks::jsonb - 'history' from unnest($1::text[], $2::text[], $3::text[]) as v (platform, id, marks)
      on conflict (platform, platform_id) do nothing`,
    values: [
      back.map((one) => one.identity.platform),
      back.map((one) => one.identity.id),
      back.map((one) => JSON.stringify(one.marks)),
    ],
  }
}

/** What they had used up of links, merges and unlinkings within the last month is used up still. */
export function restoreHistory(back: readonly Back[]): Statement {
  return {
    name: 'restore_history',
    text: `insert into ttfd.link_history (platform, platform_id, account_id, act, happened_at, slot)
      select v.platform, v.id, v.account_id, h ->> 'act', (h ->> 'at')::timestamptz, h ->> 'slot'
      from unnest($1::text[], $2::text[], $3::bigint[], $4::text[]) as v (platform, id, account_id, marks)
        cross join lateral jsonb_array_elements(coalesce(v.marks::jsonb -> 'history', '[]')) as h
      where (h ->> 'at')::timestamptz > now() - interval '31 days'`,
    values: [
      back.map((one) => one.identity.platform),
      back.map((one) => one.identity.id),
      back.map((one) => one.accountId),
      back.map((one) => JSON.stringify(one.marks)),
    ],
  }
}
