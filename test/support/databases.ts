import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inject, onTestFinished } from 'vitest'
import { type Database, openDatabase } from '../../src/db/connect.js'
import { empty, fingerprint } from './emptying.js'

export const KINDS = ['embedded', 'postgres'] as const
export type Kind = (typeof KINDS)[number]

let counter = 0

type Made = { db: Database; url?: string; dataDir?: string; mark: string; drop(): Promise<void> }

async function createDatabase(kind: Kind): Promise<Made> {
  if (kind === 'embedded') {
    // Below the template's folder, which goes with the run.
    const dataDir = mkdtempSync(join(inject('embeddedTemplate'), 'test-'))
    layEmbedded(dataDir)
    const db = await openDatabase({ dataDir })
    const drop = async () => {
      await db.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
    return { db, dataDir, drop, mark: await fingerprint(db.kysely) }
  }
  const { url, drop: dropDatabase } = await createPostgresDatabase('ttfd_template')
  // A hundred calls at once share the pool: on a busy machine the last waits for longer than people would.
  const db = await openDatabase({ url, connectTimeoutMs: 60_000 })
  const drop = async () => {
    await db.close()
    await dropDatabase()
  }
  return { db, url, drop, mark: await fingerprint(db.kysely) }
}

/** Lays a migrated, empty embedded database into a folder, as it is after a first start that made it. */
export function layEmbedded(dataDir: string): void {
  cpSync(join(inject('embeddedTemplate'), 'pgdata'), join(dataDir, 'pgdata'), { recursive: true })
}

/** A new database on the test server, cloned from `template` (`template0`: empty). */
export async function createPostgresDatabase(template: 'ttfd_template' | 'template0') {
  const server = inject('postgresUrl')
  const name = `test_${process.pid}_${++counter}`
  await admin(server, `create database ${name} template ${template}`)
  const url = server.replace(/postgres$/, name)
  return { url, drop: () => admin(server, `drop database if exists ${name} with (force)`) }
}

// Making one takes seconds on a busy machine: those that a test gave back empty serve the next tests of this process,
// also those of other files. They end with the process and the run.
const free: Record<Kind, Made[]> = { embedded: [], postgres: [] }

/** Files that an embedded database keeps beside its data while it is open. */
const BESIDE_DATA = new Set(['pgdata', '.s.PGSQL.5432', 'owner.json', 'ttfd.lock'])

/**
 * A migrated, empty database of the given kind, for nobody else until it is given back; then it is emptied for others,
 * or thrown away when it was closed or more than rows was changed.
 */
export async function borrowDatabase(kind: Kind) {
  const made = free[kind].pop() ?? (await createDatabase(kind))
  const { db, url, dataDir } = made
  const giveBack = async () => {
    // A test may have given one.
    db.keyedHash = null
    if ((await empty(db, made.mark)) && (dataDir === undefined || isTidy(dataDir))) free[kind].push(made)
    else await made.drop()
  }
  return { db, url, dataDir, giveBack }
}

/** A migrated, empty database for the running test. */
export async function freshDatabase(kind: Kind): Promise<Database> {
  const { db, giveBack } = await borrowDatabase(kind)
  onTestFinished(giveBack)
  return db
}

function isTidy(dataDir: string): boolean {
  return readdirSync(dataDir).every((name) => BESIDE_DATA.has(name))
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
