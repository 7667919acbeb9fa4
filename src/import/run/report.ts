import type { ReviewKind } from '../../db/tables/import.js'
import type { RejectReason, Source } from '../records.js'

/** Sums of the four figures that a report proves; voice in seconds. */
export type Sums = { xp: number; coins: number; games: number; voice: number }

/** What became of one store. `store` = `rejected` + `leftOut` + `before` + `added` + `waits`, for each figure. */
export type StoreReport = {
  source: Source
  origin: string
  name: string
  hash: string
  /** Records read, without rejected ones. */
  records: number
  fresh: number
  grown: number
  unchanged: number
  erased: number
  held: number
  /** Records that stay behind whole, and fields that stay behind alone. */
  rejectedRecords: number
  rejectedFields: number
  store: Sums
  rejected: Sums
  leftOut: Sums
  /** Came over with an earlier import. */
  before: Sums
  added: Sums
  /** Grew faster than one day may bring: in the review queue. */
  waits: Sums
  /** What stands here above the store's present figure: never taken back. */
  shrunk: Sums
}

/** The seed's check: accounts, and how many know each platform. */
export type SeedCounts = { accounts: number; telegram: number; discord: number; website: number }

export type ReviewLine = {
  kind: ReviewKind
  key: string
  claimant: string
  claimed: string | null
  sameName: boolean
  detail: Record<string, unknown>
}

export type RejectedLine = {
  source: string
  id: string | null
  field: string | null
  reason: RejectReason
  value: string
  whole: boolean
}

/** An account of the old unified tables, beside what the stores say of it. */
export type UnifiedLine = {
  account: number
  name: string
  telegram: string | null
  discord: string | null
  email: string | null
  /** What its opening event gave and what the stores give in its place. */
  opening: { xp: number; coins: number }
  stores: { xp: number; coins: number }
  /** proven: the stores prove what the row joined; unproven: nothing does; wrong: they prove something else; single: one identity. */
  join: 'proven' | 'unproven' | 'wrong' | 'single'
}

export type ImportMode = 'dry-run' | 'live'

export type ImportReport = {
  mode: ImportMode
  startedAt: string
  seconds: number
  /** The transactions that wrote, and the longest of them, from its beginning to its end; null: nothing was written. */
  pieces: { count: number; longestMs: number } | null
  stores: StoreReport[]
  /** Accounts made, and accounts that were here. */
  accounts: { fresh: number; existing: number }
  /** Pairs joined, by proof: a code typed in the old bot, both naming each other, an active row of discord_links. */
  linked: { code: number; both: number; table: number; trusted: number; closed: number; merged: number }
  /** Whom --trust-claims joins and what each side brings. */
  trusted: { telegram: string; discord: string; telegramBrings: Sums; discordBrings: Sums }[]
  /** What this import puts into the queue, and how many stand open there at the end. */
  reviews: { counts: Record<ReviewKind, number>; lines: ReviewLine[]; open: number }
  rejected: { total: number; lines: RejectedLine[] }
  shrunk: {
    total: number
    lines: { origin: string; id: string; field: string; here: number; store: number }[]
  }
  unified: { reversed: number; xp: number; coins: number; unproven: number; lines: UnifiedLine[] }
  seed: { before: SeedCounts; expected: SeedCounts; after: SeedCounts }
  balances: { before: { xp: number; coins: number }; after: { xp: number; coins: number } }
}

/** Of each list, so many lines are in the report; the counts are always whole. */
export const LINES_MAX = 10_000

export const REVIEW_KINDS: readonly ReviewKind[] = [
  'claim',
  'contested',
  'accounts',
  'address',
  'growth',
  'joined',
]
