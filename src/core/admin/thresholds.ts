import { type RawBuilder, sql } from 'kysely'
import type { Database, Reader, Tx } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import { CHANGED_CHANNEL } from '../progression/award-statements.js'
import type { Rank } from '../progression/ranks.js'
import { askSweep } from '../roles/guild-roles.js'

/** Beyond any XP that a member can gather. */
const XP_MAX = 1_000_000_000_000

/** Members whose rank would change, by the rank that they would have. */
type RankMoves = { rankId: number; up: number; down: number }

export type Simulation = { up: number; down: number; byRank: RankMoves[] }

/** The ladder that holds now, from the lowest rank. */
export async function readLadder(reader: Reader): Promise<Rank[]> {
  return reader.selectFrom('ttfd.ranks').selectAll().orderBy('xp_needed').execute()
}

/** Whether thresholds fit a ladder: one each, whole, the first 0, each above the one before. */
export function isLadder(thresholds: readonly number[], ranks: readonly Rank[]): boolean {
  return (
    thresholds.length === ranks.length &&
    thresholds[0] === 0 &&
    thresholds.every(
      (xp, at) =>
        Number.isSafeInteger(xp) && xp <= XP_MAX && (at === 0 || xp > (thresholds[at - 1] ?? Infinity)),
    )
  )
}

/** The rank that a member would have, as SQL over a row `u`. */
function rankOf(ids: readonly number[], thresholds: readonly number[]): RawBuilder<number> {
  return sql<number>`(${ids as number[]}::int[])[width_bucket(u.xp, ${thresholds as number[]}::bigint[])]`
}

/** Counts whose rank thresholds would change. One scan of all members. */
export async function simulateThresholds(
  reader: Reader,
  ranks: readonly Rank[],
  thresholds: readonly number[],
): Promise<Simulation> {
  const ids = ranks.map(({ id }) => id)
  const { rows } = await sql<{ was: number; becomes: number; members: number }>`
    select * from (
      select u.rank_id as was, ${rankOf(ids, thresholds)} as becomes, count(*)::int as members
      from unified_users u group by 1, 2
    ) counted where was <> becomes`.execute(reader)
  const moves = new Map<number, RankMoves>()
  for (const { was, becomes, members } of rows) {
    const move = moves.get(becomes) ?? { rankId: becomes, up: 0, down: 0 }
    moves.set(becomes, move)
    if (ids.indexOf(becomes) > ids.indexOf(was)) move.up += members
    else move.down += members
  }
  const byRank = [...moves.values()].sort((a, b) => ids.indexOf(a.rankId) - ids.indexOf(b.rankId))
  const sum = (of: (move: RankMoves) => number) => byRank.reduce((total, move) => total + of(move), 0)
  return { up: sum((move) => move.up), down: sum((move) => move.down), byRank }
}

type SaveThresholds =
  | { status: 'saved'; regraded: number }
  /** Somebody changed the ladder since it was looked at. */
  | { status: 'ladder_changed' }
  | { status: 'bad_ladder' }

/**
 * Sets the thresholds of all ranks and gives every member the rank that his XP makes now. Nobody is paid for a rank
 * that a new threshold brought him, then or later; nobody gives anything back. Discord roles follow by a sweep. Programs
 * that run take the new ladder within half a minute; who earns by the old one meanwhile is graded by his next act.
 */
export async function saveThresholds(
  db: Database,
  { before, after, actor }: { before: readonly number[]; after: readonly number[]; actor: string },
): Promise<SaveThresholds> {
  return db.transaction(async (tx) => {
    await sql`select id from ttfd.ranks order by id for update`.execute(tx)
    const ranks = await readLadder(tx)
    if (!isLadder(after, ranks)) return { status: 'bad_ladder' }
    if (ranks.some(({ xp_needed }, at) => xp_needed !== before[at])) return { status: 'ladder_changed' }
    const ids = ranks.map(({ id }) => id)
    // Two steps: on the way no two ranks may need the same.
    await sql`update ttfd.ranks set xp_needed = -1 - id`.execute(tx)
    await sql`update ttfd.ranks r set xp_needed = v.xp
      from unnest(${ids}::int[], ${after as number[]}::bigint[]) as v (id, xp) where r.id = v.id`.execute(tx)
    const regraded = await regrade(tx, ids, after)
    await writeAudit(tx, {
      actor,
      act: 'ranks_set',
      accountId: null,
      detail: { before: [...before], after: [...after], regraded },
    })
    await askSweep(tx)
    // Every page anew: whose rank changed is too many to name.
    await sql`select pg_notify(${CHANGED_CHANNEL}, '')`.execute(tx)
    return { status: 'saved', regraded }
  })
}

async function regrade(tx: Tx, ids: readonly number[], thresholds: readonly number[]): Promise<number> {
  const { rows } = await sql<{ members: number }>`
    with due as materialized (
      -- In one order, as everybody locks accounts.
      select u.id, ${rankOf(ids, thresholds)} as becomes from unified_users u
      where u.rank_id <> ${rankOf(ids, thresholds)} or u.highest_rank_paid < ${rankOf(ids, thresholds)}
      order by u.id for no key update
    ), changed as (
      update unified_users u set rank_id = due.becomes,
        highest_rank_paid = greatest(u.highest_rank_paid, due.becomes)
      from due where u.id = due.id returning 1
    )
    select count(*)::int as members from changed`.execute(tx)
  return rows[0]?.members ?? 0
}
