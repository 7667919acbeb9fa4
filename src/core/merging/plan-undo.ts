import type { PlatformName } from '../../db/schema.js'
import { PLATFORMS } from '../accounts/identity.js'
import type { Limits } from '../progression/limits.js'
import { addEarned, type Earned, type EarnedBySource, NOTHING_EARNED } from './earned-since.js'
import type { MergeSide, SideSettings } from './merge-side.js'
import { uniteSettings } from './preview-merge.js'
import { sameChoices } from './side-choices.js'

/** A merge as its undo sees it. */
export type UndoFacts = {
  /** What either side was when the merge began. */
  survivor: MergeSide
  loser: MergeSide
  /** The account as it is now. */
  current: MergeSide
  /** What happened to it since. */
  earned: EarnedBySource
  /** The coins that both brought are all there still: nobody could spend them. */
  isFrozen: boolean
}

export type UndoPlan = {
  survivor: UndoneSide
  loser: UndoneSide
  /** What of the loser's coins is spent and does not come back. */
  missingCoins: number
  /** What either side gets back beyond what it brought, by source: for an undo of an earlier merge. */
  earnedByLoser: EarnedBySource
}

/** What one side is after the undo. */
export type UndoneSide = Omit<MergeSide, 'accountId' | 'staked' | 'rankId' | 'seasonRank' | 'restriction'>

/**
 * Splits an account into the two that it was. Pure. Null when either would be left without an identity: what left by
 * unlinking since does not come back.
 *
 * Within the freeze both get exactly what they brought, and what was earned since goes to the side whose platform
 * earned it (`system` and `api:` to the survivor); later coins come back as far as they are still there.
 */
export function planUndo({ survivor, loser, current, earned, isFrozen }: UndoFacts): UndoPlan | null {
  const leaving = PLATFORMS.filter(
    (one) => loser.identities[one] !== null && loser.identities[one] === current.identities[one],
  )
  const staying = PLATFORMS.filter((one) => current.identities[one] !== null && !leaving.includes(one))
  const [goesTo] = leaving
  const [staysAt] = staying
  if (!goesTo || !staysAt) return null

  const earnedByLoser = Object.fromEntries(
    Object.entries(earned).filter(
      ([source]) => PLATFORMS.some((one) => one === source) && loser.identities[source as PlatformName],
    ),
  )
  const own = Object.values(earnedByLoser).reduce(addEarned, NOTHING_EARNED)
  const all = Object.values(earned).reduce(addEarned, NOTHING_EARNED)
  const total = { xp: current.xp, coins: current.coins + current.staked }
  const brought = { survivor: survivor.coins, loser: loser.coins }
  const coins = isFrozen
    ? splitExactly(total.coins, brought, own.coins)
    : clamp(brought.loser + own.coins, 0, total.coins)
  const xp = clamp(loser.xp + own.xp, 0, total.xp)
  const settings = splitSettings(survivor.settings, loser.settings, current.settings)
  const gained = current.achievements.filter(
    (one) => !survivor.achievements.includes(one) && !loser.achievements.includes(one),
  )

  const loserSide: UndoneSide = {
    ...namesOf(loser),
    identities: only(loser.identities, leaving),
    primary: leaving.includes(loser.primary) ? loser.primary : goesTo,
    xp,
    coins,
    ...statisticsOf(loser, own, current),
    ...marksOf(loser, all, current, gained),
    createdAt: loser.createdAt,
    lastActive: loser.lastActive,
    claimedAt: loser.claimedAt,
    settings: settings.loser,
  }
  const survivorSide: UndoneSide = {
    ...namesOf(current),
    identities: only(current.identities, staying),
    primary: staying.includes(current.primary) ? current.primary : staysAt,
    xp: total.xp - xp,
    coins: total.coins - coins,
    gamesPlayed: current.gamesPlayed - loserSide.gamesPlayed,
    gamesWon: current.gamesWon - loserSide.gamesWon,
    voiceSeconds: current.voiceSeconds - loserSide.voiceSeconds,
    messages: current.messages - loserSide.messages,
    seasonXp: current.seasonXp - loserSide.seasonXp,
    ...marksOf(survivor, all, current, gained),
    createdAt: survivor.createdAt,
    lastActive: current.lastActive,
    claimedAt: survivor.claimedAt,
    settings: settings.survivor,
  }
  return {
    survivor: survivorSide,
    loser: loserSide,
    missingCoins: Math.max(0, brought.loser + Math.min(0, own.coins) - coins),
    earnedByLoser,
  }
}

/**
 * The loser's coins within the freeze: what it brought and what its platforms earned since, but never so much that the
 * survivor would miss what it brought itself. One side's losses are paid from what was earned since.
 */
export function splitExactly(
  total: number,
  brought: { survivor: number; loser: number },
  earnedByLoser: number,
): number {
  const free = total - brought.survivor - brought.loser
  if (free < 0) return clamp(brought.loser, 0, total)
  return brought.loser + clamp(earnedByLoser, 0, free)
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}

function only(identities: MergeSide['identities'], kept: readonly PlatformName[]): MergeSide['identities'] {
  const of = (platform: PlatformName) => (kept.includes(platform) ? identities[platform] : null)
  return { telegram: of('telegram'), discord: of('discord'), website: of('website') }
}

function namesOf({ username, displayName, locale }: MergeSide) {
  return { username, displayName, locale }
}

function statisticsOf(side: MergeSide, own: Earned, current: MergeSide) {
  return {
    gamesPlayed: Math.min(side.gamesPlayed + own.gamesPlayed, current.gamesPlayed),
    gamesWon: Math.min(side.gamesWon + own.gamesWon, current.gamesWon),
    voiceSeconds: Math.min(side.voiceSeconds + own.voiceSeconds, current.voiceSeconds),
    messages: Math.min(side.messages + own.messages, current.messages),
    seasonXp: Math.min(side.seasonXp + own.seasonXp, current.seasonXp),
  }
}

/**
 * What must not be free twice stays used up on both sides: today's caps and claims, ranks paid since, one-time
 * achievements. The freeze of this merge ends; one of an earlier merge goes on.
 */
function marksOf(side: MergeSide, since: Earned, current: MergeSide, gained: readonly string[]) {
  const { frozen: _, ...used } = current.limits
  const limits: Limits = { ...used, ...(side.limits.frozen && { frozen: side.limits.frozen }) }
  return {
    limits,
    highestRankPaid: Math.max(side.highestRankPaid, since.rankPaid),
    streak: Math.min(current.streak, side.streak + since.dailies),
    lastDaily: since.dailies > 0 ? current.lastDaily : side.lastDaily,
    achievements: [...side.achievements, ...gained],
  }
}

/** What either side chose comes back, unless somebody chose anew since: then the stricter holds for the loser. */
function splitSettings(
  survivor: SideSettings | null,
  loser: SideSettings | null,
  current: SideSettings | null,
): { survivor: SideSettings | null; loser: SideSettings | null } {
  const united = uniteSettings(survivor, loser)
  const isUntouched =
    united?.private === current?.private &&
    united?.notices === current?.notices &&
    united?.notice_place === current?.notice_place &&
    united?.notice_pings === current?.notice_pings &&
    sameChoices(united ?? {}, current ?? {})
  return isUntouched ? { survivor, loser } : { survivor: current, loser: uniteSettings(loser, current) }
}
