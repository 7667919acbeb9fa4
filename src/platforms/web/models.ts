import { type BoardEntry, readBoard, readPulse } from '../../core/boards/board.js'
import { AskTogether } from '../../core/profiles/ask-together.js'
import type { Profile } from '../../core/profiles/read-profile.js'
import { type PublicProfile, readPublicProfiles } from '../../core/profiles/read-public-profiles.js'
import { addDays, communityDay } from '../../core/progression/community-day.js'
import { type Rank, rankFor } from '../../core/progression/ranks.js'
import type { WebDeps } from './deps.js'
import {
  type HomeModel,
  type MemberRef,
  type ProfileModel,
  type RankStep,
  TIERS,
  type TopModel,
} from './views/view-models.js'

const TOP_ROWS = 10
export const CHART_DAYS = 30

export type ModelDeps = Pick<WebDeps, 'db' | 'rules' | 'now' | 'settings'>

/** What the front page shows. */
export async function homeModel(deps: ModelDeps): Promise<HomeModel> {
  const [top, pulse] = await Promise.all([topModel(deps), pulseModel(deps)])
  return { links: deps.settings.links(), pulse, top, ladder: deps.rules().ranks.map(rankStep) }
}

async function topModel(deps: ModelDeps): Promise<TopModel> {
  const { entries } = await readBoard(deps.db.kysely, { limit: TOP_ROWS })
  return { rows: entries.map((entry) => ({ ...memberRef(deps, entry), place: entry.place, xp: entry.xp })) }
}

function pulseModel(deps: ModelDeps): Promise<HomeModel['pulse']> {
  return readPulse(deps.db.kysely, communityDay(deps.now(), deps.settings.timeZone))
}

/** Reads members' pages. What many ask for at once is read together. */
export type ProfileReader = {
  /** What anyone may see of a member; null for unknown, private and deleted alike. `own`: he looks himself. */
  read(accountId: number, who?: { own?: boolean }): Promise<ProfileModel | null>
}

export function createProfileReader(deps: ModelDeps): ProfileReader {
  const together = new AskTogether<number, PublicProfile>((accountIds) => {
    const to = communityDay(deps.now(), deps.settings.timeZone)
    const span = { rules: deps.rules(), from: addDays(to, 1 - CHART_DAYS), to }
    return readPublicProfiles(deps.db.kysely, accountIds, span)
  })
  return {
    async read(accountId, { own = false } = {}) {
      const profile = await together.get(accountId)
      if (!profile || (profile.private && !own)) return null
      return memberModel({ ...profile, frozen: null }, profile.days)
    },
  }
}

/** A profile as pages draw it; who may see it is the caller's question. */
export function memberModel(
  profile: Omit<PublicProfile, 'days'> & Pick<Profile, 'frozen'>,
  xpDays: ProfileModel['xpDays'],
): ProfileModel {
  return {
    accountId: profile.accountId,
    hidden: profile.private,
    displayName: shownName(profile),
    memberSince: profile.memberSince,
    platforms: profile.platforms,
    summary: {
      xp: profile.xp,
      coins: profile.coins,
      frozen: profile.frozen,
      place: profile.xp > 0 ? profile.place : null,
      rank: rankStep(profile.progress.rank),
      nextRank: profile.progress.next ? rankStep(profile.progress.next) : null,
    },
    stats: {
      gamesPlayed: profile.gamesPlayed,
      gamesWon: profile.gamesWon,
      messagesSent: profile.messages,
      voiceSeconds: profile.voiceSeconds,
      streakDays: profile.streak,
    },
    xpDays,
  }
}

function memberRef(
  { rules }: ModelDeps,
  entry: Pick<BoardEntry, 'accountId' | 'named' | 'displayName' | 'xp'>,
): MemberRef {
  return {
    accountId: entry.accountId,
    displayName: shownName(entry),
    rank: rankStep(rankFor(entry.xp, rules().ranks)),
  }
}

function shownName({ named, displayName }: Pick<Profile, 'named' | 'displayName'>): string | null {
  return named ? displayName : null
}

/** The rank of an id as pages draw it; the lowest for an id that is no rank any more. */
export function rankStepOf({ rules }: ModelDeps, rankId: number): RankStep {
  const { ranks } = rules()
  return rankStep(ranks.find(({ id }) => id === rankId) ?? rankFor(0, ranks))
}

const STARS: Record<string, 1 | 2 | 3> = { I: 1, II: 2, III: 3 }

function rankStep(rank: Rank): RankStep {
  return {
    tier: TIERS.find((tier) => tier === rank.tier) ?? 'F',
    star: STARS[rank.star] ?? 1,
    needsXp: rank.xp_needed,
  }
}
