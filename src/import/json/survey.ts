import { createHash } from 'node:crypto'
import { parseLossless } from '../convert/parse-lossless.js'
import { StoreMarks } from '../convert/tell-stores.js'
import { type Source, UnreadableStoreError } from '../records.js'
import { IdSet } from './id-set.js'
import { MemberScanner } from './member-scanner.js'
import { readChunks } from './read-chunks.js'

/** Members whose fields are looked at to tell whose store it is. */
const SAMPLE = 200
const SAMPLE_LENGTH_MAX = 64 * 1024

/** The object that holds the members. */
export const SECTION: Record<Source, string> = {
  telegram: 'users',
  discord: 'users',
  voice: 'users',
  website: 'accounts',
}

export type Survey = {
  /** SHA-256 of the bytes, in hex. */
  hash: string
  bytes: number
  /** Ids that several members bear, and how many: of these the last is the one that the old programs knew. */
  repeated: ReadonlyMap<string, number>
}

/**
 * Reads a file once without its values: is it whole, is it the store it should be, which ids come twice? A gigabyte takes
 * some seconds, and nothing of a truncated file is ever used. Throws UnreadableStoreError.
 */
export async function surveyJson(source: Source, name: string, path: string): Promise<Survey> {
  const hash = createHash('sha256')
  const ids = new IdSet()
  const repeated = new Map<string, number>()
  const marks = new StoreMarks()
  let members = 0
  const scanner = new MemberScanner(name, SECTION[source], ({ key, span }, buffer) => {
    if (members++ < SAMPLE && span !== null && span.end - span.start < SAMPLE_LENGTH_MAX) {
      marks.add(fieldsOf(buffer.toString('utf8', span.start, span.end)))
    }
    if (/^\d{1,20}$/.test(key) && !ids.add(key)) repeated.set(key, (repeated.get(key) ?? 1) + 1)
  })
  let bytes = 0
  const take = (buffer: Buffer, fresh: Buffer) => {
    hash.update(fresh)
    return scanner.push(buffer)
  }
  for await (const chunk of readChunks(name, path, take)) bytes = chunk.bytes
  scanner.finish()
  const other = marks.otherThan(source)
  if (other !== null) throw new UnreadableStoreError(name, 'other_store', other)
  return { hash: hash.digest('hex'), bytes, repeated }
}

function fieldsOf(text: string): string[] {
  try {
    const { value } = parseLossless(text)
    return typeof value === 'object' && value !== null ? Object.keys(value) : []
  } catch {
    return []
  }
}
