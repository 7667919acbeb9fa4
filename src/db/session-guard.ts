/**
 * What one guest must not do to a session that all connections of the embedded database share. Guests come through the
 * Unix socket: psql, pg_dump, a second `ttfd`.
 */

/** Leaves the session as the program expects it. */
export const TIDY_SESSION = 'reset session authorization; reset role; reset all'

/** Why a statement is refused, or null. Reading from the client ends the embedded database at once (measured). */
export function refusedBecause(sql: string, isGuest: boolean): string | null {
  if (/\bcopy\b/i.test(sql) && /\bstdin\b/i.test(sql)) {
    return 'the embedded database cannot COPY FROM STDIN; use INSERT, or a PostgreSQL server'
  }
  if (isGuest && /\b(discard|deallocate|unlisten)\b/i.test(sql)) {
    return 'the embedded database has one session, which the running program shares'
  }
  return null
}

/** Whether a guest's statement may change settings of the session. */
export function changesSettings(sql: string): boolean {
  return /\b(set|set_config|reset)\b/i.test(sql)
}
