import type { RanksTable } from '../../db/tables/ranks.js'

/** One rung of the ladder that all platforms share (domain.md section 2). Thresholds in XP, rewards in coins. */
export type Rank = RanksTable

/** The rank that an amount of XP gives. `ranks` is sorted by `xp_needed` and begins at 0. */
export function rankFor(xp: number, ranks: readonly Rank[]): Rank {
  let low = 0
  let high = ranks.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((ranks[middle]?.xp_needed ?? Infinity) <= xp) low = middle
    else high = middle - 1
  }
  const rank = ranks[low]
  if (!rank) throw new RangeError('there must be at least one rank')
  return rank
}

/**
 * The ranks that reaching `xp` pays for, lowest first: each rank above the highest paid one up to the present.
 * Falling and climbing again finds them paid.
 */
export function ranksToPay(xp: number, highestPaid: number, ranks: readonly Rank[]): Rank[] {
  return ranks.filter((rank) => rank.id > highestPaid && rank.xp_needed <= xp)
}

export type RankProgress = {
  rank: Rank
  /** Null at the top. */
  next: Rank | null
  /** XP gathered since the present rank began, and XP that the step to the next takes (0 at the top). */
  gathered: number
  span: number
  missing: number
  /** 0 to 100, whole; 100 at the top. */
  percent: number
}

/** How far an amount of XP is on the way to the next rank. */
export function rankProgress(xp: number, ranks: readonly Rank[]): RankProgress {
  const rank = rankFor(xp, ranks)
  const next = ranks[ranks.indexOf(rank) + 1] ?? null
  if (!next) return { rank, next, gathered: xp - rank.xp_needed, span: 0, missing: 0, percent: 100 }
  const gathered = xp - rank.xp_needed
  const span = next.xp_needed - rank.xp_needed
  return {
    rank,
    next,
    gathered,
    span,
    missing: next.xp_needed - xp,
    percent: Math.floor((gathered / span) * 100),
  }
}
