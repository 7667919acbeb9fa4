import type { TgEntity, TgUser } from '../types.js'
import { type FormattedText, parseError, sortEntities } from './formatted.js'
import { linkEntity } from './links.js'

const PAIRS = [
  { open: '```', close: '```', type: 'pre' },
  { open: '`', close: '`', type: 'code' },
  { open: '*', close: '*', type: 'bold' },
  { open: '_', close: '_', type: 'italic' },
  { open: '[', close: ']', type: 'text_link' },
] as const

/** Reads the old Markdown mode: no nesting, and an unclosed mark is refused with 400. */
export function parseMarkdown(source: string, user: (id: number) => TgUser | undefined): FormattedText {
  let text = ''
  const entities: TgEntity[] = []
  let at = 0
  while (at < source.length) {
    if (source[at] === '\\' && '_*`['.includes(source[at + 1] ?? ' ')) {
      text += source[at + 1]
      at += 2
      continue
    }
    const pair = PAIRS.find(({ open }) => source.startsWith(open, at))
    if (!pair) {
      text += source[at]
      at += 1
      continue
    }
    const end = source.indexOf(pair.close, at + pair.open.length)
    if (end < 0) throw parseError("Can't find end of the entity starting", source, at)
    const inner = source.slice(at + pair.open.length, end)
    const offset = text.length
    at = end + pair.close.length
    if (pair.type === 'text_link') {
      const target = /^\(([^)]*)\)/.exec(source.slice(at))
      at += target?.[0].length ?? 0
      text += inner
      const link = linkEntity(offset, inner.length, target?.[1] ?? inner, user)
      if (link && inner) entities.push(link)
    } else {
      const language = pair.type === 'pre' ? /^(\w+)\n/.exec(inner)?.[1] : undefined
      const body = pair.type === 'pre' ? inner.slice(language?.length ?? 0).replace(/^\n/, '') : inner
      text += body
      if (body) entities.push({ type: pair.type, offset, length: body.length, ...(language && { language }) })
    }
  }
  return { text, entities: sortEntities(entities) }
}
