import type { JSX } from '../../src/jsx/jsx-runtime.js'
import { renderPage } from '../../src/platforms/web/views/render.js'
import type {
  BoardRow,
  HomeModel,
  LeaderboardModel,
  PageFrame,
  ProfileModel,
  RankName,
  RankStep,
  XpDay,
} from '../../src/platforms/web/views/view-models.js'

/** A whole page as people's text. */
export function pageText(page: JSX.Element): string {
  return Buffer.from(renderPage(page), 'latin1').toString()
}

const THRESHOLDS = [
  0, 500, 1250, 2250, 3500, 5000, 6750, 8750, 11000, 13500, 16250, 19250, 22500, 26000, 29750, 33750, 38000,
  42500, 47250, 52250,
]
const STARS = [1, 2, 3] as const
const TIER_OF_THREE = ['F', 'E', 'D', 'C', 'B', 'A', 'S'] as const

/** The twenty ranks of the community. */
const LADDER: readonly RankStep[] = THRESHOLDS.map((needsXp, index) => ({
  tier: TIER_OF_THREE[Math.floor(index / 3)] ?? 'S',
  star: STARS[index % 3] ?? 1,
  needsXp,
}))

/** Rank by its number, 1 to 20. */
export function rank(id: number): RankStep {
  const step = LADDER[id - 1]
  if (!step) throw new RangeError('rank out of range')
  return step
}

function rankOf(xp: number): RankName {
  const { tier, star } = LADDER.findLast((step) => xp >= step.needsXp) ?? rank(1)
  return { tier, star }
}

export function frame(change: Partial<PageFrame> = {}): PageFrame {
  return { theme: 'auto', path: '/', publicUrl: 'http://127.0.0.1:3000', sandbox: false, ...change }
}

const NAMES = [
  'Лисёнок',
  'NightRaven',
  'Тихий Омут',
  'Mira ✨',
  'Кот Шрёдингера из соседнего подъезда',
  'xX_Pr0_Xx',
  'Аня',
  'Очень-Длинное-Имя-Без-Пробелов-32',
  null,
  'Бродяга',
  'Zed',
  'Снежана',
]

export function boardRows(count: number, firstPlace = 1): BoardRow[] {
  return Array.from({ length: count }, (_, index) => {
    const value = Math.max(3, Math.floor(61_840 / (1 + (index + firstPlace - 1) * 0.23)))
    return {
      accountId: firstPlace + index,
      displayName: NAMES[(index + firstPlace - 1) % NAMES.length] ?? null,
      rank: rankOf(value),
      place: firstPlace + index,
      value,
    }
  })
}

/** Thirty days with a rhythm: weekends stronger, some days silent. */
export function xpDays(): XpDay[] {
  return Array.from({ length: 30 }, (_, index) => {
    const day = new Date(Date.UTC(2026, 0, 10 + index)).toISOString().slice(0, 10)
    const silent = index % 11 === 4 || index < 3
    return { day, xp: silent ? 0 : 90 + ((index * 137) % 410) + (index % 7 > 4 ? 380 : 0) }
  })
}

export function home(change: Partial<HomeModel> = {}): HomeModel {
  return {
    links: {
      telegramUrl: 'https://t.me/ttfd_bot',
      discordUrl: 'https://discord.gg/ttfd',
      websiteUrl: '/login',
    },
    pulse: { xpToday: 48_215, activeToday: 231, members: 12_704 },
    top: { rows: boardRows(7).map(({ value, ...row }) => ({ ...row, xp: value })) },
    ladder: LADDER,
    ...change,
  }
}

export function profile(change: Partial<ProfileModel> = {}): ProfileModel {
  return {
    accountId: 5,
    displayName: 'Лисёнок',
    memberSince: new Date('2025-03-07T21:30:00Z'),
    platforms: ['telegram', 'discord'],
    summary: { xp: 17_420, coins: 3_251, place: 12, rank: rank(11), nextRank: rank(12) },
    stats: { gamesPlayed: 342, gamesWon: 119, messagesSent: 8_412, voiceSeconds: 463_500, streakDays: 21 },
    xpDays: xpDays(),
    ...change,
  }
}

/** A member on the first day: nothing done yet. */
export function newcomer(): ProfileModel {
  return profile({
    accountId: 6,
    displayName: null,
    platforms: ['telegram'],
    summary: { xp: 0, coins: 0, place: null, rank: rank(1), nextRank: rank(2) },
    stats: { gamesPlayed: 0, gamesWon: 0, messagesSent: 0, voiceSeconds: 0, streakDays: 0 },
    xpDays: xpDays().map(({ day }) => ({ day, xp: 0 })),
  })
}

/** Everything at its limit: the longest name, the largest numbers. */
export function giant(): ProfileModel {
  const most = Number.MAX_SAFE_INTEGER
  return profile({
    accountId: most,
    displayName: 'Щ'.repeat(32),
    platforms: ['telegram', 'discord', 'website'],
    summary: { xp: most, coins: most, place: 1_000_000, rank: rank(20), nextRank: null },
    stats: { gamesPlayed: most, gamesWon: most, messagesSent: most, voiceSeconds: most, streakDays: 100_000 },
    xpDays: xpDays().map((entry, index) => (index === 17 ? { ...entry, xp: most } : entry)),
  })
}

export function leaderboard(change: Partial<LeaderboardModel> = {}): LeaderboardModel {
  return {
    metric: 'xp',
    period: 'all',
    metrics: ['xp', 'coins', 'voice', 'messages', 'games'],
    periods: ['all', 'month', 'week'],
    rows: boardRows(25),
    firstPage: true,
    nextCursor: '9876_25',
    own: {
      status: 'placed',
      accountId: 231,
      place: 231,
      value: 1_204,
      countedAt: new Date('2026-03-02T09:05:00Z'),
    },
    total: 12_704,
    ...change,
  }
}
