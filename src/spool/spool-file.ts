import { type FileHandle, open, rename, rm, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import lockfile from 'proper-lockfile'
import type { Award } from '../core/progression/award.js'
import {
  decodeEntry,
  decodeHeader,
  encodeEntry,
  encodeHeader,
  type SpoolHeader,
  type SpoolLine,
} from './spool-format.js'

const STALE_MS = 30_000
const CHUNK_BYTES = 256 * 1024
const NEWLINE = 0x0a

type Waiting = { line: string; resolve: () => void; reject: (error: unknown) => void }

/** One append-only file of awards that this process holds under a lock. What was appended survives a power cut. */
export class SpoolFile {
  readonly path: string
  readonly header: SpoolHeader
  readonly #handle: FileHandle
  readonly #release: () => Promise<void>
  /** Up to here everything is whole and on the disk. */
  #length: number
  /** Up to here everything was read; what lies before is never asked for again. */
  #read: number
  #entries = 0
  #oldest: Date | null = null
  #waiting: Waiting[] = []
  #writing: Promise<void> | null = null

  private constructor(
    path: string,
    header: SpoolHeader,
    handle: FileHandle,
    release: () => Promise<void>,
    { start, length }: { start: number; length: number },
  ) {
    this.path = path
    this.header = header
    this.#handle = handle
    this.#release = release
    this.#read = start
    this.#length = length
  }

  /** Makes a new file, on the disk with its name before this resolves. */
  static async create(path: string, header: SpoolHeader): Promise<SpoolFile> {
    // Complete before it gets its name: nobody ever sees one without its header.
    const young = `${path}.new`
    const handle = await open(young, 'wx+', 0o600)
    try {
      const text = Buffer.from(encodeHeader(header))
      await handle.write(text, 0, text.length, 0)
      await handle.datasync()
      const release = await hold(path)
      await rename(young, path)
      await syncDirectory(dirname(path))
      return new SpoolFile(path, header, handle, release, { start: text.length, length: text.length })
    } catch (error) {
      await handle.close()
      await unlink(young).catch(() => {})
      throw error
    }
  }

  /**
   * Takes a dead process's file over, to be read only; null while its owner may live, or when another process was
   * faster. Of an owner about whom nothing is known the lock tells: it is silent for 30 s. 'unreadable': no spool file.
   */
  static async adopt(path: string, owner: 'dead' | 'unknown'): Promise<SpoolFile | 'unreadable' | null> {
    // Two may do so at once: an adopted file is never written to, and its keys pay once however often they are read.
    if (owner === 'dead') await rm(`${path}.lock`, { recursive: true, force: true })
    const release = await hold(path).catch(() => null)
    if (!release) return null
    let handle: FileHandle | null = null
    try {
      handle = await open(path, 'r+')
      const { size } = await handle.stat()
      const head = Buffer.alloc(Math.min(size, 4_096))
      await handle.read(head, 0, head.length, 0)
      const end = head.indexOf(NEWLINE)
      const header = end < 0 ? null : decodeHeader(head.subarray(0, end).toString())
      if (!header) throw new Error('no spool')
      return new SpoolFile(path, header, handle, release, { start: end + 1, length: size })
    } catch (error) {
      await handle?.close()
      await release().catch(() => {})
      if ((error as { code?: string }).code === 'ENOENT') return null
      return 'unreadable'
    }
  }

  /** Entries not yet settled; of an adopted file those that were read so far. */
  get entries(): number {
    return this.#entries
  }

  get bytes(): number {
    return this.#length - this.#read
  }

  /** When the oldest entry was appended here; null for what was adopted. */
  get oldest(): Date | null {
    return this.#oldest
  }

  /** Nothing waits to be written and nothing to be read. */
  get isDrained(): boolean {
    return this.#writing === null && this.#waiting.length === 0 && this.#read >= this.#length
  }

  /** Resolves when the award is on the disk. Awards of one tick share one write and one sync. */
  append(award: Award, now: Date): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#oldest ??= now
      this.#waiting.push({ line: encodeEntry(award), resolve, reject })
      this.#writing ??= this.#write()
    })
  }

  /** The next lines after what was settled, at most about 256 kB of them; empty at the end. */
  async next(): Promise<{ lines: SpoolLine[]; settled: () => void }> {
    // Appends go on meanwhile; what they add is for the next call.
    const length = this.#length
    for (let bytes = CHUNK_BYTES; ; bytes *= 2) {
      const chunk = Buffer.alloc(Math.min(bytes, length - this.#read))
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, this.#read)
      const whole = chunk.subarray(0, bytesRead).lastIndexOf(NEWLINE) + 1
      const atEnd = this.#read + bytesRead >= length
      // A last line without its end was cut off by a crash before anybody was told that it is kept.
      if (whole === 0 && !atEnd) continue
      const lines = chunk.subarray(0, whole).toString().split('\n').slice(0, -1).map(decodeEntry)
      const next = whole === 0 ? length : this.#read + whole
      return {
        lines,
        settled: () => {
          this.#read = next
          this.#entries = Math.max(0, this.#entries - lines.length)
          // One that is being appended is not in the file yet, and its time stands here already.
          if (this.isDrained) this.#oldest = null
        },
      }
    }
  }

  /** Ends the file once everything in it is settled. False: an owner who was thought dead has written on. */
  async remove(): Promise<boolean> {
    const { size } = await this.#handle.stat()
    if (size > this.#length) {
      this.#length = size
      return false
    }
    await unlink(this.path).catch(() => {})
    await this.close()
    return true
  }

  /** Leaves the file for the next start. */
  async close(): Promise<void> {
    await this.#writing
    await this.#handle.close()
    await this.#release().catch(() => {})
  }

  async #write(): Promise<void> {
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0)
      try {
        const bytes = Buffer.from(group.map(({ line }) => line).join(''))
        await this.#put(bytes)
        this.#length += bytes.length
        this.#entries += group.length
        for (const { resolve } of group) resolve()
      } catch (error) {
        // Half a group may stand there: nobody was told that it is kept, so it must not be.
        await this.#handle.truncate(this.#length).catch(() => {})
        for (const { reject } of group) reject(error)
      }
    }
    this.#writing = null
  }

  async #put(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, this.#length + at)
      at += bytesWritten
    }
    await this.#handle.datasync()
    // Somebody took this file for a dead one's and ended it: what was written is nowhere.
    if ((await this.#handle.stat()).nlink === 0) throw new Error('the spool file was taken away')
  }
}

/** Locks by a directory beside the file, kept fresh while this process lives. */
function hold(path: string): Promise<() => Promise<void>> {
  return lockfile.lock(path, {
    realpath: false,
    stale: STALE_MS,
    update: STALE_MS / 3,
    // The worst that a lost lock can do is a second replay of the same keys, which pays nothing.
    onCompromised: () => {},
  })
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
