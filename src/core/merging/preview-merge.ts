import type { PlatformName } from '../../db/schema.js'
import { PLATFORMS } from '../accounts/identity.js'
import { uniteLimits, uniteStreaks } from '../linking/unite.js'
import { communityDay } from '../progression/community-day.js'
import { freezeFrom } from '../progression/freeze.js'
import { rankFor } from '../progression/ranks.js'
import type { Rules } from '../progression/rules.js'
import { type RestrictionKind, stricter } from '../restrictions/restriction.js'
import type { MergeSide, SideSettings } from './merge-side.js'
import { uniteChoices } from './side-choices.js'

/** One field of the preview: what either side brings and what becomes of it. */
export type PreviewField<T = number> = { survivor: T; loser: T; result: T }

export type MergePreview = {
  survivor: number
  loser: number
  xp: PreviewField
  /** Stakes of open rounds that end with the merge are counted in. */
  coins: PreviewField
  /** Rank ids. The result follows the XP, without reward and without words. */
  rank: PreviewField
  /** The highest rank that was paid: none is paid twice. */
  rankPaid: PreviewField
  gamesPlayed: PreviewField
  gamesWon: PreviewField
  /** Seconds. */
  voiceSeconds: PreviewField
  messages: PreviewField
  seasonXp: PreviewField
  /** Days. The longer of those that are still alive. */
  streak: PreviewField
  achievements: PreviewField<string[]>
  platforms: PreviewField<PlatformName[]>
  private: PreviewField<boolean>
  notices: PreviewField<boolean>
  /** What an operator took from either side; the strictest holds for both. */
  restriction: PreviewField<RestrictionKind | null>
  /** Whether today's daily is claimed. */
  dailyClaimed: PreviewField<boolean>
  /** The whole account that results, but balance and rank, which go through the one door. */
  result: MergedAccount
  /** Grows less only when somebody spent: less than what was shown is shown again. */
  seen: { survivor: number; loser: number }
}

/** What the survivor's row, limits and settings become. */
type MergedAccount = Pick<
  MergeSide,
  | 'identities'
  | 'highestRankPaid'
  | 'gamesPlayed'
  | 'gamesWon'
  | 'voiceSeconds'
  | 'messages'
  | 'achievements'
  | 'seasonXp'
  | 'streak'
  | 'lastDaily'
  | 'createdAt'
  | 'lastActive'
  | 'claimedAt'
  | 'locale'
  | 'settings'
  | 'limits'
>

const NO_SETTINGS: SideSettings = {
  private: false,
  notices: true,
  notice_place: null,
  notice_pings: false,
}

/**
 * Field by field what two accounts bring and what results. Pure, and the very function by which the merge is made:
 * what was shown is what happens.
 */
export function previewMerge(
  survivor: MergeSide,
  loser: MergeSide,
  { now, rules }: { now: Date; rules: Rules },
): MergePreview {
  const today = communityDay(now, rules.timeZone)
  const sum = (of: (side: MergeSide) => number): PreviewField =>
    field(of(survivor), of(loser), of(survivor) + of(loser))
  const xp = sum((side) => side.xp)
  // The survivor's own rounds go on; those of the loser end and give back what they hold.
  const coins = field(survivor.coins, loser.coins + loser.staked, survivor.coins + loser.coins + loser.staked)
  const rankPaid = field(
    survivor.highestRankPaid,
    loser.highestRankPaid,
    Math.max(survivor.highestRankPaid, loser.highestRankPaid),
  )
  const streakOf = ({ streak, lastDaily, limits }: MergeSide) => ({
    days: streak,
    lastDaily,
    lastDay: limits.daily,
  })
  const united = uniteStreaks(streakOf(survivor), streakOf(loser), today)
  const limits = uniteLimits(survivor.limits, loser.limits)
  limits.frozen = freezeFrom(coins.result, now)
  const achievements = [...new Set([...survivor.achievements, ...loser.achievements])]
  const settings = uniteSettings(survivor.settings, loser.settings)
  const own = (side: MergeSide) => side.settings ?? NO_SETTINGS
  const identities = {
    telegram: survivor.identities.telegram ?? loser.identities.telegram,
    discord: survivor.identities.discord ?? loser.identities.discord,
    website: survivor.identities.website ?? loser.identities.website,
  }
  const counts = {
    gamesPlayed: sum((side) => side.gamesPlayed),
    gamesWon: sum((side) => side.gamesWon),
    voiceSeconds: sum((side) => side.voiceSeconds),
    messages: sum((side) => side.messages),
    seasonXp: sum((side) => side.seasonXp),
  }
  return {
    survivor: survivor.accountId,
    loser: loser.accountId,
    xp,
    coins,
    rank: field(survivor.rankId, loser.rankId, rankFor(xp.result, rules.ranks).id),
    rankPaid,
    ...counts,
    streak: field(survivor.streak, loser.streak, united.days),
    achievements: field(survivor.achievements, loser.achievements, achievements),
    platforms: field(
      platformsOf(survivor.identities),
      platformsOf(loser.identities),
      platformsOf(identities),
    ),
    private: field(own(survivor).private, own(loser).private, settings?.private ?? false),
    restriction: field(
      survivor.restriction,
      loser.restriction,
      stricter(survivor.restriction, loser.restriction),
    ),
    notices: field(own(survivor).notices, own(loser).notices, settings?.notices ?? true),
    dailyClaimed: field(
      survivor.limits.daily === today,
      loser.limits.daily === today,
      limits.daily === today,
    ),
    result: {
      identities,
      highestRankPaid: rankPaid.result,
      gamesPlayed: counts.gamesPlayed.result,
      gamesWon: counts.gamesWon.result,
      voiceSeconds: counts.voiceSeconds.result,
      messages: counts.messages.result,
      seasonXp: counts.seasonXp.result,
      achievements,
      streak: united.days,
      lastDaily: united.lastDaily,
      createdAt: survivor.createdAt < loser.createdAt ? survivor.createdAt : loser.createdAt,
      lastActive: survivor.lastActive > loser.lastActive ? survivor.lastActive : loser.lastActive,
      claimedAt: earlier(survivor.claimedAt, loser.claimedAt),
      locale: survivor.locale ?? loser.locale,
      settings,
      limits,
    },
    seen: { survivor: coinsSeen(survivor), loser: coinsSeen(loser) },
  }
}

/** The coins that a side is known to have: a stake that may come back is not spent yet. */
export function coinsSeen({ coins, staked }: Pick<MergeSide, 'coins' | 'staked'>): number {
  return coins + staked
}

/** The stricter of both: hidden if either was, quiet if either was. */
export function uniteSettings(a: SideSettings | null, b: SideSettings | null): SideSettings | null {
  if (a === null && b === null) return null
  const [one, other] = [a ?? NO_SETTINGS, b ?? NO_SETTINGS]
  const quiet = one.notice_place === 'none' || other.notice_place === 'none'
  const notice_place = quiet ? 'none' : (one.notice_place ?? other.notice_place)
  return {
    private: one.private || other.private,
    notices: one.notices && other.notices,
    notice_place,
    notice_pings: one.notice_pings && other.notice_pings,
    ...uniteChoices(one, other),
  }
}

function field<T>(survivor: T, loser: T, result: T): PreviewField<T> {
  return { survivor, loser, result }
}

function platformsOf(identities: MergeSide['identities']): PlatformName[] {
  return PLATFORMS.filter((platform) => identities[platform] !== null)
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
