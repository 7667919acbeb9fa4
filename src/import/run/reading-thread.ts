// A thread that reads one old store: it looks through it at once, and makes lines for the stage when it is asked to.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openStore } from '../open-store.js'
import { type OldStore, type StageOrder, UnreadableStoreError } from '../records.js'
import { linesOf } from './store-lines.js'
import type { FromReader, ReaderTask, ToReader } from './thread-store.js'

/** Pieces that may lie with whoever asked before the next is made. */
const AHEAD_MAX = 2

async function serve(port: MessagePort, { source, path, timeZone, now }: ReaderTask): Promise<void> {
  const say = (message: FromReader, given: ArrayBuffer[] = []) => port.postMessage(message, given)
  const tellFailure = (error: unknown) => {
    // Anything else ends the thread, which whoever waits is told.
    if (!(error instanceof UnreadableStoreError)) throw error
    say({ kind: 'unreadable', store: error.store, reason: error.reason, detail: error.detail })
  }
  let ahead = 0
  let goOn = () => {}
  const read = async (store: OldStore, order: StageOrder) => {
    for await (const { lines, ...rest } of linesOf(store, order)) {
      const encoded = lines.map(({ table, text }) => ({
        table,
        text: new TextEncoder().encode(String(text)),
      }))
      const given = encoded.map(({ text }) => text.buffer as ArrayBuffer)
      say({ kind: 'piece', piece: { ...rest, lines: encoded } }, given)
      ahead += 1
      if (ahead >= AHEAD_MAX) await new Promise<void>((resolve) => (goOn = resolve))
    }
    say({ kind: 'end' })
  }
  try {
    const store = await openStore(source, path, { timeZone, now })
    port.on('message', (message: ToReader) => {
      if (message.kind === 'read') return void read(store, message.order).catch(tellFailure)
      ahead -= 1
      goOn()
    })
    const { origin, name, size } = store
    say({ kind: 'open', store: { origin, name, size, hash: store.hash() } })
  } catch (error) {
    tellFailure(error)
  }
}

if (parentPort) await serve(parentPort, workerData as ReaderTask)
