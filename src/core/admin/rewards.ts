import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import { writeAudit } from '../audit/write-audit.js'
import { CHANGED_CHANNEL } from '../progression/award-statements.js'
import type { Rank } from '../progression/ranks.js'
import { readLadder } from './thresholds.js'

/** Coins that one rank may pay at most. */
export const REWARD_MAX = 1_000_000

/** A rank whose reward would change. */
type RewardChange = {
  rankId: number
  before: number
  after: number
  /** Members whom it has not paid yet. */
  waiting: number
  /** How many reached it, paid, in the last 30 days. */
  reached: number
}

export type RewardSimulation = {
  changes: RewardChange[]
  /** Coins paid for ranks in the last 30 days, and what they would have been. */
  paid: { before: number; after: number }
}

const DAYS = 30
/** Newest events that are looked at for ranks that were reached. */
const LOOKED_AT_MAX = 50_000

/** Whether rewards fit a ladder: one each, whole, 0 for the first rank, which everybody has. */
export function areRewards(rewards: readonly number[], ranks: readonly Rank[]): boolean {
  return (
    rewards.length === ranks.length &&
    rewards[0] === 0 &&
    rewards.every((coins) => Number.isSafeInteger(coins) && coins >= 0 && coins <= REWARD_MAX)
  )
}

/**
 * Tells what other rewards would have paid lately and whom they still wait for. One scan of all members and a look at
 * the newest 50,000 events of 30 days.
 */
export async function simulateRewards(
  reader: Reader,
  ranks: readonly Rank[],
  rewards: readonly number[],
): Promise<RewardSimulation> {
  const { rows: members } = await sql<{ paid: number; members: number }>`
    select highest_rank_paid as paid, count(*)::int as members from unified_users group by 1`.execute(reader)
  const { rows: reached } = await sql<{ rank: number; times: number }>`
    select (e.data ->> 'new_rank')::int as rank, count(*)::int as times
    from (select event_type, data, coins_delta, created_at from cross_platform_events
      order by seq desc limit ${LOOKED_AT_MAX}) e
    where e.event_type = 'rank_up' and e.created_at > now() - ${DAYS} * interval '1 day'
      and coalesce((e.data ->> 'reward_coins')::bigint, 0) > 0
    group by 1`.execute(reader)
  const times = new Map(reached.map(({ rank, times }) => [rank, times]))
  const sum = (of: (rank: Rank, at: number) => number) =>
    ranks.reduce((total, rank, at) => total + of(rank, at) * (times.get(rank.id) ?? 0), 0)
  return {
    changes: ranks.flatMap((rank, at) => {
      const after = rewards[at] ?? 0
      if (after === rank.reward_coins) return []
      const waiting = members.reduce((total, row) => total + (row.paid < rank.id ? row.members : 0), 0)
      return [
        { rankId: rank.id, before: rank.reward_coins, after, waiting, reached: times.get(rank.id) ?? 0 },
      ]
    }),
    paid: { before: sum((rank) => rank.reward_coins), after: sum((_, at) => rewards[at] ?? 0) },
  }
}

type SaveRewards = { status: 'saved' } | { status: 'rules_changed' } | { status: 'bad_rewards' }

/** Sets what ranks pay from now on. What was paid stays, and nobody is paid again. Programs take it within half a minute. */
export async function saveRewards(
  db: Database,
  { before, after, actor }: { before: readonly number[]; after: readonly number[]; actor: string },
): Promise<SaveRewards> {
  return db.transaction(async (tx) => {
    await sql`select id from ttfd.ranks order by id for update`.execute(tx)
    const ranks = await readLadder(tx)
    if (!areRewards(after, ranks)) return { status: 'bad_rewards' }
    if (ranks.some(({ reward_coins }, at) => reward_coins !== before[at])) return { status: 'rules_changed' }
    const ids = ranks.map(({ id }) => id)
    await sql`update ttfd.ranks r set reward_coins = v.coins
      from unnest(${ids}::int[], ${after as number[]}::bigint[]) as v (id, coins) where r.id = v.id`.execute(
      tx,
    )
    await writeAudit(tx, {
      actor,
      act: 'rewards_set',
      accountId: null,
      detail: { before: [...before], after: [...after] },
    })
    await sql`select pg_notify(${CHANGED_CHANNEL}, '')`.execute(tx)
    return { status: 'saved' }
  })
}
