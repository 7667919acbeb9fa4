import { basename } from 'node:path'
import { Worker } from 'node:worker_threads'
import { factsOf } from '../json/json-store.js'
import type { Survey } from '../json/survey.js'
import {
  type OldStore,
  type Source,
  type StageOrder,
  type StagePiece,
  type UnreadableReason,
  UnreadableStoreError,
} from '../records.js'

type Store = { source: Source; path: string; timeZone: string; now: Date }
/** What a thread is begun for. */
export type ReaderTask =
  | { kind: 'survey'; source: Source; name: string; path: string }
  | ({ kind: 'lines'; survey: Survey; order: StageOrder } & Store)
export type FromReader =
  | { kind: 'surveyed'; survey: Survey }
  | { kind: 'piece'; piece: StagePiece }
  | { kind: 'end' }
  | { kind: 'unreadable'; store: string; reason: UnreadableReason; detail: string }

const SCRIPT = new URL('./reading-thread.js', import.meta.url)
/** Lines live shortly; more room for them makes a thread no faster. */
const YOUNG_MB_MAX = 24

/**
 * Opens a JSON store that is looked through and read in threads of its own, so that others are read at the same time: a
 * million records are twenty seconds' work of one core. Throws UnreadableStoreError.
 */
export async function openInThreads(store: Store): Promise<OldStore> {
  const { source, path } = store
  const name = basename(path)
  const survey = await surveyInThread({ kind: 'survey', source, name, path })
  return {
    ...factsOf(source, name, survey),
    lines: (order) => linesInThread({ kind: 'lines', survey, order, ...store }),
    read: () => {
      throw new Error('a store in a thread is read as lines')
    },
  }
}

async function surveyInThread(task: ReaderTask): Promise<Survey> {
  const thread = new Thread(task)
  try {
    const message = await thread.next()
    if (message.kind !== 'surveyed') throw new Error(`a survey ended with ${message.kind}`)
    return message.survey
  } finally {
    await thread.end()
  }
}

async function* linesInThread(task: ReaderTask): AsyncGenerator<StagePiece> {
  const thread = new Thread(task)
  try {
    for (;;) {
      const message = await thread.next()
      if (message.kind !== 'piece') return
      yield message.piece
      thread.askForMore()
    }
  } finally {
    await thread.end()
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
      // Not those of this process, which may ask for a script of its own.
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB_MAX },
    })
    this.#worker.on('message', (message: FromReader) => {
      this.#said.push(message)
      this.#wake()
    })
    const fail = (failure: Error) => {
      this.#failure ??= failure
      this.#wake()
    }
    this.#worker.on('error', fail)
    this.#worker.on('exit', () => fail(new Error('a reading thread ended')))
  }

  /** What it says next. Throws UnreadableStoreError when it says so, and what ended it when it says nothing more. */
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

  askForMore(): void {
    this.#worker.postMessage('more')
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }
}
