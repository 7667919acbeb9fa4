import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connect.js'

export const KINDS = ['embedded', 'postgres'] as const
export type Kind = (typeof KINDS)[number]

let counter = 0

/** A new, migrated, empty database of the given kind. The caller closes it. */
export async function createDatabase(
  kind: Kind,
): Promise<{ db: Database; url?: string; dataDir?: string; drop(): Promise<void> }> {
  if (kind === 'embedded') {
    const dataDir = mkdtempSync(join(tmpdir(), 'ttfd-test-'))
    cpSync(join(inject('embeddedTemplate'), 'pgdata'), join(dataDir, 'pgdata'), { recursive: true })
    const db = await openDatabase({ dataDir })
    const drop = async () => {
      await db.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
    return { db, dataDir, drop }
  }
  const { url, drop: dropDatabase } = await createPostgresDatabase('ttfd_template')
  const db = await openDatabase({ url })
  const drop = async () => {
    await db.close()
    await dropDatabase()
  }
  return { db, url, drop }
}

/** A new database on the test server, cloned from `template` (`template0`: empty). */
export async function createPostgresDatabase(template: 'ttfd_template' | 'template0') {
  const server = inject('postgresUrl')
  const name = `test_${process.pid}_${++counter}`
  await admin(server, `create database ${name} template ${template}`)
  const url = server.replace(/postgres$/, name)
  return { url, drop: () => admin(server, `drop database if exists ${name} with (force)`) }
}

/** A new database that goes away with the running test. */
export async function freshDatabase(kind: Kind): Promise<Database> {
  const { db, drop } = await createDatabase(kind)
  onTestFinished(drop)
  return db
}

async function admin(url: string, statement: string): Promise<void> {
  const db = await openDatabase({ url, maxConnections: 1 })
  const client = db.client()
  await client.connect()
  // Cloning needs the template to itself; another test may clone it right now.
  await client.query(`select pg_advisory_lock(4711)`)
  await client.query(statement)
  await client.end()
  await db.close()
}
