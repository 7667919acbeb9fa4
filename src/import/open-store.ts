import { converterOf } from './convert/convert-record.js'
import { openJsonStore } from './json/json-store.js'
import type { OldStore, OtherBot, Source } from './records.js'
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
}

/**
 * Opens one old store for reading: `where` is a JSON file's path or the `postgres://` URL of a database. The caller closes
 * it. Throws UnreadableStoreError, and RangeError for an unknown zone.
 */
export async function openStore(source: Source, where: string, options: OpenStoreOptions): Promise<OldStore> {
  const { timeZone, now = new Date() } = options
  const convert = converterOf(source, { timeZone, now })
  return /^postgres(?:ql)?:\/\//i.test(where)
    ? openSqlStore(source, where, convert)
    : openJsonStore(source, where, convert)
}
