import { hostname } from 'node:os'
import type pg from 'pg'
import { releaseDead, releaseLease, renewLease, takeLease } from '../../core/duties/leases.js'
import type { Database } from '../../db/connect.js'

/** Two imports at once would take each other's stage away. */
const NAME = 'ttfd.import'
const LEASE_SECONDS = 60
const RENEW_MS = 15_000

/** Another import works on this database. */
export class ImportRunningError extends Error {
  override name = 'ImportRunningError'
}

/**
 * Holds the one place that there is for an import and returns what gives it back. Throws ImportRunningError. PostgreSQL
 * frees it with the connection. The embedded database has one session for all connections, in which a lock of the session
 * would hold nobody off: there it is a lease, which a process that was killed on this machine leaves to the next at once.
 */
export async function holdPlace(db: Database, client: pg.Client): Promise<() => Promise<void>> {
  if (db.kind === 'postgres') {
    const { rows } = await client.query('select pg_try_advisory_lock(hashtext($1)) as held', [NAME])
    if (rows[0]?.held !== true) throw new ImportRunningError('another import is running')
    return async () => void (await client.query('select pg_advisory_unlock(hashtext($1))', [NAME]))
  }
  const place = `${NAME}:${hostname()}:`
  await releaseDead(db, (holder) => holder.startsWith(place) && !isAlive(Number(holder.slice(place.length))))
  const lease = await takeLease(db, NAME, `${place}${process.pid}`, LEASE_SECONDS)
  if (!lease) throw new ImportRunningError('another import is running')
  const timer = setInterval(() => {
    // Whoever lost it loses the stage too, and ends by that: nothing half done is ever committed.
    renewLease(db, lease, LEASE_SECONDS).catch(() => {})
  }, RENEW_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await releaseLease(db, lease)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
