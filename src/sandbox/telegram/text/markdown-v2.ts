import type { EntityType, TgEntity, TgUser } from '../types.js'
import { type FormattedText, parseError, sortEntities } from './formatted.js'
import { linkEntity } from './links.js'

const RESERVED = '_*[]()~`>#+-=|{}.!\n'
const ERROR_NAMES: Partial<Record<EntityType, string>> = {
  bold: 'Bold',
  italic: 'Italic',
  underline: 'Underline',
  strikethrough: 'Strikethrough',
  spoiler: 'Spoiler',
  code: 'Code',
  pre: 'Pre',
  text_link: 'TextUrl',
  custom_emoji: 'CustomEmoji',
  blockquote: 'BlockQuote',
}
const CLOSERS: Partial<Record<EntityType, string>> = {
  bold: '*',
  underline: '__',
  strikethrough: '~',
  spoiler: '||',
  code: '`',
  pre: '```',
  text_link: ']',
  custom_emoji: ']',
}

interface Opened {
  type: EntityType
  offset: number
  begin: number
  language?: string
}

/** Reads MarkdownV2, as strict as Telegram: every reserved character outside of an entity must be escaped. */
export function parseMarkdownV2(source: string, user: (id: number) => TgUser | undefined): FormattedText {
  return new MarkdownReader(source, user).read()
}

class MarkdownReader {
  private text = ''
  private at = 0
  private lineStart = true
  private readonly entities: TgEntity[] = []
  private readonly open: Opened[] = []

  constructor(
    private readonly source: string,
    private readonly user: (id: number) => TgUser | undefined,
  ) {}

  read(): FormattedText {
    while (this.at < this.source.length) this.step(this.source[this.at] ?? '')
    if (this.open.at(-1)?.type === 'blockquote') this.closeQuote()
    const left = this.open.at(-1)
    if (left) throw this.unclosed(left)
    return { text: this.text, entities: sortEntities(this.entities) }
  }

  private step(char: string): void {
    const next = this.source.charCodeAt(this.at + 1)
    if (char === '\\' && next > 0 && next <= 126) {
      this.take(this.source[this.at + 1] ?? '', 2)
      return
    }
    const inCode = ['code', 'pre'].includes(this.open.at(-1)?.type ?? '')
    if (!(inCode ? '`' : RESERVED).includes(char)) this.take(char, 1)
    else if (char === '\n') this.newLine()
    else if (char === '>' && this.lineStart) this.quoteLine()
    else if (this.closes()) this.close()
    else if (inCode) this.take(char, 1)
    else this.begin(char)
  }

  private take(piece: string, width: number): void {
    this.text += piece
    this.at += width
    this.lineStart = false
  }

  private newLine(): void {
    const quoted = this.open.some((entity) => entity.type === 'blockquote')
    if (quoted && this.source[this.at + 1] !== '>') this.closeQuote()
    this.take('\n', 1)
    this.lineStart = true
  }

  private quoteLine(): void {
    if (!this.open.some((entity) => entity.type === 'blockquote')) this.push('blockquote', 1)
    else this.at += 1
    this.lineStart = false
  }

  /** A quote ends with its last line; `||` right before the end makes it expandable. */
  private closeQuote(): void {
    const spoiler = this.open.at(-1)
    const expandable = spoiler?.type === 'spoiler' && spoiler.offset === this.text.length
    if (expandable) this.open.pop()
    const quote = this.open.pop()
    if (!quote) return
    if (quote.type !== 'blockquote') throw this.unclosed(quote)
    this.add({
      type: expandable ? 'expandable_blockquote' : 'blockquote',
      offset: quote.offset,
      length: this.text.length - quote.offset,
    })
  }

  private closes(): boolean {
    const top = this.open.at(-1)
    if (!top) return false
    if (top.type === 'italic') return this.looksAt('_') && !this.looksAt('__')
    const closer = CLOSERS[top.type]
    return closer !== undefined && this.looksAt(closer)
  }

  private looksAt(piece: string): boolean {
    return this.source.startsWith(piece, this.at)
  }

  private begin(char: string): void {
    if (char === '_') this.push(this.looksAt('__') ? 'underline' : 'italic', this.looksAt('__') ? 2 : 1)
    else if (char === '*') this.push('bold', 1)
    else if (char === '~') this.push('strikethrough', 1)
    else if (this.looksAt('||')) this.push('spoiler', 2)
    else if (char === '[') this.push('text_link', 1)
    else if (this.looksAt('![')) this.push('custom_emoji', 2)
    else if (this.looksAt('```')) this.beginPre()
    else if (char === '`') this.push('code', 1)
    else throw parseError(`Character '${char}' is reserved and must be escaped with the preceding '\\'`)
  }

  private beginPre(): void {
    const rest = this.source.slice(this.at + 3)
    const language = /^[^\s`]+(?=\s)/.exec(rest)?.[0]
    const lineBreak = /^\r?\n/.exec(rest.slice(language?.length ?? 0))?.[0] ?? ''
    this.push('pre', 3 + (language?.length ?? 0) + lineBreak.length, language)
  }

  private push(type: EntityType, width: number, language?: string): void {
    const opened: Opened = { type, offset: this.text.length, begin: this.at }
    this.open.push(language ? { ...opened, language } : opened)
    this.at += width
    this.lineStart = this.lineStart && type !== 'blockquote'
  }

  private close(): void {
    const top = this.open.pop()
    if (!top) return
    const { type, offset } = top
    const length = this.text.length - offset
    this.at += type === 'italic' ? 1 : (CLOSERS[type] ?? '').length
    if (type === 'text_link') {
      const href = this.readTarget() ?? this.text.slice(offset)
      const link = linkEntity(offset, length, href, this.user)
      if (link) this.add(link)
    } else if (type === 'custom_emoji') {
      const id = /^tg:\/\/emoji\?id=(\d+)$/.exec(this.readTarget() ?? '')?.[1]
      if (!id) throw parseError('Custom emoji entity must contain a tg://emoji URL')
      this.add({ type, offset, length, custom_emoji_id: id })
    } else {
      this.add(top.language ? { type, offset, length, language: top.language } : { type, offset, length })
    }
  }

  /** Reads `(address)` after a closing bracket. */
  private readTarget(): string | undefined {
    if (!this.looksAt('(')) return undefined
    const begin = this.at
    let target = ''
    for (this.at += 1; this.at < this.source.length && !this.looksAt(')'); this.at += 1) {
      if (this.looksAt('\\') && this.at + 1 < this.source.length) this.at += 1
      target += this.source[this.at]
    }
    if (!this.looksAt(')')) throw parseError("Can't find end of a URL", this.source, begin)
    this.at += 1
    return target
  }

  private add(entity: TgEntity): void {
    if (entity.length > 0) this.entities.push(entity)
  }

  private unclosed(entity: Opened) {
    return parseError(`Can't find end of ${ERROR_NAMES[entity.type]} entity`, this.source, entity.begin)
  }
}
