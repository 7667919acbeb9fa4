import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { access, link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'

/** There is a file of this name already; a backup replaces none. */
export class FileExistsError extends Error {
  override name = 'FileExistsError'
  constructor(readonly path: string) {
    super(`${path} exists`)
  }
}

/**
 * Writes lines into a new gzipped file that only its owner reads (0600): whole and on the disk under its name, or not at
 * all. Throws FileExistsError.
 */
export async function writeFile(path: string, lines: AsyncIterable<string>): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    await pipeline(
      Readable.from(lines),
      createGzip(),
      createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }),
    )
    await giveName(draft, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    if ((error as { code?: string; syscall?: string }).code === 'EEXIST') throw new FileExistsError(path)
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** A link never replaces what is there; file systems without links (USB sticks) get a rename. */
async function giveName(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path)
  } catch (error) {
    if ((error as { code?: string }).code === 'EEXIST') throw error
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) throw new FileExistsError(path)
    await rename(draft, path)
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
