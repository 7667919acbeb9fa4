/** The database cannot be reached (or is not ready): nothing was decided, and the same request may be sent again. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError'
}

// Class 08: connection; 57P0x: shutdown and start-up; 53300: no connection left; 3D000, 28xxx: a wrong DATABASE_URL;
// 42P01, 42703, 3F000: not migrated yet; 25006: a primary that became a replica; 25P03: a transaction left idle for too long.
const STATES = /^(08...|57P0.|53300|3D000|28...|42P01|42703|3F000|25006|25P03)$/
const SOCKET =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|EPIPE|ENOENT|ERR_STREAM.*)$/
const WORDS =
  /connection terminated|timeout|connection ended|not queryable|client was closed|database stopped/i

/** Whether an error means that the database is away or not ready, not that the request was wrong. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true
  if (error instanceof AggregateError) return error.errors.some(isUnavailable)
  if (!(error instanceof Error)) return false
  const code = (error as { code?: string }).code
  if (code !== undefined) return STATES.test(code) || SOCKET.test(code)
  return WORDS.test(error.message)
}
