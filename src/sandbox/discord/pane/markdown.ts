/** A piece of a message as the pane draws it. Plain strings are always text, never markup. */
export type Piece =
  | string
  | {
      readonly t:
        | 'bold'
        | 'italic'
        | 'underline'
        | 'strike'
        | 'spoiler'
        | 'quote'
        | 'h1'
        | 'h2'
        | 'h3'
        | 'small'
        | 'item'
      readonly c: Piece[]
    }
  | { readonly t: 'code' | 'pre'; readonly s: string }
  | { readonly t: 'mention'; readonly s: string; readonly color?: number }
  | { readonly t: 'time'; readonly at: number; readonly f: string }
  | { readonly t: 'link'; readonly href: string; readonly c: Piece[] }
  | { readonly t: 'br' }

/** Gives the words for a mention, or null when nothing has that id. */
export type NameOf = (
  kind: 'user' | 'role' | 'channel',
  id: string,
) => { readonly text: string; readonly color?: number } | null

const DEPTH_MAX = 8
const PAIRS = [
  ['***', 'bold'],
  ['**', 'bold'],
  ['__', 'underline'],
  ['~~', 'strike'],
  ['||', 'spoiler'],
  ['*', 'italic'],
  ['_', 'italic'],
] as const
const BLOCKS = [
  [/^### (.+)$/, 'h3'],
  [/^## (.+)$/, 'h2'],
  [/^# (.+)$/, 'h1'],
  [/^-# (.+)$/, 'small'],
  [/^> (.*)$/, 'quote'],
  [/^\s*[-*] (.+)$/, 'item'],
] as const

/** Reads Discord's Markdown into pieces. What is not understood stays text. */
export function parseMarkdown(text: string, nameOf: NameOf): Piece[] {
  const pieces: Piece[] = []
  let rest = text
  for (;;) {
    const open = rest.indexOf('```')
    const close = open < 0 ? -1 : rest.indexOf('```', open + 3)
    if (close < 0) return [...pieces, ...parseLines(rest, nameOf)]
    pieces.push(...parseLines(rest.slice(0, open).replace(/\n$/, ''), nameOf))
    const code = rest.slice(open + 3, close).replace(/^[a-zA-Z0-9+-]*\n/, '')
    pieces.push({ t: 'pre', s: code.replace(/\n$/, '') })
    rest = rest.slice(close + 3).replace(/^\n/, '')
  }
}

/** Headings, quotes and list items stand on lines of their own; other lines are read together. */
function parseLines(text: string, nameOf: NameOf): Piece[] {
  const pieces: Piece[] = []
  let plain: string[] = []
  const flush = (): void => {
    if (plain.some((line) => line !== '') || plain.length > 1)
      pieces.push(...parseInline(plain.join('\n'), nameOf, 0))
    plain = []
  }
  for (const line of text.split('\n')) {
    const block = BLOCKS.map(([pattern, t]) => ({ t, found: pattern.exec(line) })).find((one) => one.found)
    if (!block) {
      plain.push(line)
      continue
    }
    flush()
    pieces.push({ t: block.t, c: parseInline(block.found?.[1] ?? '', nameOf, 0) })
  }
  flush()
  return pieces
}

interface Found {
  readonly piece: Piece
  readonly length: number
}

function parseInline(text: string, nameOf: NameOf, depth: number): Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  const flush = (): void => {
    if (plain) pieces.push(plain)
    plain = ''
  }
  let at = 0
  while (at < text.length) {
    const char = text[at] ?? ''
    if (char === '\\' && /[^\p{L}\p{N}\s]/u.test(text[at + 1] ?? '')) {
      plain += text[at + 1]
      at += 2
      continue
    }
    const found = special(text, at, nameOf, depth)
    if (found) {
      flush()
      pieces.push(found.piece)
      at += found.length
    } else {
      plain += char
      at += 1
    }
  }
  flush()
  return pieces
}

function special(text: string, at: number, nameOf: NameOf, depth: number): Found | null {
  switch (text[at]) {
    case '\n':
      return { piece: { t: 'br' }, length: 1 }
    case '`':
      return inlineCode(text, at)
    case '<':
      return angled(text.slice(at, at + 300), nameOf)
    case '@':
      return everyone(text.slice(at, at + 9))
    case '[':
      return depth < DEPTH_MAX ? maskedLink(text, at, nameOf, depth) : null
    case 'h':
      return bareLink(text, at)
    case '*':
    case '_':
    case '~':
    case '|':
      return depth < DEPTH_MAX ? emphasis(text, at, nameOf, depth) : null
    default:
      return null
  }
}

function inlineCode(text: string, at: number): Found | null {
  const ticks = text.startsWith('``', at) ? '``' : '`'
  const end = text.indexOf(ticks, at + ticks.length)
  if (end <= at + ticks.length) return null
  return { piece: { t: 'code', s: text.slice(at + ticks.length, end) }, length: end + ticks.length - at }
}

function emphasis(text: string, at: number, nameOf: NameOf, depth: number): Found | null {
  for (const [mark, t] of PAIRS) {
    if (!text.startsWith(mark, at)) continue
    const start = at + mark.length
    const end = text.indexOf(mark, start + 1)
    if (end < 0) continue
    const inner = text.slice(start, end)
    // A lone star or line beside a blank is arithmetic or a name, not emphasis.
    if (mark.length === 1 && (/^\s|\s$/.test(inner) || (mark === '_' && /\w/.test(text[end + 1] ?? ''))))
      continue
    const c = parseInline(inner, nameOf, depth + 1)
    const piece: Piece = { t, c: mark === '***' ? [{ t: 'italic', c }] : c }
    return { piece, length: end + mark.length - at }
  }
  return null
}

function angled(text: string, nameOf: NameOf): Found | null {
  const mention = /^<(@!?|@&|#)(\d{1,20})>/.exec(text)
  if (mention) {
    const kind = mention[1] === '#' ? 'channel' : mention[1] === '@&' ? 'role' : 'user'
    const named = nameOf(kind, mention[2] ?? '')
    const sign = kind === 'channel' ? '#' : '@'
    const s = `${sign}${named?.text ?? '?'}`
    return {
      piece: { t: 'mention', s, ...(named?.color ? { color: named.color } : {}) },
      length: mention[0].length,
    }
  }
  const time = /^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/.exec(text)
  if (time) return { piece: { t: 'time', at: Number(time[1]), f: time[2] ?? 'f' }, length: time[0].length }
  const command = /^<\/([^:>]{1,100}):\d+>/.exec(text)
  if (command) return { piece: { t: 'mention', s: `/${command[1]}` }, length: command[0].length }
  const emoji = /^<a?(:\w{2,32}:)\d+>/.exec(text)
  if (emoji) return { piece: emoji[1] ?? '', length: emoji[0].length }
  const link = /^<(https?:\/\/[^\s<>]+)>/.exec(text)
  if (link?.[1]) return linkTo(link[1], [link[1]], link[0].length)
  return null
}

function everyone(text: string): Found | null {
  const found = /^@(everyone|here)\b/.exec(text)
  return found ? { piece: { t: 'mention', s: found[0] }, length: found[0].length } : null
}

function maskedLink(text: string, at: number, nameOf: NameOf, depth: number): Found | null {
  const found = /^\[([^\]\n]{1,300})\]\((https?:\/\/[^\s)]{1,1000})\)/.exec(text.slice(at, at + 1_400))
  if (!found) return null
  // A link inside a link's words is text.
  return linkTo(
    found[2] ?? '',
    parseInline(found[1] ?? '', nameOf, DEPTH_MAX - 1 + Math.min(depth, 0)),
    found[0].length,
  )
}

function bareLink(text: string, at: number): Found | null {
  const found = /^https?:\/\/[^\s<>]{1,1000}/
    .exec(text.slice(at, at + 1_020))?.[0]
    .replace(/[.,;:!?)\]'"]+$/, '')
  return found ? linkTo(found, [found], found.length) : null
}

function linkTo(href: string, c: Piece[], length: number): Found | null {
  return URL.canParse(href) && /^https?:$/.test(new URL(href).protocol)
    ? { piece: { t: 'link', href, c }, length }
    : null
}

/** The words of a text without their dress, for one-line previews. */
export function plainText(pieces: readonly Piece[]): string {
  return pieces
    .map((one) => {
      if (typeof one === 'string') return one
      if (one.t === 'br') return ' '
      if (one.t === 'time') return ''
      return 'c' in one ? plainText(one.c) : one.s
    })
    .join('')
}
