import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { Worker } from 'node:worker_threads'
import { lockDirectory } from './directory-lock.js'
import { SharedBackend } from './shared-backend.js'

/** File name of the Unix socket in the data directory: PostgreSQL's own, so that `psql -h <DATA_DIR>` finds it. */
const SOCKET_NAME = '.s.PGSQL.5432'

export function embeddedSocketPath(dataDir: string): string {
  return join(dataDir, SOCKET_NAME)
}

export type Embedded = {
  /** A stream to the database that `pg` takes for a socket. */
  connect(): Duplex
  close(): Promise<void>
}

/**
 * Opens the embedded database in `dataDir`, locked against a second process, and serves it to this machine's owner
 * over a Unix socket in that directory (mode 0600). PGlite never fsyncs: a power cut can lose the last moments.
 * Throws DirectoryInUseError when another process holds it.
 */
export async function openEmbedded(dataDir: string): Promise<Embedded> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  chmodSync(dataDir, 0o700)
  const unlock = await lockDirectory(dataDir)
  try {
    const thread = await startThread(join(dataDir, 'pgdata'))
    const backend = new SharedBackend(thread.exchange)
    try {
      await backend.start()
      const stopServing = await serve(backend, embeddedSocketPath(dataDir))
      return {
        connect: () => backend.connect(),
        async close() {
          stopServing()
          await backend.drained()
          await thread.close()
          await unlock()
        },
      }
    } catch (error) {
      await thread.close()
      throw error
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

type Answer = { id: number; bytes?: Uint8Array; error?: string }

async function startThread(dataDir: string) {
  const worker = new Worker(new URL('./embedded-worker.js', import.meta.url), { workerData: { dataDir } })
  const waiting = new Map<number, { resolve: (bytes: Buffer) => void; reject: (error: Error) => void }>()
  let stopped: Error | null = null
  const fail = (error: Error) => {
    stopped ??= error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', ({ id, bytes, error }: Answer) => {
    const caller = waiting.get(id)
    waiting.delete(id)
    if (error !== undefined) caller?.reject(new Error(error))
    else
      caller?.resolve(bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Buffer.alloc(0))
  })
  worker.on('error', fail)
  worker.on('exit', (code) => fail(new Error(`the embedded database stopped (exit ${code})`)))

  let last = 0
  const call = (id: number, message?: { bytes?: Uint8Array; close?: true }) =>
    new Promise<Buffer>((resolve, reject) => {
      // A message to a thread that is gone would never be answered.
      if (stopped) return reject(stopped)
      waiting.set(id, { resolve, reject })
      if (message) worker.postMessage({ id, ...message })
    })
  // The thread announces itself with id 0 when the database is open.
  await call(0)
  return {
    exchange: (bytes: Buffer) => call(++last, { bytes }),
    async close() {
      await call(++last, { close: true }).catch(() => {})
      await worker.terminate()
    },
  }
}

/** Serves guests at a Unix socket; returns what ends it and their connections. */
async function serve(backend: SharedBackend, path: string): Promise<() => void> {
  rmSync(path, { force: true })
  const guests = new Set<Socket>()
  const server = createServer((socket) => {
    guests.add(socket)
    const connection = backend.connect({ guest: true })
    socket.pipe(connection).pipe(socket)
    socket.on('error', () => connection.destroy())
    connection.on('error', () => socket.destroy())
    socket.on('close', () => {
      guests.delete(socket)
      connection.destroy()
    })
  })
  const previous = process.umask(0o177)
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(path, resolve)
    })
  } finally {
    process.umask(previous)
  }
  // A command that still looks at the database must not keep the program from ending.
  server.unref()
  return () => {
    server.close()
    for (const guest of guests) guest.destroy()
    rmSync(path, { force: true })
  }
}
