// The embedded PostgreSQL (PGlite) in a thread of its own, so that a busy database never starves the program's timers.
// It speaks the PostgreSQL wire protocol: bytes in, bytes out. Plain JavaScript, because a thread cannot load TypeScript.
// @ts-check

import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'

if (!parentPort) throw new Error('embedded-worker runs as a worker thread only')
const port = parentPort

const database = await PGlite.create({ dataDir: workerData.dataDir })
port.on('message', async (/** @type {{ id: number, bytes?: Uint8Array, close?: true }} */ message) => {
  try {
    if (message.close) {
      await database.close()
      port.postMessage({ id: message.id })
      return
    }
    const answer = await database.execProtocolRaw(message.bytes ?? new Uint8Array())
    // A copy: the answer may be a view into the database's own memory.
    const bytes = new Uint8Array(answer)
    port.postMessage({ id: message.id, bytes }, [bytes.buffer])
  } catch (error) {
    port.postMessage({ id: message.id, error: error instanceof Error ? error.message : String(error) })
  }
})
port.postMessage({ id: 0 })
