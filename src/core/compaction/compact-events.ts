import { sql } from 'kysely'
import type { Database, Reader } from '../../db/connect.js'
import { foldMonths } from './fold-months.js'
import { type Month, planCompaction } from './plan-compaction.js'
import { raiseReplayHorizon } from './replay-horizon.js'

/**
 * Nothing younger is ever summed up: an undo of a merge (30 days) must still see single events, and a platform or a spool
 * may hand an act in again for as long.
 */
export const KEEP_DAYS_MIN = 35

/** An act may have been written down before it happened, by a platform's clock that was ahead. */
const CLOCKS_APART_MS = 86_400_000

/** An award waits for a piece that locks its account, so pieces are short: about a tenth of a second. */
const PIECE_EVENTS = 2_000
/** A look at the accounts takes about so long; how many accounts that are is learnt on the way. */
const LOOK_MS = 150
const ACCOUNTS_FIRST = 50
const ACCOUNTS_MAX = 2_000

export type CompactionOptions = {
  /** Only whole months before this moment. */
  before: Date
  timeZone: string
  /** Counts only. */
  dryRun?: boolean
  /** Monotonic milliseconds. */
  clock: () => number
  onProgress?: (accountsDone: number, accounts: number) => void
}

export type Compaction = {
  /** The first moment that is kept event by event. */
  before: Date
  /** Events that went (or would), and sums that came (or would) in their place. */
  gone: number
  sums: number
  pieces: number
  longestMs: number
  /** Months that could not be summed up, with the database's reason; everything else was. */
  left: { accountId: number; month: string; reason: string }[]
}

/** The beginning of the community month in which `moment` lies. */
export async function monthStart(reader: Reader, moment: Date, timeZone: string): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`
    select date_trunc('month', ${moment}::timestamptz at time zone ${timeZone}) at time zone ${timeZone} as at`.execute(
    reader,
  )
  return rows[0]?.at ?? moment
}

/**
 * Sums up old events per account, month, source and kind, in committed pieces, while awards go on. May be stopped at any
 * moment and run again, also twice at once: what is done is done. A month that the database refuses holds up no other.
 */
export async function compactEvents(db: Database, options: CompactionOptions): Promise<Compaction> {
  const { before, timeZone, clock, dryRun = false, onProgress } = options
  const result: Compaction = { before, gone: 0, sums: 0, pieces: 0, longestMs: 0, left: [] }
  if (!dryRun) await raiseReplayHorizon(db, new Date(before.getTime() + CLOCKS_APART_MS))
  const total = await countAccounts(db.kysely)
  let done = 0
  let accounts = ACCOUNTS_FIRST
  for (let afterId = Number.MIN_SAFE_INTEGER; ; ) {
    const began = clock()
    const { months, lastId } = await planCompaction(db.kysely, { afterId, accounts, before, timeZone })
    if (lastId === null) return result
    const look = clock() - began
    if (dryRun) for (const { events, sums } of months) add(result, { gone: events, sums })
    else for (const piece of piecesOf(months)) await fold(db, piece, options, result)
    afterId = lastId
    done += accounts
    onProgress?.(Math.min(done, total), total)
    accounts = Math.min(ACCOUNTS_MAX, Math.max(1, look > LOOK_MS ? Math.floor(accounts / 2) : accounts * 2))
  }
}

/** Months together as long as they are small; a large one by itself. */
function piecesOf(months: readonly Month[]): Month[][] {
  const pieces: Month[][] = []
  let events = Number.POSITIVE_INFINITY
  for (const month of months) {
    const last = pieces.at(-1)
    if (last && events + month.events <= PIECE_EVENTS) last.push(month)
    else {
      pieces.push([month])
      events = 0
    }
    events += month.events
  }
  return pieces
}

async function fold(
  db: Database,
  months: readonly Month[],
  options: CompactionOptions,
  result: Compaction,
): Promise<void> {
  const { before, clock } = options
  try {
    // One month may hold more than a piece; each turn sums up the sum so far with the next events.
    for (let more = true; more; ) {
      const began = clock()
      const { gone, sums } = await foldMonths(db, { months, before, eventsMax: PIECE_EVENTS })
      if (gone > 0) {
        result.pieces += 1
        result.longestMs = Math.max(result.longestMs, clock() - began)
        add(result, { gone, sums })
      }
      more = gone > 0 && months.length === 1 && (months[0]?.events ?? 0) > PIECE_EVENTS
    }
  } catch (error) {
    if (!isRefusal(error)) throw error
    const [first] = months
    if (first && months.length === 1)
      result.left.push({
        accountId: first.accountId,
        month: first.from.toISOString(),
        reason: (error as Error).message,
      })
    else for (const month of months) await fold(db, [month], options, result)
  }
}

function add(result: Compaction, { gone, sums }: { gone: number; sums: number }): void {
  result.gone += gone
  result.sums += sums
}

/** Values out of range (22) or against a rule (23) are the events' fault, not the moment's. */
function isRefusal(error: unknown): boolean {
  return /^2[23]/.test((error as { code?: string }).code ?? '')
}

async function countAccounts(reader: Reader): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from ttfd.accounts`.execute(
    reader,
  )
  return rows[0]?.count ?? 0
}
