import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import type { Statement } from '../../db/statement.js'
import { RESTRICTION_KINDS, type RestrictionKind } from './restriction.js'

/** A restriction as an identity takes it along in its marks (`marks.restrictions`): plain JSON. */
export type CarriedRestriction = {
  kind: RestrictionKind
  reason: string
  by: string
  /** ISO times; `until` null: until somebody lifts it. */
  since: string
  until: string | null
}

/** What an identity that leaves an account (or is erased with it) keeps of its restrictions: those in force. */
export async function restrictionMarks(reader: Reader, accountId: number): Promise<CarriedRestriction[]> {
  const rows = await reader
    .selectFrom('ttfd.restrictions')
    .select(['kind', 'reason', 'given_by', 'given_at', 'until'])
    .where('holder_id', '=', accountId)
    .where('lifted_at', 'is', null)
    .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', sql<Date>`now()`)]))
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    kind: row.kind,
    reason: row.reason,
    by: row.given_by,
    since: row.given_at.toISOString(),
    until: row.until?.toISOString() ?? null,
  }))
}

/** The restrictions in an identity's marks; none in marks of another shape. */
export function carriedIn(
  marks: unknown,
): { kind: RestrictionKind; until: Date | null; stored: CarriedRestriction }[] {
  const { restrictions } = (marks ?? {}) as { restrictions?: unknown }
  if (!Array.isArray(restrictions)) return []
  return (restrictions as CarriedRestriction[])
    .filter(({ kind }) => RESTRICTION_KINDS.includes(kind))
    .map((stored) => ({
      kind: stored.kind,
      until: stored.until === null ? null : new Date(stored.until),
      stored,
    }))
}

/** Gives new accounts what their identities brought; what ran out meanwhile stays behind. */
export function insertCarried(rows: readonly { accountId: number; stored: CarriedRestriction }[]): Statement {
  return {
    name: 'insert_carried_restrictions',
    text: `insert into ttfd.restrictions (account_id, holder_id, kind, reason, given_by, given_at, until)
      select v.id, v.id, v.kind, v.reason, v.given_by, v.given_at, v.until
      from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
        as v (id, kind, reason, given_by, given_at, until)
      where v.until is null or v.until > now()`,
    values: [
      rows.map((row) => row.accountId),
      rows.map((row) => row.stored.kind),
      rows.map((row) => row.stored.reason),
      rows.map((row) => row.stored.by),
      rows.map((row) => row.stored.since),
      rows.map((row) => row.stored.until),
    ],
  }
}
