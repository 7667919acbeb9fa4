import { cp, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Database, openDatabase } from '../db/connect.js'
import { withClient } from '../db/with-client.js'

/**
 * Runs `work` on a copy of an embedded database that a running program has open. The program waits only while the files
 * are copied, not while they are read: nobody writes in that time, so the copy is what a crash at this moment would
 * leave, and opens as after one. It lies in the data directory, takes as much room as the database, and goes at the end.
 */
export async function withEmbeddedCopy<T>(
  db: Database,
  dataDir: string,
  work: (copy: Database) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(dataDir, 'backup-'))
  try {
    await withClient(db, async (client) => {
      // An open transaction has the only session to itself.
      await client.query('begin')
      await client.query('checkpoint')
      await cp(join(dataDir, 'pgdata'), join(folder, 'pgdata'), { recursive: true })
      // Fails when the program took the session back, because copying took longer than it lets anybody keep it.
      await client.query('rollback')
    })
    const copy = await openDatabase({ dataDir: folder })
    try {
      return await work(copy)
    } finally {
      await copy.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
