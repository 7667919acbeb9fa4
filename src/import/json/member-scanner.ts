import { UnreadableStoreError } from '../records.js'

/** A member's record larger than this is listed and passed over, so that memory stays bounded. */
const RECORD_BYTES_MAX = 16 * 1024 * 1024

export type Member = {
  key: string
  /** Where its value lies in the buffer at hand; null: it was too large to keep. */
  span: { start: number; end: number } | null
}

/** Where the scan stands: before the document, in its object, in the object of members, behind the document. */
type Level = 'before' | 'top' | 'members' | 'behind'

/** A value that is being walked over. It needs no memory but this, however long it is. */
type Walk = {
  /** Numbers and words end before the next comma or bracket; the others bear their end. */
  isPlain: boolean
  depth: number
  inString: boolean
  /** Where the walk goes on. */
  at: number
  isDone: boolean
}

/**
 * Finds the members in the bytes of `{ "<section>": { "<key>": <value>, ... }, ... }` without reading the values: a
 * general streaming parser took 40 s of one core for a million members, this takes one. Brackets and quotes are
 * followed, all else is left to whoever parses a value. Throws UnreadableStoreError.
 */
export class MemberScanner {
  #level: Level = 'before'
  #needsComma = false
  #isAfterComma = false
  #found = false
  /** Bytes before the buffer at hand. */
  #base = 0
  #walk: Walk | null = null
  #key = ''
  #isMember = false
  #valueAt = 0
  #isKept = true

  constructor(
    readonly store: string,
    readonly section: string,
    readonly onMember: (member: Member, buffer: Buffer) => void,
  ) {}

  /** Takes what follows. Returns from where on the bytes must be handed in again, before those that come next. */
  push(buffer: Buffer): number {
    let at = 0
    for (;;) {
      if (this.#walk !== null) {
        if (!this.#walkOn(buffer, this.#walk)) return this.#suspend(buffer, this.#walk)
        at = this.#walk.at
        this.#walk = null
      }
      at = skipSpace(buffer, at)
      const next = at >= buffer.length ? null : this.#step(buffer, at)
      if (next === null) return this.#carry(buffer, at)
      at = next
    }
  }

  /** To be called at the end of the file. */
  finish(): void {
    if (this.#level !== 'behind') this.#refuse('truncated', 0)
    if (!this.#found) throw new UnreadableStoreError(this.store, 'shape', `"${this.section}"`)
  }

  /** One structural step from `at`: the position behind it, or null when the buffer ends before it does. */
  #step(buffer: Buffer, at: number): number | null {
    const byte = buffer[at]
    if (this.#level === 'before') {
      if (byte !== BRACE) this.#refuse(byte === BRACKET ? 'shape' : 'syntax', at)
      this.#level = 'top'
      return at + 1
    }
    if (this.#level === 'behind') this.#refuse('syntax', at)
    if (byte === BRACE_END && !this.#isAfterComma) {
      this.#level = this.#level === 'members' ? 'top' : 'behind'
      this.#needsComma = true
      return at + 1
    }
    if (this.#needsComma) {
      if (byte !== COMMA) this.#refuse('syntax', at)
      this.#needsComma = false
      this.#isAfterComma = true
      return at + 1
    }
    return this.#entry(buffer, at)
  }

  /** `"key": ` and the first byte of its value. */
  #entry(buffer: Buffer, start: number): number | null {
    if (buffer[start] !== QUOTE) this.#refuse('syntax', start)
    const keyEnd = endOfString(buffer, start + 1)
    if (keyEnd >= buffer.length) return null
    const colon = skipSpace(buffer, keyEnd + 1)
    if (colon >= buffer.length) return null
    if (buffer[colon] !== COLON) this.#refuse('syntax', colon)
    const value = skipSpace(buffer, colon + 1)
    if (value >= buffer.length) return null
    const key = this.#keyText(buffer, start, keyEnd)
    this.#isAfterComma = false
    if (this.#level === 'top' && key === this.section) {
      if (buffer[value] !== BRACE) this.#refuse('shape', value)
      this.#level = 'members'
      this.#found = true
      return value + 1
    }
    const byte = buffer[value] ?? 0
    if (byte === COMMA || byte === BRACE_END || byte === BRACKET_END) this.#refuse('syntax', value)
    this.#key = key
    this.#isMember = this.#level === 'members'
    this.#isKept = this.#isMember
    this.#valueAt = value
    const isPlain = byte !== BRACE && byte !== BRACKET && byte !== QUOTE
    this.#walk = { isPlain, depth: 0, inString: false, at: value, isDone: false }
    return value
  }

  /** Walks to the value's end and reports it; false when the end lies in a later buffer. */
  #walkOn(buffer: Buffer, walk: Walk): boolean {
    if (walk.isPlain) walkPlain(buffer, walk)
    else walkNested(buffer, walk)
    if (!walk.isDone) return false
    this.#needsComma = true
    if (this.#isMember) {
      const span = this.#isKept ? { start: this.#valueAt, end: walk.at } : null
      this.onMember({ key: this.#key, span }, buffer)
    }
    return true
  }

  /** The buffer ended inside of a value: it is handed in again from its beginning, unless it is not kept. */
  #suspend(buffer: Buffer, walk: Walk): number {
    if (buffer.length - this.#valueAt > RECORD_BYTES_MAX) this.#isKept = false
    const from = this.#isKept ? this.#valueAt : buffer.length
    walk.at -= from
    this.#valueAt = 0
    this.#base += from
    return from
  }

  #carry(buffer: Buffer, at: number): number {
    if (buffer.length - at > RECORD_BYTES_MAX) this.#refuse('syntax', at)
    this.#base += at
    return at
  }

  #keyText(buffer: Buffer, start: number, end: number): string {
    const text = buffer.toString('utf8', start, end + 1)
    if (!text.includes('\\')) return text.slice(1, -1)
    try {
      return String(JSON.parse(text))
    } catch {
      return this.#refuse('syntax', start)
    }
  }

  #refuse(reason: 'truncated' | 'syntax' | 'shape', at: number): never {
    throw new UnreadableStoreError(this.store, reason, `byte ${this.#base + at}`)
  }
}

const QUOTE = 34
const COMMA = 44
const COLON = 58
const BRACKET = 91
const BACKSLASH = 92
const BRACKET_END = 93
const BRACE = 123
const BRACE_END = 125

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9
}

function skipSpace(buffer: Buffer, start: number): number {
  let at = start
  while (at < buffer.length && isSpace(buffer[at])) at += 1
  return at
}

/** The position of the closing quote, or one behind the buffer. */
function endOfString(buffer: Buffer, start: number): number {
  let at = start
  while (at < buffer.length && buffer[at] !== QUOTE) at += buffer[at] === BACKSLASH ? 2 : 1
  return at
}

function walkPlain(buffer: Buffer, walk: Walk): void {
  let at = walk.at
  while (at < buffer.length && !walk.isDone) {
    const byte = buffer[at]
    walk.isDone = byte === COMMA || byte === BRACE_END || byte === BRACKET_END || isSpace(byte)
    if (!walk.isDone) at += 1
  }
  walk.at = at
}

/** To behind the bracket or quote that ends the value. */
function walkNested(buffer: Buffer, walk: Walk): void {
  const length = buffer.length
  let { depth, inString, at } = walk
  while (at < length) {
    let byte = buffer[at]
    if (inString) {
      while (byte !== QUOTE && at < length) {
        at += byte === BACKSLASH ? 2 : 1
        byte = buffer[at]
      }
      if (at >= length) break
      inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === BRACE || byte === BRACKET) depth += 1
    else if (byte === BRACE_END || byte === BRACKET_END) depth -= 1
    at += 1
    if (depth === 0 && !inString) {
      walk.isDone = true
      break
    }
  }
  walk.depth = depth
  walk.inString = inString
  walk.at = at
}
