import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { BackupError, LINE_BYTES_MAX } from './format.js'

const NEWLINE = 0x0a

/**
 * The lines of a gzipped file, without their ends, one after another in bounded memory. Throws BackupError for a file
 * that is no gzip, is cut off or damaged, or has a line longer than any backup's.
 */
export async function* readLines(path: string, onBytes?: (bytes: number) => void): AsyncGenerator<Buffer> {
  const file = createReadStream(path)
  const unzip = createGunzip()
  let bytes = 0
  file.on('data', (chunk) => {
    bytes += chunk.length
    onBytes?.(bytes)
  })
  file.on('error', (error) => unzip.destroy(error))
  file.pipe(unzip)
  let parts: Buffer[] = []
  let length = 0
  let count = 0
  try {
    for await (const chunk of unzip as AsyncIterable<Buffer>) {
      let from = 0
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        parts.push(chunk.subarray(from, at))
        yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)
        count += 1
        parts = []
        length = 0
        from = at + 1
      }
      if (from < chunk.length) {
        // A copy: the rest of the chunk is not kept alive for its last few bytes.
        parts.push(Buffer.from(chunk.subarray(from)))
        length += chunk.length - from
      }
      if (length > LINE_BYTES_MAX) throw new BackupError('damaged', `line ${count + 1} has no end`)
    }
  } catch (error) {
    throw bytes === 0 && isZip(error)
      ? new BackupError('not_a_backup', 'empty', { cause: error })
      : faultOf(error, count)
  } finally {
    file.destroy()
    unzip.destroy()
  }
  if (length > 0) throw new BackupError('truncated', `line ${count + 1} has no end`)
}

function isZip(error: unknown): boolean {
  return ((error as { code?: string }).code ?? '').startsWith('Z_')
}

function faultOf(error: unknown, lines: number): unknown {
  const { code = '', message } = error as { code?: string; message: string }
  if (code === 'Z_BUF_ERROR') return new BackupError('truncated', `after line ${lines}`, { cause: error })
  if (isZip(error)) {
    const fault = lines === 0 ? 'not_a_backup' : 'damaged'
    return new BackupError(fault, `after line ${lines}: ${message}`, { cause: error })
  }
  return code === 'EISDIR' ? new BackupError('not_a_backup', 'a directory', { cause: error }) : error
}
