import type pg from 'pg'
import { hashIdentity } from '../../core/deletion/come-back.js'
import type { Database } from '../../db/connect.js'
import type { OldRecord, OldStore } from '../records.js'
import {
  type IsErased,
  joinLines,
  linkLine,
  recordLine,
  rejectedLine,
  rowContext,
  takeLines,
} from './stage-rows.js'
import { STAGE_TABLES, type StageTable } from './staging.js'

/** One store as it was read. */
export type StagedStore = Pick<OldStore, 'source' | 'origin' | 'name'> & {
  /** SHA-256 of the content, and what stands for it in keys. */
  hash: string
  snapshot: string
  /** The newest moment that it tells of; null: it knows no times. */
  newest: Date | null
}

/** Tells how far reading is; `total` null: not known. */
export type OnRead = (store: OldStore, done: number, total: number | null) => void

const BATCH = 2_000
/** Batches on their way while the next is read. */
const IN_FLIGHT = 2
/** Of a snapshot's hash, enough to tell any two apart. */
const SNAPSHOT_LENGTH = 16

/** Reads the stores one after another into the stage, in bounded memory. Throws what the stores throw; then use nothing. */
export async function stageStores(
  db: Database,
  client: pg.Client,
  stores: readonly OldStore[],
  onRead: OnRead,
): Promise<StagedStore[]> {
  const erased = await erasedHashes(db)
  const isErased: IsErased = (platform, id) =>
    erased?.has(hashIdentity(erased.key, { platform, id }).toString('hex')) ?? false
  const context = rowContext(isErased)
  const lane = new Lane(client)
  const newest = new Map<OldStore, number>()
  let n = 0
  for (const store of stores) {
    let latest = 0
    for await (const { items, done } of store.read()) {
      for (const item of items) {
        if (item.kind === 'record') {
          lane.add('records', recordLine(++n, store.origin, item.record, context))
          latest = Math.max(latest, newestIn(item.record))
        } else if (item.kind === 'rejected') lane.add('rejected', rejectedLine(item.rejected))
        else if (!isErased('telegram', item.link.telegramId) && !isErased('discord', item.link.discordId))
          lane.add('links', linkLine(item.link))
      }
      await lane.flow()
      onRead(store, done, store.size)
    }
    newest.set(store, latest)
  }
  await lane.end()
  return stores.map((store) => {
    const hash = store.hash()
    const { source, origin, name } = store
    const latest = newest.get(store) ?? 0
    const snapshot = hash.slice(0, SNAPSHOT_LENGTH)
    return { source, origin, name, hash, snapshot, newest: latest > 0 ? new Date(latest) : null }
  })
}

/** Hashes of everybody who was erased, with the key they were made by; null: nobody was. */
async function erasedHashes(db: Database) {
  const rows = await db.kysely.selectFrom('ttfd.erased_identities').select('identity_hash').execute()
  if (rows.length === 0) return null
  if (!db.keyedHash) throw new Error('ID_HASH_KEY is needed: some members asked to be forgotten')
  const hashes = new Set(rows.map((row) => row.identity_hash.toString('hex')))
  return { key: db.keyedHash, has: (hash: string) => hashes.has(hash) }
}

/** Milliseconds since 1970; 0 when the record knows no times. */
function newestIn(record: OldRecord): number {
  if (record.source === 'voice') return 0
  const daily = record.source === 'website' ? null : record.lastDaily
  return Math.max(record.lastActive?.getTime() ?? 0, record.createdAt?.getTime() ?? 0, daily?.getTime() ?? 0)
}

/** Carries rows into the stage in batches, the next being made while the last is on its way. */
class Lane {
  readonly #client: pg.Client
  readonly #lines: Record<StageTable, string[]> = { records: [], links: [], rejected: [] }
  readonly #flying: Promise<unknown>[] = []

  constructor(client: pg.Client) {
    this.#client = client
  }

  add(table: StageTable, line: string): void {
    this.#lines[table].push(line)
  }

  /** Sends what is enough for a batch; waits when too many are on their way. */
  async flow(least = BATCH): Promise<void> {
    for (const table of STAGE_TABLES) {
      const lines = this.#lines[table]
      while (lines.length > 0 && lines.length >= least) {
        while (this.#flying.length >= IN_FLIGHT) await this.#flying.shift()
        const values = [joinLines(lines.splice(0, BATCH))]
        const sent = this.#client.query({ name: `stage_${table}`, text: takeLines(table), values })
        // Awaited later; until then its failure must not end the process.
        sent.catch(() => {})
        this.#flying.push(sent)
      }
    }
  }

  async end(): Promise<void> {
    await this.flow(1)
    while (this.#flying.length > 0) await this.#flying.shift()
  }
}
