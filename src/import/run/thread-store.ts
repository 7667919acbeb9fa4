import { Worker } from 'node:worker_threads'
import {
  type OldStore,
  type Source,
  type StageOrder,
  type StagePiece,
  type UnreadableReason,
  UnreadableStoreError,
} from '../records.js'

/** The store that a reading thread opens. */
export type ReaderTask = { source: Source; path: string; timeZone: string; now: Date }
export type ToReader = { kind: 'read'; order: StageOrder } | { kind: 'more' }
export type FromReader =
  | { kind: 'open'; store: Pick<OldStore, 'origin' | 'name' | 'size'> & { hash: string } }
  | { kind: 'piece'; piece: StagePiece }
  | { kind: 'end' }
  | { kind: 'unreadable'; store: string; reason: UnreadableReason; detail: string }

const SCRIPT = new URL('./reading-thread.js', import.meta.url)
/** Lines live shortly; a thread needs little room for them. */
const YOUNG_MB_MAX = 24

/**
 * Opens a JSON store in a thread of its own, which reads it and makes lines of it while others do the same: a million
 * records are half a minute's work of one core. Throws UnreadableStoreError, and RangeError for an unknown zone.
 */
export async function openInThread(task: ReaderTask): Promise<OldStore> {
  const thread = new Thread(task)
  try {
    const opened = await thread.next()
    if (opened.kind !== 'open') throw new Error(`a reading thread began with ${opened.kind}`)
    const { hash, ...about } = opened.store
    return {
      ...about,
      source: task.source,
      hash: () => hash,
      close: () => thread.close(),
      lines: (order) => thread.lines(order),
      read: () => {
        throw new Error('a store in a thread is read as lines')
      },
    }
  } catch (error) {
    await thread.close()
    throw error
  }
}

class Thread {
  readonly #worker: Worker
  readonly #said: FromReader[] = []
  #failure: Error | null = null
  #wake = () => {}

  constructor(task: ReaderTask) {
    this.#worker = new Worker(SCRIPT, {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB_MAX },
    })
    this.#worker.on('message', (message: FromReader) => {
      this.#said.push(message)
      this.#wake()
    })
    const end = (failure: Error) => {
      this.#failure ??= failure
      this.#wake()
    }
    this.#worker.on('error', end)
    this.#worker.on('exit', () => end(new Error('a reading thread ended')))
  }

  async next(): Promise<Exclude<FromReader, { kind: 'unreadable' }>> {
    for (;;) {
      const message = this.#said.shift()
      if (message?.kind === 'unreadable')
        throw new UnreadableStoreError(message.store, message.reason, message.detail)
      if (message) return message
      if (this.#failure) throw this.#failure
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  async *lines(order: StageOrder): AsyncGenerator<StagePiece> {
    this.#ask({ kind: 'read', order })
    for (;;) {
      const message = await this.next()
      if (message.kind !== 'piece') return
      yield message.piece
      this.#ask({ kind: 'more' })
    }
  }

  #ask(message: ToReader): void {
    this.#worker.postMessage(message)
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
