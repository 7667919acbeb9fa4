import { isUnavailable } from '../../db/unavailable.js'

/**
 * Whether an error of any core function means that the database is away or not ready: nothing was decided, and the
 * same request may be made again. Everything else is a bug or a refusal.
 */
export function isOutage(error: unknown): boolean {
  return isUnavailable(error)
}
