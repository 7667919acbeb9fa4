import type pg from 'pg'
import type { Database } from '../../db/connect.js'
import type { OldStore, StagePiece } from '../records.js'
import { erasedPeople } from './erased-people.js'
import { takeLines } from './stage-rows.js'
import { linesOf } from './store-lines.js'

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

/** Statements on their way while more is read. */
const IN_FLIGHT = 2
/** Records of one store at the most, so that numbers of different ones never meet. */
const NUMBERS_PER_STORE = 1e12
/** Of a snapshot's hash, enough to tell any two apart. */
const SNAPSHOT_LENGTH = 16

/**
 * Reads the stores into the stage, in bounded memory: those that have a thread of their own at the same time, the others
 * one after another beside them. Throws what the stores throw; then use nothing.
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
  const stage = async (store: OldStore, at: number) => {
    const order = { firstNumber: at * NUMBERS_PER_STORE + 1, erased }
    for await (const piece of store.lines?.(order) ?? linesOf(store, order)) {
      await lane.take(piece)
      newest.set(store, piece.newest)
      onRead(store, piece.done, store.size)
    }
  }
  const oneByOne = async () => {
    for (const [at, store] of stores.entries()) if (!store.lines) await stage(store, at)
  }
  await allOrFirstFailure([
    oneByOne(),
    ...stores.map(async (store, at) => (store.lines ? stage(store, at) : undefined)),
  ])
  await lane.end()
  return stores.map((store) => {
    const hash = store.hash()
    const { source, origin, name } = store
    const latest = newest.get(store) ?? 0
    const snapshot = hash.slice(0, SNAPSHOT_LENGTH)
    return { source, origin, name, hash, snapshot, newest: latest > 0 ? new Date(latest) : null }
  })
}

/** Waits for all, so that nobody works on when this has ended; then throws what the first in the list threw. */
async function allOrFirstFailure(work: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(work)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

/** Carries lines into the stage, more being made while the last are on their way. */
class Lane {
  readonly #client: pg.Client
  readonly #flying: Promise<unknown>[] = []

  constructor(client: pg.Client) {
    this.#client = client
  }

  /** Sends a piece; waits when too much is on its way. */
  async take({ lines }: StagePiece): Promise<void> {
    for (const { table, text } of lines) {
      while (this.#flying.length >= IN_FLIGHT) await this.#flying.shift()
      const sent = this.#client.query({ name: `stage_${table}`, text: takeLines(table), values: [text] })
      // Awaited later; until then its failure must not end the process.
      sent.catch(() => {})
      this.#flying.push(sent)
    }
  }

  async end(): Promise<void> {
    while (this.#flying.length > 0) await this.#flying.shift()
  }
}
