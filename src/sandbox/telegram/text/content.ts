import { badRequest } from '../errors.js'
import type { EntityType, TgEntity, TgUser } from '../types.js'
import type { Params } from '../wire/params.js'
import { withDetected } from './detect.js'
import { countCharacters, type FormattedText, parseError, sortEntities, tidy } from './formatted.js'
import { parseHtml } from './html.js'
import { linkEntity } from './links.js'
import { parseMarkdown } from './markdown-legacy.js'
import { parseMarkdownV2 } from './markdown-v2.js'

/** Finds a person that a text may mention by id. */
export type UserLookup = (id: number) => TgUser | undefined

const TEXT_MAX = 4096
const CAPTION_MAX = 1024
const ENTITIES_MAX = 100
const GIVEN_TYPES = new Set<EntityType>([
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'blockquote',
  'expandable_blockquote',
  'code',
  'pre',
  'text_link',
  'text_mention',
  'custom_emoji',
])

/** Reads the text of sendMessage and editMessageText. Throws 400 when it is empty or too long after parsing. */
export function readText(params: Params, user: UserLookup): FormattedText {
  const source = params.text('text')
  if (source.trim() === '') throw badRequest('message text is empty')
  const result = finish(parseBody(params, source, 'entities', user))
  if (result.text === '') throw badRequest('text must be non-empty')
  if (countCharacters(result.text) > TEXT_MAX) throw badRequest('message is too long')
  return result
}

/** Reads a caption; an absent one is an empty text. */
export function readCaption(params: Params, user: UserLookup): FormattedText {
  const result = finish(parseBody(params, params.text('caption'), 'caption_entities', user))
  if (countCharacters(result.text) > CAPTION_MAX) throw badRequest('message caption is too long')
  return result
}

/** What a person's client makes of a typed text: no markup, only what Telegram finds by itself. */
export function typedText(text: string): FormattedText {
  return finish({ text, entities: [] })
}

function finish(parsed: FormattedText): FormattedText {
  const { text, entities } = tidy(parsed)
  return { text, entities: withDetected(text, entities).slice(0, ENTITIES_MAX) }
}

function parseBody(params: Params, source: string, list: string, user: UserLookup): FormattedText {
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(source)) {
    throw badRequest('strings must be encoded in UTF-8')
  }
  const mode = params.text('parse_mode').toLowerCase()
  if (mode === 'html') return parseHtml(source, user)
  if (mode === 'markdownv2') return parseMarkdownV2(source, user)
  if (mode === 'markdown') return parseMarkdown(source, user)
  if (mode !== '' && mode !== 'none') throw badRequest('unsupported parse_mode')
  return { text: source, entities: givenEntities(params.json(list, 'message entities'), source, user) }
}

function givenEntities(value: unknown, text: string, user: UserLookup): TgEntity[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw parseError('expected an Array of MessageEntity')
  const entities: TgEntity[] = []
  for (const item of value) {
    const entity = givenEntity(item, text, user)
    if (entity) entities.push(entity)
  }
  return sortEntities(entities)
}

function givenEntity(item: unknown, text: string, user: UserLookup): TgEntity | undefined {
  if (typeof item !== 'object' || item === null) throw parseError('expected an Object as MessageEntity')
  const raw = item as Record<string, unknown>
  const type = raw.type as EntityType
  const offset = Number(raw.offset)
  const length = Number(raw.length)
  if (!Number.isInteger(offset) || !Number.isInteger(length)) {
    throw parseError('Field "offset" and "length" of MessageEntity must be of type Number')
  }
  // Types that Telegram finds by itself may be sent along and mean nothing.
  if (!GIVEN_TYPES.has(type)) return undefined
  if (length <= 0 || offset < 0 || offset + length > text.length) return undefined
  const middle = /[\udc00-\udfff]/
  if (middle.test(text[offset] ?? '') || middle.test(text[offset + length] ?? '')) {
    throw badRequest('entity begins or ends in a middle of a UTF-16 symbol')
  }
  if (type === 'text_link') return linkEntity(offset, length, String(raw.url ?? ''), user)
  if (type === 'text_mention') {
    const id = Number((raw.user as { id?: unknown } | undefined)?.id)
    return linkEntity(offset, length, `tg://user?id=${id}`, user)
  }
  if (type === 'custom_emoji') {
    return { type, offset, length, custom_emoji_id: String(raw.custom_emoji_id ?? '') }
  }
  if (type === 'pre' && typeof raw.language === 'string')
    return { type, offset, length, language: raw.language }
  return { type, offset, length }
}
