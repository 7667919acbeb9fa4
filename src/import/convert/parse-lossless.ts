/** Digits from which on a whole number may not fit a double. */
const LONG_DIGITS = 16

/** Nearly all records have none of these, nor such depths, and need no look at every letter. */
const MAY_BE_ODD = /[:,[\s-]\d{16}|NaN|Infinity/
const DEPTH_SEEN = 8

export type ParsedJson = { value: unknown; depth: number }

/**
 * `JSON.parse` that loses nothing: whole numbers that no double holds become strings, and so do `NaN` and `Infinity`,
 * which Python writes though JSON has no such words. `depth` is that of the deepest list or object (0: a plain value).
 * Throws SyntaxError.
 */
export function parseLossless(text: string): ParsedJson {
  if (!MAY_BE_ODD.test(text)) {
    const value: unknown = JSON.parse(text)
    const depth = depthOf(value)
    if (depth < DEPTH_SEEN) return { value, depth }
  }
  const { depth, odd } = inspect(text)
  return { value: JSON.parse(odd === null ? text : quote(text, odd)), depth }
}

/** How deep lists and objects lie in each other; what is deeper than DEPTH_SEEN is not looked at. */
function depthOf(value: unknown, above = 0): number {
  if (typeof value !== 'object' || value === null || above >= DEPTH_SEEN) return above
  let deepest = above + 1
  if (Array.isArray(value)) {
    for (const inner of value)
      if (typeof inner === 'object') deepest = Math.max(deepest, depthOf(inner, above + 1))
  } else {
    for (const key in value) {
      const inner = (value as Record<string, unknown>)[key]
      if (typeof inner === 'object') deepest = Math.max(deepest, depthOf(inner, above + 1))
    }
  }
  return deepest
}

/** Walks over a JSON text once: how deep it is, and where literals stand that `JSON.parse` would harm or refuse. */
function inspect(text: string): { depth: number; odd: number[] | null } {
  const end = text.length
  let depth = 0
  let deepest = 0
  let odd: number[] | null = null
  let at = 0
  while (at < end) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
    } else if ((code >= ZERO && code <= NINE) || code === MINUS || code === LETTER_N || code === LETTER_I) {
      const start = at
      at = endOfLiteral(text, at)
      if (isOdd(text, start, at)) {
        odd ??= []
        odd.push(start, at)
      }
    } else {
      at += 1
      if (code === BRACE || code === BRACKET) {
        depth += 1
        if (depth > deepest) deepest = depth
      } else if (code === BRACE_END || code === BRACKET_END) depth -= 1
    }
  }
  return { depth: deepest, odd }
}

const QUOTE = 34
const BACKSLASH = 92
const BRACE = 123
const BRACE_END = 125
const BRACKET = 91
const BRACKET_END = 93
const MINUS = 45
const ZERO = 48
const NINE = 57
const LETTER_N = 78
const LETTER_I = 73

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at + 1
    at += code === BACKSLASH ? 2 : 1
  }
  return at
}

/** Behind the last letter, digit, sign or point. */
function endOfLiteral(text: string, start: number): number {
  let at = start + 1
  while (at < text.length) {
    const code = text.charCodeAt(at)
    const isPart =
      (code >= ZERO && code <= NINE) ||
      (code >= 97 && code <= 122) ||
      code === 69 ||
      code === 43 ||
      code === MINUS ||
      code === 46 ||
      code === LETTER_N ||
      code === LETTER_I
    if (!isPart) return at
    at += 1
  }
  return at
}

function isOdd(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start)
  if (
    first === LETTER_N ||
    first === LETTER_I ||
    (first === MINUS && text.charCodeAt(start + 1) === LETTER_I)
  ) {
    return /^(?:NaN|-?Infinity)$/.test(text.slice(start, end))
  }
  if (end - start < LONG_DIGITS) return false
  const literal = text.slice(start, end)
  return /^-?\d+$/.test(literal) && !Number.isSafeInteger(Number(literal))
}

function quote(text: string, spans: readonly number[]): string {
  let out = ''
  let from = 0
  for (let i = 0; i < spans.length; i += 2) {
    const start = spans[i] ?? 0
    const end = spans[i + 1] ?? 0
    out += `${text.slice(from, start)}"${text.slice(start, end)}"`
    from = end
  }
  return out + text.slice(from)
}
