import { open } from 'node:fs/promises'
import { UnreadableStoreError } from '../records.js'

/** Larger pieces live longer than the young generation of the heap, and moving them costs a fifth of all time. */
const CHUNK_BYTES = 256 * 1024

/**
 * Hands a file to `take` piece by piece. `take` returns how many bytes of what it was given it is done with; the others
 * are handed in again before what follows. `fresh` is the new part alone. The buffer is used again: keep nothing of it.
 * Throws UnreadableStoreError when the file cannot be read or is no UTF-8.
 */
export async function* readChunks(
  name: string,
  path: string,
  take: (buffer: Buffer, fresh: Buffer) => number,
): AsyncGenerator<{ bytes: number }> {
  const file = await open(path, 'r').catch((error) => {
    throw cannotOpen(name, error)
  })
  try {
    let buffer = Buffer.allocUnsafe(2 * CHUNK_BYTES)
    let kept = 0
    let bytes = 0
    for (;;) {
      if (buffer.length < kept + CHUNK_BYTES) {
        const larger = Buffer.allocUnsafe(2 * (kept + CHUNK_BYTES))
        buffer.copy(larger, 0, 0, kept)
        buffer = larger
      }
      const { bytesRead } = await file.read(buffer, kept, CHUNK_BYTES, null).catch((error) => {
        throw cannotOpen(name, error)
      })
      if (bytesRead === 0) return
      const mark = bytes === 0 ? byteOrderMark(name, buffer.subarray(0, bytesRead)) : 0
      const end = kept + bytesRead
      const used = mark + take(buffer.subarray(mark, end), buffer.subarray(kept, end))
      buffer.copyWithin(0, used, end)
      kept = end - used
      bytes += bytesRead
      yield { bytes }
    }
  } finally {
    await file.close()
  }
}

/** The length of a UTF-8 mark. Windows editors write such a mark, and UTF-16 files too, which nobody reads here. */
function byteOrderMark(name: string, head: Buffer): number {
  const [a, b, c] = head
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || (a === 0 && b !== undefined) || b === 0) {
    throw new UnreadableStoreError(name, 'encoding', 'UTF-16')
  }
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0
}

function cannotOpen(name: string, error: unknown): UnreadableStoreError {
  const { code = '' } = error as { code?: string }
  const reason = code === 'EACCES' || code === 'EPERM' ? 'no_permission' : 'not_found'
  return new UnreadableStoreError(name, reason, code)
}
