/**
 * What the pages show, as plain data. The routes fill these from core; the views know nothing else.
 * Numbers are whole and not negative; instants are `Date`; community days are `YYYY-MM-DD`.
 */

export const TIERS = ['F', 'E', 'D', 'C', 'B', 'A', 'S'] as const
export type Tier = (typeof TIERS)[number]

/** One rank: `star` 1 to 3 is written as a Roman numeral beside the tier. */
export type RankName = { tier: Tier; star: 1 | 2 | 3 }

/** A rank with the XP at which it begins. */
export type RankStep = RankName & { needsXp: number }

export type Platform = 'telegram' | 'discord' | 'website'
export const PLATFORMS: readonly Platform[] = ['telegram', 'discord', 'website']

/** `auto` follows the device. */
export type Theme = 'auto' | 'light' | 'dark'

/**
 * A member as boards show them. `displayName` is null for those who are known from group messages only:
 * they are listed under no name.
 */
export type MemberRef = { accountId: number; displayName: string | null; rank: RankName }

/** The person who looks at the page, when signed in. */
export type Viewer = {
  /** Null: a login that leads to no account yet. */
  accountId: number | null
  /** Where his own page is. */
  href?: string
  /** The token of this browser's forms, for signing out. */
  formToken?: string
  /** When his account will be erased; absent: it is not being deleted. */
  closing?: Date
  /** The way to the admins' pages; absent for everybody who may not open them. */
  adminHref?: string
}

/** What the frame around every page needs. */
export type PageFrame = {
  theme: Theme
  /** The page's own path (`/u/5`), from the route's pattern and ids; anything else is replaced by `/`. */
  path: string
  /** The page's own query without `lang` and `theme`, kept by the language and theme links. */
  query?: Readonly<Record<string, string>>
  /** `https://ttfd.example` without a slash at the end; absolute links for previews. Null leaves them out. */
  publicUrl: string | null
  /** Appended to asset addresses so that they may be cached for ever. */
  assetVersion?: string | null
  /** The SSE address of this page's live fragments; null for a page that stands still. */
  liveUrl?: string | null
  /** Style sheets of this page's own beside `app.css`, such as `admin` for `public/admin.css`. */
  sheets?: readonly string[]
  /** The page asks again by itself until something has happened. */
  polls?: boolean
  /** True when people and events are made up: a banner says so on every page. */
  sandbox: boolean
  viewer?: Viewer | null
  /** Where to sign in; null hides the button. */
  signInHref?: string | null
}

/** The ways into the community. Absent ones are not offered. */
export type CommunityLinks = {
  telegramUrl: string | null
  discordUrl: string | null
  websiteUrl: string | null
}

type TopRow = MemberRef & { place: number; xp: number }
export type TopModel = { rows: readonly TopRow[] }

export type PulseModel = {
  /** XP paid to everybody since the community day began. */
  xpToday: number
  /** Members who earned anything today. */
  activeToday: number
  /** Living accounts. */
  members: number
}

export type HomeModel = {
  links: CommunityLinks
  pulse: PulseModel
  top: TopModel
  /** All ranks from the lowest up, as the operator set them. */
  ladder: readonly RankStep[]
}

export type ProfileSummary = {
  xp: number
  coins: number
  /** Coins of these that cannot be spent before a moment. For the member alone. */
  frozen?: { coins: number; until: Date } | null
  /** Place by XP among all members; null while it is not known (or the member is not listed). */
  place: number | null
  rank: RankStep
  /** Null at the highest rank. */
  nextRank: RankStep | null
}

export type ProfileStats = {
  gamesPlayed: number
  gamesWon: number
  messagesSent: number
  voiceSeconds: number
  /** Days in a row on which the daily reward was taken. */
  streakDays: number
}

/** XP earned on one community day. */
export type XpDay = { day: string; xp: number }

export type ProfileModel = {
  accountId: number
  /** Only its owner sees it. */
  hidden?: boolean
  displayName: string | null
  memberSince: Date
  platforms: readonly Platform[]
  summary: ProfileSummary
  stats: ProfileStats
  /** The last 30 community days, oldest first, days without XP included. */
  xpDays: readonly XpDay[]
}

/** `voice` is measured in seconds, `games` in games played, the others in pieces. */
export type Metric = 'xp' | 'coins' | 'voice' | 'messages' | 'games'
type Period = 'all' | 'month' | 'week' | 'day'

export type BoardRow = MemberRef & { place: number; value: number }

/** Members found by name; `place` is null for who has nothing on the chosen board yet. */
export type BoardSearch =
  | { status: 'too_short' | 'too_long' }
  | {
      status: 'found'
      name: string
      rows: readonly (MemberRef & { place: number | null; value: number })[]
      /** More begin so than are shown. */
      more: boolean
    }

/** Where the viewer stands; `place` is null until the board was counted for the first time. */
export type OwnPlace =
  | { status: 'nothing' | 'hidden' }
  | { status: 'placed'; accountId: number; place: number | null; value: number; countedAt: Date | null }

export type LeaderboardModel = {
  metric: Metric
  period: Period
  /** What can be chosen; with one entry no tabs are drawn. */
  metrics: readonly Metric[]
  periods: readonly Period[]
  rows: readonly BoardRow[]
  /** True on the first page: the three best stand on the podium. */
  firstPage: boolean
  /** The key of the next page; null on the last one. */
  nextCursor: string | null
  /** The viewer's own place; null for who is not signed in. */
  own?: OwnPlace | null
  /** How many members the board has, when known. */
  total?: number | null
  /** When the board was counted; null for the one that is live. */
  countedAt?: Date | null
  /** What a search found, instead of rows. */
  search?: BoardSearch | null
}

export type ErrorModel =
  | { kind: 'member_not_found' | 'page_not_found' | 'forbidden' | 'stale_form' | 'unavailable' }
  | { kind: 'too_many_requests'; retryAfterSeconds?: number }
  /** `reference` finds the matching log line. */
  | { kind: 'internal'; reference?: string }
