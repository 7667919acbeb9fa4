import type { EntityType, TgEntity, TgUser } from '../types.js'
import { type FormattedText, parseError, sortEntities } from './formatted.js'
import { linkEntity } from './links.js'

const SIMPLE_TAGS: Record<string, EntityType> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
}
const OTHER_TAGS = new Set(['a', 'span', 'tg-emoji'])
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' }

interface OpenTag {
  name: string
  attributes: Map<string, string>
  offset: number
}

interface Tag {
  name: string
  attributes: Map<string, string>
  /** Index after the closing `>`. */
  end: number
}

/**
 * Reads Telegram's HTML. As strict as Telegram: unknown tags, a bare `<`, wrong nesting and unclosed tags are
 * refused with 400; only `&lt; &gt; &amp; &quot;` and numeric references are decoded.
 */
export function parseHtml(source: string, user: (id: number) => TgUser | undefined): FormattedText {
  let text = ''
  const entities: TgEntity[] = []
  const open: OpenTag[] = []
  let at = 0
  while (at < source.length) {
    const char = source[at]
    if (char === '&') {
      const [decoded, next] = decodeReference(source, at)
      text += decoded
      at = next
    } else if (char !== '<') {
      text += char
      at += 1
    } else if (source[at + 1] === '/') {
      const { name, end } = readEndTag(source, at, open.length > 0)
      const last = open.pop()
      if (!last) throw parseError('Unexpected end tag', source, at)
      if (name !== '' && name !== last.name) {
        const start = Buffer.byteLength(source.slice(0, at))
        throw parseError(
          `Unmatched end tag at byte offset ${start}, expected "</${last.name}>", found "</${name}>"`,
        )
      }
      const entity = entityOf(last, text, user)
      if (entity) addEntity(entities, entity)
      at = end
    } else {
      const tag = readStartTag(source, at)
      open.push({ name: tag.name, attributes: tag.attributes, offset: text.length })
      at = tag.end
    }
  }
  const left = open.pop()
  if (left) throw parseError(`Can't find end tag corresponding to start tag "${left.name}"`)
  // A language outside of `pre` means nothing.
  for (const entity of entities) if (entity.type === 'code') delete entity.language
  return { text, entities: sortEntities(entities) }
}

/** `<pre><code class="language-x">…</code></pre>` is one `pre` with a language. */
function addEntity(entities: TgEntity[], entity: TgEntity): void {
  const last = entities.at(-1)
  if (entity.type === 'pre' && last?.type === 'code') {
    if (last.offset === entity.offset && last.length === entity.length && last.language) {
      entities.pop()
      entities.push({ ...entity, language: last.language })
      return
    }
  }
  entities.push(entity)
}

function entityOf(
  tag: OpenTag,
  text: string,
  user: (id: number) => TgUser | undefined,
): TgEntity | undefined {
  const { offset, name, attributes } = tag
  const length = text.length - offset
  if (length === 0) return undefined
  if (name === 'a') return linkEntity(offset, length, attributes.get('href') ?? text.slice(offset), user)
  if (name === 'span') return { type: 'spoiler', offset, length }
  if (name === 'tg-emoji') {
    const id = attributes.get('emoji-id') ?? ''
    if (!/^\d+$/.test(id)) throw parseError('Invalid custom emoji identifier specified')
    return { type: 'custom_emoji', offset, length, custom_emoji_id: id }
  }
  if (name === 'blockquote' && attributes.has('expandable')) {
    return { type: 'expandable_blockquote', offset, length }
  }
  const type = SIMPLE_TAGS[name]
  if (!type) return undefined
  const language = name === 'code' ? /^language-(.+)$/.exec(attributes.get('class') ?? '')?.[1] : undefined
  return language ? { type, offset, length, language } : { type, offset, length }
}

function readEndTag(source: string, start: number, anyOpen: boolean): { name: string; end: number } {
  if (!anyOpen) throw parseError('Unexpected end tag', source, start)
  const match = /^<\/([^\s>]*)\s*>/.exec(source.slice(start))
  if (!match) throw parseError('Unclosed end tag', source, start)
  return { name: (match[1] ?? '').toLowerCase(), end: start + match[0].length }
}

function readStartTag(source: string, start: number): Tag {
  const name = /^<([^\s>]*)/.exec(source.slice(start))?.[1] ?? ''
  let at = start + 1 + name.length
  if (at >= source.length) throw parseError('Unclosed start tag', source, start)
  const lower = name.toLowerCase()
  if (!(lower in SIMPLE_TAGS) && !OTHER_TAGS.has(lower)) {
    throw parseError(`Unsupported start tag "${lower}"`, source, start)
  }
  const attributes = new Map<string, string>()
  const one = /\s*([^\s=>/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9.-]+)(?=[\s>])))?\s*/y
  while (at < source.length && source[at] !== '>') {
    one.lastIndex = at
    const match = one.exec(source)
    if (!match) {
      if (source.slice(at).trim() === '') break
      const rest = source.slice(at).trimStart()
      if (rest.startsWith('>')) {
        at = source.length - rest.length
        break
      }
      const name = source.includes('>', at)
        ? `Empty attribute name in the tag "${lower}"`
        : 'Unclosed start tag'
      throw parseError(name, source, start)
    }
    attributes.set((match[1] ?? '').toLowerCase(), decodeAll(match[2] ?? match[3] ?? match[4] ?? ''))
    at = one.lastIndex
  }
  if (source[at] !== '>') throw parseError('Unclosed start tag', source, start)
  if (lower === 'span' && attributes.get('class') !== 'tg-spoiler') {
    throw parseError('Tag "span" must have class "tg-spoiler"', source, start)
  }
  return { name: lower, attributes, end: at + 1 }
}

/** Decodes the reference at `at`, or returns the `&` itself when Telegram knows no such reference. */
function decodeReference(source: string, at: number): [string, number] {
  const match = /^&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot));?/i.exec(source.slice(at, at + 12))
  if (!match) return ['&', at + 1]
  const [whole, hex, decimal, named] = match
  const next = at + whole.length
  if (named !== undefined) return [NAMED[named] ?? '&', named in NAMED ? next : at + 1]
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  const isCharacter = code > 0 && code < 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? [String.fromCodePoint(code), next] : ['&', at + 1]
}

function decodeAll(value: string): string {
  let result = ''
  let at = 0
  while (at < value.length) {
    const [piece, next] = value[at] === '&' ? decodeReference(value, at) : [value[at] ?? '', at + 1]
    result += piece
    at = next
  }
  return result
}
