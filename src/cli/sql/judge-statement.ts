/** What a typed text is, before the database sees it. */
export type Judgement =
  /** `cursor`: its rows may be taken in portions; `direct`: SHOW and EXPLAIN. */
  | { status: 'read'; text: string; how: 'cursor' | 'direct'; isRecursive: boolean; isAnalyze: boolean }
  | { status: 'empty' }
  | { status: 'several' }
  | { status: 'psql_command'; command: string }
  /** Begins with a word that does not read. */
  | { status: 'no_read'; word: string }
  /** Calls a function that acts, waits or locks. */
  | { status: 'acts'; name: string }

const CURSOR_WORDS = new Set(['select', 'with', 'values', 'table'])
const DIRECT_WORDS = new Set(['show', 'explain'])

/** Functions that a READ ONLY transaction allows and that still do something, or wait. */
const ACTING =
  /\b(pg_sleep\w*|pg_(?:try_)?advisory\w*|pg_notify|set_config|pg_(?:terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile|pg_switch_wal|pg_promote|pg_(?:create|drop)_\w+|pg_(?:logical|replication)_\w+|pg_(?:read|write|ls|stat)_\w*(?:file|dir)\w*|lo_\w+|dblink\w*)"?\s*\(/i

/** Judges by words alone; the READ ONLY transaction and the extended protocol stand behind it. */
export function judgeStatement(typed: string): Judgement {
  const trimmed = typed.trim()
  if (trimmed.startsWith('\\')) return { status: 'psql_command', command: trimmed.split(/\s/)[0] ?? trimmed }
  const { masked, ends } = mask(typed)
  const end = ends[0]
  if (end !== undefined && masked.slice(end).replaceAll(';', '').trim() !== '') return { status: 'several' }
  const text = end === undefined ? typed : typed.slice(0, end)
  const words = masked.slice(0, end ?? undefined)
  const word = /[a-z]+/i.exec(words)?.[0]?.toLowerCase()
  if (word === undefined) return { status: 'empty' }
  const how = CURSOR_WORDS.has(word) ? 'cursor' : DIRECT_WORDS.has(word) ? 'direct' : null
  if (how === null) return { status: 'no_read', word }
  const acting = ACTING.exec(words)?.[1]
  if (acting !== undefined) return { status: 'acts', name: acting }
  return {
    status: 'read',
    text: text.trim(),
    how,
    isRecursive: /\brecursive\b/i.test(words),
    isAnalyze: word === 'explain' && /\banaly[sz]e\b/i.test(words),
  }
}

/**
 * Replaces the content of strings and comments by blanks of the same length, so that what is left is syntax, and
 * finds the semicolons in it. Quoted names stay: they may name a function.
 */
function mask(text: string): { masked: string; ends: number[] } {
  const out: string[] = []
  const ends: number[] = []
  for (let at = 0; at < text.length; ) {
    const length = lengthOfOpaque(text, at)
    if (length > 0) {
      out.push(' '.repeat(length))
      at += length
      continue
    }
    const char = text.charAt(at)
    if (char === '"') {
      const name = quoted(text, at, '"', false)
      out.push(text.slice(at, at + name))
      at += name
      continue
    }
    if (char === ';') ends.push(at)
    out.push(char)
    at++
  }
  return { masked: out.join(''), ends }
}

/** Length of the comment or string that begins here; 0 when none does. */
function lengthOfOpaque(text: string, at: number): number {
  if (text.startsWith('--', at)) {
    const end = text.indexOf('\n', at)
    return (end < 0 ? text.length : end) - at
  }
  if (text.startsWith('/*', at)) return blockComment(text, at)
  const char = text.charAt(at)
  if (char === "'") return quoted(text, at, "'", /(?:^|[^\w$])e$/i.test(text.slice(Math.max(0, at - 2), at)))
  if (char === '$') {
    const tag = /^\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/i.exec(text.slice(at))?.[0]
    if (tag === undefined || /[\w$]/.test(text.charAt(at - 1))) return 0
    const end = text.indexOf(tag, at + tag.length)
    return (end < 0 ? text.length : end + tag.length) - at
  }
  return 0
}

/** PostgreSQL's block comments nest. */
function blockComment(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    if (text.startsWith('/*', i)) {
      depth++
      i++
    } else if (text.startsWith('*/', i)) {
      depth--
      i++
      if (depth === 0) return i + 1 - at
    }
  }
  return text.length - at
}

function quoted(text: string, at: number, quote: string, backslashes: boolean): number {
  for (let i = at + 1; i < text.length; i++) {
    const char = text.charAt(i)
    if (backslashes && char === '\\') i++
    else if (char === quote) {
      if (text.charAt(i + 1) !== quote) return i + 1 - at
      i++
    }
  }
  return text.length - at
}
