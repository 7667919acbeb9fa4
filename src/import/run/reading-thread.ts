// A thread with one task: to look through an old store of JSON, or to make lines for the stage of it.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { converterOf } from '../convert/convert-record.js'
import { openJsonStore } from '../json/json-store.js'
import { surveyJson } from '../json/survey.js'
import { UnreadableStoreError } from '../records.js'
import { linesOf } from './store-lines.js'
import type { FromReader, ReaderTask } from './thread-store.js'

/** Pieces that may lie with whoever asked before the next is made. */
const AHEAD_MAX = 2

async function serve(port: MessagePort, task: ReaderTask): Promise<void> {
  const say = (message: FromReader, given: ArrayBuffer[] = []) => port.postMessage(message, given)
  try {
    if (task.kind === 'survey') {
      say({ kind: 'surveyed', survey: await surveyJson(task.source, task.name, task.path) })
      return
    }
    let ahead = 0
    let goOn = () => {}
    port.on('message', () => {
      ahead -= 1
      goOn()
    })
    const { source, path, survey, order } = task
    const store = await openJsonStore(source, path, converterOf(source, task), survey)
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
  } catch (error) {
    // Anything else ends the thread, which whoever waits is told.
    if (!(error instanceof UnreadableStoreError)) throw error
    say({ kind: 'unreadable', store: error.store, reason: error.reason, detail: error.detail })
  } finally {
    port.close()
  }
}

if (parentPort) await serve(parentPort, workerData as ReaderTask)
