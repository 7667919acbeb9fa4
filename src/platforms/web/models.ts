import { type BoardEntry, readBoard, readPulse } from '../../core/boards/board.js'
import { type Profile, readProfile, readXpPerDay } from '../../core/profiles/read-profile.js'
import { addDays, communityDay } from '../../core/progression/community-day.js'
import { type Rank, rankFor } from '../../core/progression/ranks.js'
import type { WebDeps } from './deps.js'
import {
  type HomeModel,
  type LeaderboardModel,
  type MemberRef,
  type ProfileModel,
  type RankStep,
  TIERS,
  type TopModel,
} from './views/view-models.js'

const TOP_ROWS = 10
const BOARD_ROWS = 50
const CHART_DAYS = 30

type ModelDeps = Pick<WebDeps, 'db' | 'rules' | 'now' | 'settings'>

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

/** A page of the board by XP, with the viewer's own row wherever it stands. */
export async function boardModel(
  deps: ModelDeps,
  after: string | null,
  viewerId: number | null = null,
): Promise<LeaderboardModel> {
  const [page, pulse, own] = await Promise.all([
    readBoard(deps.db.kysely, { limit: BOARD_ROWS, after }),
    pulseModel(deps),
    viewerId === null ? null : readProfile(deps.db.kysely, viewerId, deps.rules()),
  ])
  return {
    metric: 'xp',
    period: 'all',
    metrics: ['xp'],
    periods: ['all'],
    rows: page.entries.map((entry) => ({ ...memberRef(deps, entry), place: entry.place, value: entry.xp })),
    firstPage: after === null,
    nextCursor: page.next,
    total: pulse.members,
    // Without XP nobody stands on the board, and hidden members do not.
    ownRow:
      own && own.xp > 0 && !own.private ? { ...memberRef(deps, own), place: own.place, value: own.xp } : null,
  }
}

/** What anyone may see of a member; null for unknown, private and deleted alike. `own`: he looks himself. */
export async function profileModel(
  deps: ModelDeps,
  accountId: number,
  { own = false } = {},
): Promise<ProfileModel | null> {
  const profile = await readProfile(deps.db.kysely, accountId, deps.rules())
  if (!profile || (profile.private && !own)) return null
  const today = communityDay(deps.now(), deps.settings.timeZone)
  const xpDays = await readXpPerDay(deps.db.kysely, accountId, addDays(today, 1 - CHART_DAYS), today)
  return {
    accountId: profile.accountId,
    hidden: profile.private,
    displayName: shownName(profile),
    memberSince: profile.memberSince,
    platforms: profile.platforms,
    summary: {
      xp: profile.xp,
      coins: profile.coins,
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

const STARS: Record<string, 1 | 2 | 3> = { I: 1, II: 2, III: 3 }

function rankStep(rank: Rank): RankStep {
  return {
    tier: TIERS.find((tier) => tier === rank.tier) ?? 'F',
    star: STARS[rank.star] ?? 1,
    needsXp: rank.xp_needed,
  }
}
