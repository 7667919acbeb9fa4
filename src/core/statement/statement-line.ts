import type { ZeroReason } from '../progression/award.js'

/** One act as its owner reads it: what it was, what it paid, and why not more. Facts that an act has not are null. */
export type StatementLine = {
  /** Order in the ledger, and the key of paging. */
  seq: number
  at: Date
  type: string
  source: string
  xp: number
  coins: number
  /** Balances after it. */
  newXp: number | null
  newCoins: number | null
  /** It was an act of an account that is merged into this one. */
  merged: boolean
  /** Why it paid nothing or less than usual; null: paid in full. */
  reason: ZeroReason | null
  /** What an `xp_change` or `coins_change` was for: `welcome`, `link`, `stake`, ... */
  cause: string | null
  /** What somebody with the right to do so wrote beside it. A person's text. */
  note: string | null
  game: string | null
  won: boolean | null
  bet: number | null
  /** What the game drew and what the person chose. */
  drawn: string | number | null
  chosen: string | number | null
  job: string | null
  /** Characters of a message, where they are known. */
  length: number | null
  /** What the place multiplies by, where it does. */
  multiplier: number | null
  streak: number | null
  rank: number | null
  /** The platform that was linked, unlinked or asked. */
  platform: string | null
  /** It belongs to a merge of two accounts or to its undo. */
  merge: boolean
  /** So many acts of one month that an operator had summed up (`ttfd events compact`); null: one act. */
  summed: number | null
  /** Rounds won, among games that were summed up. */
  wins: number | null
}

export type StatementRow = {
  seq: number
  user_id: number
  event_type: string
  source_platform: string
  xp_delta: number
  coins_delta: number
  data: Record<string, unknown>
  created_at: Date
}

const ZERO_REASONS: Record<ZeroReason, true> = {
  short: true,
  cooldown: true,
  repeat: true,
  cap: true,
  place: true,
  rehearsal: true,
  too_late: true,
  restricted: true,
}

/** Reads a row of the ledger for the owner of `accountId`. What old programs left in `data` may be anything. */
export function lineOf(row: StatementRow, accountId: number): StatementLine {
  const { data } = row
  // What an operator wrote is a note, whatever word it is.
  const isWritten = row.event_type === 'account_restricted'
  const said = isWritten ? null : textIn(data, 'reason')
  const isZeroReason = said !== null && Object.hasOwn(ZERO_REASONS, said)
  return {
    seq: row.seq,
    at: row.created_at,
    type: row.event_type,
    source: row.source_platform,
    xp: row.xp_delta,
    coins: row.coins_delta,
    newXp: numberIn(data, 'new_xp'),
    newCoins: numberIn(data, 'new_coins'),
    merged: row.user_id !== accountId,
    reason: isZeroReason ? (said as ZeroReason) : null,
    cause: isZeroReason ? null : said,
    note: textIn(data, 'why') ?? textIn(data, isWritten ? 'reason' : 'achievement_name'),
    game: textIn(data, 'game_type'),
    won: typeof data.won === 'boolean' ? data.won : null,
    bet: numberIn(data, 'bet'),
    drawn: numberIn(data, 'number') ?? numberIn(data, 'face') ?? textIn(data, 'side'),
    chosen: numberIn(data, 'pick') ?? textIn(data, 'called'),
    job: textIn(data, 'job'),
    length: numberIn(data, 'length'),
    multiplier: numberIn(data, 'multiplier'),
    streak: numberIn(data, 'streak'),
    rank: numberIn(data, 'new_rank'),
    platform: textIn(data, 'platform'),
    merge: numberIn(data, 'merge') !== null,
    summed: numberIn(data, 'summed_up'),
    wins: numberIn(data, 'wins'),
  }
}

function textIn(data: Record<string, unknown>, key: string): string | null {
  const value = data[key]
  return typeof value === 'string' ? value : null
}

function numberIn(data: Record<string, unknown>, key: string): number | null {
  const value = data[key]
  return typeof value === 'number' ? value : null
}
