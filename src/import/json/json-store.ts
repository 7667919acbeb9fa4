import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { type Convert, rejectedWhole } from '../convert/convert-record.js'
import { type OldItem, type OldStore, type Source, UnreadableStoreError } from '../records.js'
import { MemberScanner } from './member-scanner.js'
import { readChunks } from './read-chunks.js'
import { SECTION, type Survey, surveyJson } from './survey.js'

/**
 * Opens a store in a JSON file: surveys it at once unless that was done, so that what is damaged is refused here. Throws
 * UnreadableStoreError.
 */
export async function openJsonStore(
  source: Source,
  path: string,
  convert: Convert,
  surveyed?: Survey,
): Promise<OldStore> {
  const name = basename(path)
  const survey = surveyed ?? (await surveyJson(source, name, path))
  return {
    ...factsOf(source, name, survey),
    async *read() {
      const hash = createHash('sha256')
      const left = new Map(survey.repeated)
      let items: OldItem[] = []
      const scanner = new MemberScanner(name, SECTION[source], ({ key, span }, buffer) => {
        const after = (left.get(key) ?? 1) - 1
        if (after > 0) left.set(key, after)
        if (span === null) items.push(rejectedWhole(source, key, null, 'too_large', '', null))
        else convertMember(key, buffer.toString('utf8', span.start, span.end), after <= 0)
      })
      const convertMember = (key: string, text: string, isLast: boolean) => {
        try {
          convert(key, text, isLast, items)
        } catch (error) {
          if (!(error instanceof SyntaxError)) throw error
          throw new UnreadableStoreError(name, 'syntax', key)
        }
      }
      const take = (buffer: Buffer, fresh: Buffer) => {
        hash.update(fresh)
        return scanner.push(buffer)
      }
      for await (const { bytes } of readChunks(name, path, take)) {
        yield { items, done: bytes }
        items = []
      }
      scanner.finish()
      if (hash.digest('hex') !== survey.hash) throw new UnreadableStoreError(name, 'changed', '')
    },
  }
}

/** What is known of a store once it was surveyed. */
export function factsOf(source: Source, name: string, survey: Survey): Omit<OldStore, 'read' | 'lines'> {
  return {
    source,
    origin: source,
    name,
    size: survey.bytes,
    hash: () => survey.hash,
    close: async () => {},
  }
}
