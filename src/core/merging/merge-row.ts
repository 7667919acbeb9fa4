import type { Reader, Tx } from '../../db/connect.js'
import { type MergeSide, unpackSide } from './merge-side.js'

const UNDO_DAYS = 30

/** A merge as it is stored. */
export type Merge = {
  id: number
  survivor: number
  loser: number
  mergedAt: Date
  frozenUntil: Date
  /** Until when it can be undone. */
  undoUntil: Date
  undoneAt: Date | null
  afterSeq: number
  /** Null: forgotten, since it cannot be undone any more. */
  snapshot: { survivor: MergeSide; loser: MergeSide } | null
}

/** Reads a merge, locked for whoever is about to end it; null for an id that is none. */
export async function findMerge(reader: Reader | Tx, id: number, lock = false): Promise<Merge | null> {
  if (!Number.isSafeInteger(id) || id < 1) return null
  let query = reader.selectFrom('ttfd.merges').selectAll().where('id', '=', id)
  if (lock) query = query.forUpdate()
  const row = await query.executeTakeFirst()
  if (!row) return null
  return {
    id: row.id,
    survivor: row.survivor_id,
    loser: row.loser_id,
    mergedAt: row.merged_at,
    frozenUntil: row.frozen_until,
    undoUntil: new Date(row.merged_at.getTime() + UNDO_DAYS * 86_400_000),
    undoneAt: row.undone_at,
    afterSeq: row.after_seq,
    snapshot: row.snapshot.survivor
      ? { survivor: unpackSide(row.snapshot.survivor), loser: unpackSide(row.snapshot.loser) }
      : null,
  }
}

/** The newest standing merge that an account took part in after another: it must be undone first. */
export async function laterMerge(reader: Reader, { id, survivor }: Merge): Promise<number | null> {
  const row = await reader
    .selectFrom('ttfd.merges')
    .select('id')
    .where('id', '>', id)
    .where('undone_at', 'is', null)
    .where((eb) => eb.or([eb('survivor_id', '=', survivor), eb('loser_id', '=', survivor)]))
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return row?.id ?? null
}

/** Merges of a living account that can still be undone, newest first: each only when those before it in the list are. */
export async function listUndoable(
  reader: Reader,
  accountId: number,
  now: Date,
): Promise<Pick<Merge, 'id' | 'mergedAt' | 'frozenUntil' | 'undoUntil'>[]> {
  const rows = await reader
    .selectFrom('ttfd.merges')
    .select(['id', 'merged_at', 'frozen_until'])
    .where('survivor_id', '=', accountId)
    .where('undone_at', 'is', null)
    .where('merged_at', '>', new Date(now.getTime() - UNDO_DAYS * 86_400_000))
    .orderBy('id', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    mergedAt: row.merged_at,
    frozenUntil: row.frozen_until,
    undoUntil: new Date(row.merged_at.getTime() + UNDO_DAYS * 86_400_000),
  }))
}
