import { stat } from 'node:fs/promises'
import { openExport } from './bots/export-store.js'
import { converterOf } from './convert/convert-record.js'
import { openJsonStore } from './json/json-store.js'
import { type OldStore, type OtherBot, type Source, UnreadableStoreError } from './records.js'
import { openInThreads } from './run/thread-store.js'
import { openSqlStore } from './sql/sql-store.js'

export type OpenStoreOptions = {
  /** Whose clock the times without a zone are. */
  timeZone: string
  /** Nothing in an old store lies after it. Default: now. */
  now?: Date
  /** The file is another bot's export of Discord members. */
  from?: OtherBot
  /** Path of the file that says what the columns of a `generic` export mean; other bots' curves may be set there too. */
  mapping?: string
  /** Large JSON files get a thread of their own; only the built program has any. */
  inThreads?: boolean
}

/** A smaller file is read before a thread would have begun. */
const THREAD_BYTES_MIN = 4 * 1024 * 1024

/**
 * Opens one old store for reading: `where` is a JSON file's path or the `postgres://` URL of a database; with `from`, the
 * path of a JSON or CSV file, and the source is `discord`. The caller closes it. Throws UnreadableStoreError, and RangeError for an unknown zone.
 */
export async function openStore(source: Source, where: string, options: OpenStoreOptions): Promise<OldStore> {
  const { timeZone, now = new Date(), from, mapping, inThreads = false } = options
  const convert = converterOf(source, { timeZone, now })
  if (from !== undefined) {
    if (source !== 'discord') throw new UnreadableStoreError(where, 'other_store', 'discord')
    return openExport(where, { bot: from, mapping, convert })
  }
  if (/^postgres(?:ql)?:\/\//i.test(where)) return openSqlStore(source, where, convert)
  const isLarge = inThreads && (await bytesOf(where)) >= THREAD_BYTES_MIN
  return isLarge
    ? openInThreads({ source, path: where, timeZone, now })
    : openJsonStore(source, where, convert)
}

/** 0 when there is no such file: whoever reads it says so. */
async function bytesOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch {
    return 0
  }
}
