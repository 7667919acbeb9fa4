import type { ProfileSummary } from './view-models.js'

export type RankProgress =
  /** `percent` 0 to 99: 100 is the next rank itself. `earned` of `needed` XP between the two ranks. */
  | { status: 'climbing'; percent: number; earned: number; needed: number; missing: number }
  | { status: 'highest' }

/**
 * How far a member is on the way from one rank to the next. XP below the rank's own threshold happens when
 * an operator raised the thresholds: it counts as 0.
 */
export function rankProgress(summary: Pick<ProfileSummary, 'xp' | 'rank' | 'nextRank'>): RankProgress {
  const { xp, rank, nextRank } = summary
  if (nextRank === null) return { status: 'highest' }
  const needed = Math.max(1, nextRank.needsXp - rank.needsXp)
  const earned = Math.min(needed, Math.max(0, xp - rank.needsXp))
  const percent = Math.min(99, Math.floor((earned / needed) * 100))
  return { status: 'climbing', percent, earned, needed, missing: Math.max(0, nextRank.needsXp - xp) }
}
