import type { EntityType, TgEntity } from '../types.js'
import { sortEntities } from './formatted.js'

/** What Telegram finds by itself in any text, bots' and people's alike. */
const PATTERNS: { type: EntityType; pattern: RegExp }[] = [
  {
    type: 'bot_command',
    pattern: /(?<![\p{L}\p{N}_/<>@])\/([a-zA-Z0-9_]{1,64})(?:@([a-zA-Z0-9_]{3,32}))?(?![\p{L}\p{N}_@/])/gu,
  },
  {
    type: 'email',
    pattern: /(?<![\w.%+-])[\w.%+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,10}(?![\p{L}\p{N}])/giu,
  },
  {
    type: 'url',
    pattern:
      /(?<![\p{L}\p{N}_@./-])(?:https?:\/\/[^\s<>"«»]+|(?:[a-z0-9-]+\.)+(?:com|org|net|ru|io|me|dev|app|info|gg|tv|рф)(?![\p{L}\p{N}_])(?:[/?#][^\s<>"«»]*)?)/giu,
  },
  { type: 'mention', pattern: /(?<![\p{L}\p{N}_@])@[a-zA-Z][a-zA-Z0-9_]{3,31}(?![\p{L}\p{N}_])/gu },
  { type: 'hashtag', pattern: /(?<![\p{L}\p{N}_#])#(?!\d+(?![\p{L}\p{N}_]))[\p{L}\p{N}_]{1,256}/gu },
  { type: 'cashtag', pattern: /(?<![\p{L}\p{N}_$])\$[A-Z]{1,8}(?![\p{L}\p{N}_])/gu },
]
/** Inside of these nothing is found. */
const CLOSED: EntityType[] = ['pre', 'code', 'text_link', 'text_mention', 'custom_emoji']

/** Adds commands, links, mentions, hashtags and e-mail addresses to entities that are there already. */
export function withDetected(text: string, given: TgEntity[]): TgEntity[] {
  const found: TgEntity[] = []
  const taken = (from: number, to: number, entities: TgEntity[]) =>
    entities.some((entity) => entity.offset < to && from < entity.offset + entity.length)
  const closed = given.filter((entity) => CLOSED.includes(entity.type))
  for (const { type, pattern } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const piece = type === 'url' ? withoutTrailing(match[0]) : match[0]
      const from = match.index
      if (taken(from, from + piece.length, closed) || taken(from, from + piece.length, found)) continue
      found.push({ type, offset: from, length: piece.length })
    }
  }
  return sortEntities([...given, ...found])
}

/** Punctuation after a link is not part of it; a closing bracket only when its opening one is. */
function withoutTrailing(url: string): string {
  let result = url
  for (;;) {
    const last = result.at(-1) ?? ''
    const loose = '.,:;!?\'"'.includes(last) || (last === ')' && !result.includes('('))
    if (!loose || result === '') return result
    result = result.slice(0, -1)
  }
}
