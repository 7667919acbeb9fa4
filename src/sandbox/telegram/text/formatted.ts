import { badRequest } from '../errors.js'
import type { EntityType, TgEntity } from '../types.js'

/** A text with its entities, offsets in UTF-16 units. */
export interface FormattedText {
  text: string
  entities: TgEntity[]
}

/** The error form shared by Telegram's parsers. `at` is an index into `source`; Telegram counts bytes. */
export function parseError(reason: string, source?: string, at?: number) {
  const place =
    source === undefined || at === undefined
      ? ''
      : ` at byte offset ${Buffer.byteLength(source.slice(0, at))}`
  return badRequest(`can't parse entities: ${reason}${place}`)
}

const ORDER: EntityType[] = [
  'expandable_blockquote',
  'blockquote',
  'pre',
  'code',
  'text_link',
  'text_mention',
]

/** Sorts entities as Telegram returns them: by start, outer before inner. */
export function sortEntities(entities: TgEntity[]): TgEntity[] {
  const priority = (type: EntityType) => (ORDER.indexOf(type) + ORDER.length + 1) % (ORDER.length + 1)
  return entities.sort(
    (a, b) => a.offset - b.offset || b.length - a.length || priority(a.type) - priority(b.type),
  )
}

/**
 * What Telegram does to every text before it is stored: control characters become spaces, carriage returns go,
 * white space at the end goes, and at the start too as far as no entity begins there.
 */
export function tidy({ text, entities }: FormattedText): FormattedText {
  const cleaned = dropCarriageReturns(text, entities)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that Telegram replaces.
  const plain = cleaned.text.replace(/[\u0000-\u0009\u000b-\u001f]/g, ' ')
  const end = plain.trimEnd().length
  const firstEntity = Math.min(end, ...cleaned.entities.map((entity) => entity.offset))
  const start = Math.min(plain.length - plain.trimStart().length, firstEntity)
  const kept: TgEntity[] = []
  for (const entity of cleaned.entities) {
    const length = Math.min(entity.offset + entity.length, end) - entity.offset
    if (length > 0) kept.push({ ...entity, offset: entity.offset - start, length })
  }
  return { text: plain.slice(start, end), entities: sortEntities(kept) }
}

function dropCarriageReturns(text: string, entities: TgEntity[]): FormattedText {
  if (!text.includes('\r')) return { text, entities }
  const before = (index: number) => index - (text.slice(0, index).split('\r').length - 1)
  return {
    text: text.replaceAll('\r', ''),
    entities: entities.map((entity) => {
      const offset = before(entity.offset)
      return { ...entity, offset, length: before(entity.offset + entity.length) - offset }
    }),
  }
}

/** Telegram counts characters (code points), not UTF-16 units, against its limits. */
export function countCharacters(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}
