import { sql } from 'kysely'
import type { Reader } from './connect.js'

/** How far apart the clocks of a machine and of the database may be. Source: safety.md, 4.7. */
export const CLOCK_WARN_SECONDS = 2
export const CLOCK_REFUSE_SECONDS = 60

/**
 * Milliseconds since 1970 by the database's clock, less what `clock` (in milliseconds too) shows at that moment; and how
 * wrong that may be: half of the round trip. Rejects when the database is away.
 */
export async function compareClocks(
  reader: Reader,
  clock: () => number,
): Promise<{ ahead: number; error: number }> {
  const began = clock()
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`.execute(reader)
  const ended = clock()
  return { ahead: (rows[0]?.ms ?? 0) - (began + ended) / 2, error: (ended - began) / 2 }
}
