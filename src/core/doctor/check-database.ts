import { sql } from 'kysely'
import { CLOCK_REFUSE_SECONDS, CLOCK_WARN_SECONDS, compareClocks } from '../../db/compare-clocks.js'
import type { Reader } from '../../db/connect.js'
import { type Finding, fail, ok, warn } from './finding.js'

const POSTGRES_MIN = 140_000

/** The server's version: short words, and the number that PostgreSQL compares by. */
export async function readVersion(reader: Reader): Promise<{ words: string; isOldEnough: boolean }> {
  const { rows } = await sql<{ words: string; number: number }>`
    select current_setting('server_version') as words, current_setting('server_version_num')::int as number`.execute(
    reader,
  )
  return { words: rows[0]?.words ?? '?', isOldEnough: (rows[0]?.number ?? 0) >= POSTGRES_MIN }
}

/**
 * Compares this machine's clock with the database's. `clock` gives milliseconds since 1970; half of the round trip is
 * the error of the measure and is taken off.
 */
export async function checkClocks(reader: Reader, clock: () => number): Promise<Finding[]> {
  const { ahead, error } = await compareClocks(reader, clock)
  const seconds = Math.round(Math.max(0, Math.abs(ahead) - error) / 100) / 10
  if (seconds > CLOCK_REFUSE_SECONDS) return [fail('clock_far_off', { seconds })]
  return [seconds > CLOCK_WARN_SECONDS ? warn('clock_off', { seconds }) : ok('clock_ok', { seconds })]
}

/** Invented and living members must never meet in one database. */
export async function checkSandboxMark(
  reader: Reader,
  { sandbox, realToken }: { sandbox: boolean; realToken: boolean },
): Promise<Finding[]> {
  const { rows } = await sql<{ marked: boolean; members: boolean }>`
    select exists (select from ttfd.settings where key = 'sandbox') as marked,
      exists (select from ttfd.accounts) as members`.execute(reader)
  const { marked, members } = rows[0] ?? { marked: false, members: false }
  if (marked && realToken) return [fail('sandbox_mark_with_token')]
  if (sandbox && !marked && members) return [fail('sandbox_accounts_without_mark')]
  return []
}
