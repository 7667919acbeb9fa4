import { openExport } from './bots/export-store.js'
import { converterOf } from './convert/convert-record.js'
import { openJsonStore } from './json/json-store.js'
import { type OldStore, type OtherBot, type Source, UnreadableStoreError } from './records.js'
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
 * Opens one old store for reading: `where` is a JSON file's path or the `postgres://` URL of a database; with `from`, the
 * path of a JSON or CSV file, and the source is `discord`. The caller closes it. Throws UnreadableStoreError, and RangeError for an unknown zone.
 */
export async function openStore(source: Source, where: string, options: OpenStoreOptions): Promise<OldStore> {
  const { timeZone, now = new Date(), from, mapping } = options
  const convert = converterOf(source, { timeZone, now })
  if (from !== undefined) {
    if (source !== 'discord') throw new UnreadableStoreError(where, 'other_store', 'discord')
    return openExport(where, { bot: from, mapping, convert })
  }
  return /^postgres(?:ql)?:\/\//i.test(where)
    ? openSqlStore(source, where, convert)
    : openJsonStore(source, where, convert)
}
