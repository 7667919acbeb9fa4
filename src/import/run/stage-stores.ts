import type pg from 'pg'
import type { Database } from '../../db/connect.js'
import type { OldStore, StagePiece } from '../records.js'
import { erasedPeople } from './erased-people.js'
import { takeLines } from './stage-rows.js'
import { linesOf } from './store-lines.js'
import { twoAtATime } from './two-at-a-time.js'

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

/** Records of one store at the most, so that numbers of different ones never meet. */
const NUMBERS_PER_STORE = 1e12
/** Of a snapshot's hash, enough to tell any two apart. */
const SNAPSHOT_LENGTH = 16

/**
 * Reads the stores into the stage, in bounded memory. Throws what the stores throw; then use nothing.
 */
export async function stageStores(
  db: Database,
  client: pg.Client,
  stores: readonly OldStore[],
  onRead: OnRead,
): Promise<StagedStore[]> {
  const erased = await erasedPeople(db)
  const lane = new Lane(client)
  const newest = new Map<OldStore, number>()
  const numbered = stores.map((store, at) => ({ store, firstNumber: at * NUMBERS_PER_STORE + 1 }))
  // The largest first, so that the last one is a small one.
  numbered.sort((one, other) => (other.store.size ?? 0) - (one.store.size ?? 0))
  await twoAtATime(numbered, async ({ store, firstNumber }) => {
    const order = { firstNumber, erased }
    for await (const piece of store.lines?.(order) ?? linesOf(store, order)) {
      await lane.take(piece)
      newest.set(store, piece.newest)
      onRead(store, piece.done, store.size)
    }
  })
  await lane.end()
  return stores.map((store) => {
    const hash = store.hash()
    const { source, origin, name } = store
    const latest = newest.get(store) ?? 0
    const snapshot = hash.slice(0, SNAPSHOT_LENGTH)
    return { source, origin, name, hash, snapshot, newest: latest > 0 ? new Date(latest) : null }
  })
}

/** Carries lines into the stage one statement after another, more being made while the last is on its way. */
class Lane {
  readonly #client: pg.Client
  #last: Promise<unknown> = Promise.resolve()

  constructor(client: pg.Client) {
    this.#client = client
  }

  /** Sends a piece; waits until those before it have arrived. */
  async take({ lines }: StagePiece): Promise<void> {
    for (const { table, text } of lines) {
      const before = this.#last
      const query = { name: `stage_${table}`, text: takeLines(table), values: [text] }
      this.#last = before.then(() => this.#client.query(query))
      // Awaited later; until then its failure must not end the process.
      this.#last.catch(() => {})
      await before
    }
  }

  async end(): Promise<void> {
    await this.#last
  }
}
