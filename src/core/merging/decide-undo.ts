import { sql } from 'kysely'
import type { Reader } from '../../db/connect.js'
import { findAccountId } from '../accounts/find-account.js'
import type { Identity } from '../accounts/identity.js'
import { findDeletion } from '../deletion/read-deletion.js'
import { isAdmin } from '../linking/link-side.js'
import { earnedSince } from './earned-since.js'
import { laterMerge, type Merge } from './merge-row.js'
import { readMergeSide } from './merge-side.js'
import { planUndo, type UndoPlan } from './plan-undo.js'

/** Who undoes: a member by the identity that pressed or by the account that his session opens, or an operator. */
export type UndoneBy = { identity: Identity } | { accountId: number } | { operator: string }

export type UndoRefusal =
  /** No such merge, or one of other people. */
  | { status: 'not_yours' }
  /** It was undone before: the first result stands. */
  | { status: 'undone_already'; undoneAt: Date }
  /** More than 30 days ago. */
  | { status: 'too_late'; since: Date }
  /** A later merge of the same account stands on it. */
  | { status: 'later_first'; merge: number }
  /** The identities of one side have left the account since; or the account is gone. */
  | { status: 'identity_gone' }
  /** Accounts of admins are taken apart by the command line only. */
  | { status: 'admin_account' }
  /** The account is being deleted: it is kept first. */
  | { status: 'closing' }

export type UndoDecision = { status: 'allowed'; plan: UndoPlan; isFrozen: boolean } | UndoRefusal

/** Whether a merge can be undone by somebody now, and what either side would have. Changes nothing. */
export async function decideUndo(
  reader: Reader,
  merge: Merge,
  by: UndoneBy,
  { now, admins }: { now: Date; admins: ReadonlySet<string> },
): Promise<UndoDecision> {
  if (!('operator' in by) && !(await isParty(reader, merge, by))) return { status: 'not_yours' }
  if (merge.undoneAt) return { status: 'undone_already', undoneAt: merge.undoneAt }
  if (merge.undoUntil <= now) return { status: 'too_late', since: merge.undoUntil }
  const later = await laterMerge(reader, merge)
  if (later !== null) return { status: 'later_first', merge: later }
  const current = await readMergeSide(reader, merge.survivor)
  if (!current || !merge.snapshot) return { status: 'identity_gone' }
  if (!('operator' in by) && isAdmin(current, admins)) return { status: 'admin_account' }
  if (await findDeletion(reader, merge.survivor)) return { status: 'closing' }
  const isFrozen = now < merge.frozenUntil
  const plan = planUndo({
    ...merge.snapshot,
    current,
    earned: await earnedSince(reader, merge.survivor, merge.afterSeq),
    isFrozen,
  })
  return plan ? { status: 'allowed', plan, isFrozen } : { status: 'identity_gone' }
}

/** Whoever is on the account that the merge made, or on one of those that its undo gave back. */
async function isParty(
  reader: Reader,
  merge: Merge,
  by: Exclude<UndoneBy, { operator: string }>,
): Promise<boolean> {
  const accountId = 'identity' in by ? await findAccountId(reader, by.identity) : by.accountId
  if (accountId === null) return false
  const { rows } = await sql<{ ours: boolean }>`
    select ttfd.living_account(${accountId}::bigint) in
      (ttfd.living_account(${merge.survivor}::bigint), ttfd.living_account(${merge.loser}::bigint)) as ours`.execute(
    reader,
  )
  return rows[0]?.ours === true
}
