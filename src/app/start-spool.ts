import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { chargingKept } from '../core/api-keys/charge-kept.js'
import { readDatabaseId } from '../core/duties/database-id.js'
import { askSweep } from '../core/roles/guild-roles.js'
import { Spool } from '../spool/spool.js'
import type { AppContext } from './context.js'
import { holderState } from './holder.js'

/** Where kept awards lie, below the data directory. */
export const SPOOL_DIRECTORY = 'spool'

type Needs = Pick<AppContext, 'config' | 'secrets' | 'db' | 'state' | 'writer' | 'holder' | 'now' | 'log'>

/** Keeps awards while the database is away. What dead processes of this directory left is written as soon as it is back. */
export async function startSpool({
  config,
  secrets,
  db,
  state,
  writer,
  holder,
  now,
  log,
}: Needs): Promise<Spool> {
  const { dataDir, database } = config
  const where = database.kind === 'postgres' ? placeOf(database.url) : 'embedded'
  const place = createHmac('sha256', secrets.idHashKey).update(`spool:${where}`).digest('hex')
  let id: string | null = null
  const spool = new Spool({
    directory: join(dataDir, SPOOL_DIRECTORY),
    holder,
    ownerState: holderState,
    writer: chargingKept(writer, db, config.timeZone),
    target: () => ({ place, database: id }),
    isUp: () => state.isUp,
    async isReady() {
      if (!state.isUp) return false
      id ??= await readDatabaseId(db)
      return true
    },
    now,
    log,
    // People whom kept awards made, or promoted, get their roles by the ordinary look.
    onReplayed: () => {
      void askSweep(db.kysely).catch((error: unknown) =>
        log.warn({ err: error }, 'roles are looked at later'),
      )
    },
  })
  await spool.start()
  return spool
}

/** What of an address names the database; the password may change. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return url
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port}${pathname}`
}
