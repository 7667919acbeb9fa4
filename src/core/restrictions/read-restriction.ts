import type { Reader } from '../../db/connect.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { RESTRICTION_KINDS, type RestrictionKind } from './restriction.js'

/** What restricts an account now, for the person: the strictest in force over it and all that were merged into it. */
export type Restriction = {
  kind: RestrictionKind
  /** Words of an operator: plain text, shown to the member. */
  reason: string
  since: Date
  /** Null: until somebody lifts it. */
  until: Date | null
}

/** The effective restriction of a living account at a moment; null: none. One look by index. */
export async function readRestriction(
  reader: Reader,
  accountId: number,
  now: Date,
): Promise<Restriction | null> {
  const rows = await reader
    .selectFrom('ttfd.restrictions')
    .select(['kind', 'reason', 'given_at', 'until'])
    .where('holder_id', '=', accountId)
    .where('lifted_at', 'is', null)
    .where((eb) => eb.or([eb('until', 'is', null), eb('until', '>', now)]))
    .execute()
  const end = (until: Date | null) => until?.getTime() ?? Number.POSITIVE_INFINITY
  const [first] = rows.sort(
    (a, b) =>
      RESTRICTION_KINDS.indexOf(b.kind) - RESTRICTION_KINDS.indexOf(a.kind) || end(b.until) - end(a.until),
  )
  if (!first) return null
  return { kind: first.kind, reason: first.reason, since: first.given_at, until: first.until }
}

/** The same for whoever an identity stands for; null also when it has no account. */
export async function readRestrictionOf(
  reader: Reader,
  identity: Identity,
  now: Date,
): Promise<Restriction | null> {
  const accountId = await findAccountId(reader, identity)
  return accountId === null ? null : readRestriction(reader, accountId, now)
}

/** Whether a living account is banned now: then nobody but its owner may see it. */
export async function isBanned(reader: Reader, accountId: number, now: Date): Promise<boolean> {
  return (await readRestriction(reader, accountId, now))?.kind === 'banned'
}

/** A restriction as it was given, for operators. */
export type RestrictionRow = Restriction & {
  id: number
  /** Another account than the one asked about: it was merged into that. */
  accountId: number
  givenBy: string
  liftedAt: Date | null
  liftedBy: string | null
  inForce: boolean
}

/** All restrictions that an account has or had, those of accounts merged into it included, newest first. */
export async function listRestrictions(
  reader: Reader,
  accountId: number,
  now: Date,
): Promise<RestrictionRow[]> {
  const rows = await reader
    .selectFrom('ttfd.restrictions')
    .selectAll()
    .where((eb) => eb.or([eb('holder_id', '=', accountId), eb('account_id', '=', accountId)]))
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    accountId: row.account_id,
    kind: row.kind,
    reason: row.reason,
    since: row.given_at,
    until: row.until,
    givenBy: row.given_by,
    liftedAt: row.lifted_at,
    liftedBy: row.lifted_by,
    inForce: row.lifted_at === null && (row.until === null || row.until > now),
  }))
}
