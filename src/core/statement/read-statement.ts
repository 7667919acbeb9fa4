import type { Reader } from '../../db/connect.js'
import { familyOf } from '../profiles/read-profile.js'
import type { ZeroReason } from '../progression/award.js'

/** One act as its owner reads it: what it was, what it paid, and why not more. */
export type StatementLine = {
  at: Date
  type: string
  source: string
  xp: number
  coins: number
  /** Why it paid nothing or less than usual; null: paid in full. */
  reason: ZeroReason | null
  game: string | null
  won: boolean | null
  job: string | null
  /** Characters of a message, where they are known. */
  length: number | null
  rank: number | null
}

const ZERO_REASONS: readonly string[] = [
  'short',
  'cooldown',
  'repeat',
  'cap',
  'place',
  'rehearsal',
  'too_late',
] satisfies ZeroReason[]

/** A member's own last acts from the ledger, newest first. For the member alone. */
export async function readStatement(
  reader: Reader,
  accountId: number,
  limit: number,
  beforeSeq: number = Number.MAX_SAFE_INTEGER,
): Promise<{ lines: StatementLine[]; nextSeq: number | null }> {
  const rows = await reader
    .selectFrom('cross_platform_events')
    .select(['seq', 'event_type', 'source_platform', 'xp_delta', 'coins_delta', 'data', 'created_at'])
    .where('user_id', 'in', await familyOf(reader, accountId))
    .where('seq', '<', beforeSeq)
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  return {
    lines: page.map((row) => ({
      at: row.created_at,
      type: row.event_type,
      source: row.source_platform,
      xp: row.xp_delta,
      coins: row.coins_delta,
      reason: reasonIn(row.data),
      game: textIn(row.data, 'game_type'),
      won: typeof row.data.won === 'boolean' ? row.data.won : null,
      job: textIn(row.data, 'job'),
      length: numberIn(row.data, 'length'),
      rank: numberIn(row.data, 'new_rank'),
    })),
    nextSeq: rows.length > limit ? (page.at(-1)?.seq ?? null) : null,
  }
}

function reasonIn(data: Record<string, unknown>): ZeroReason | null {
  return typeof data.reason === 'string' && ZERO_REASONS.includes(data.reason)
    ? (data.reason as ZeroReason)
    : null
}

function textIn(data: Record<string, unknown>, key: string): string | null {
  const value = data[key]
  return typeof value === 'string' ? value : null
}

function numberIn(data: Record<string, unknown>, key: string): number | null {
  const value = data[key]
  return typeof value === 'number' ? value : null
}
