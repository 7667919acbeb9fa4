const FRAMES_MAX = 6
const ERROR_LEVEL = 50
/** Fields that are shown by themselves or say nothing on a terminal. */
const OWN = new Set(['level', 'levelNumber', 'time', 'msg', 'err', 'error', 'part', 'pid', 'stack'])

const COLOURS: Record<string, string> = {
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
  debug: '\u001b[2m',
  trace: '\u001b[2m',
}
const PLAIN = '\u001b[0m'

export type PrettyOptions = {
  colours: boolean
  /** journald writes the time itself. */
  time: boolean
}

type Entry = Record<string, unknown> & { level: string; levelNumber: number; time: string; msg?: string }

/** One log entry as one line for people. Whatever came from outside cannot break the line or steer the terminal. */
export function prettyLine(entry: Entry, { colours, time }: PrettyOptions): string {
  const words: string[] = []
  if (time) words.push(new Date(entry.time).toTimeString().slice(0, 8))
  const label = entry.level.toUpperCase().padEnd(5)
  const colour = colours ? COLOURS[entry.level] : undefined
  words.push(colour ? `${colour}${label}${PLAIN}` : label)
  if (typeof entry.part === 'string') words.push(`${visible(entry.part)}:`)
  if (entry.msg) words.push(visible(entry.msg))
  for (const [key, value] of Object.entries(entry)) {
    if (!OWN.has(key)) words.push(`${visible(key)}=${visible(brief(value))}`)
  }
  const error = entry.err ?? entry.error
  if (isPlainError(error)) words.push(errorWords(error, entry.levelNumber >= ERROR_LEVEL, entry.msg))
  return words.filter((word) => word !== '').join(' ')
}

type PlainError = { type: string; message: string; stack?: string; cause?: unknown; error?: unknown }

function isPlainError(value: unknown): value is PlainError {
  return typeof value === 'object' && value !== null && 'message' in value && 'type' in value
}

function errorWords(error: PlainError, withStack: boolean, said: unknown): string {
  const parts = [said === error.message ? error.type : `${error.type}: ${error.message}`]
  for (let inner = error.cause ?? error.error; isPlainError(inner); inner = inner.cause ?? inner.error) {
    parts.push(`${inner.type}: ${inner.message}`)
  }
  const frames = withStack ? framesOf(error.stack) : []
  return visible(`(${[...parts, ...frames].join(' <- ')})`)
}

function framesOf(stack: string | undefined): string[] {
  const lines = (stack ?? '').split('\n').map((line) => line.trim())
  return lines.filter((line) => line.startsWith('at ')).slice(0, FRAMES_MAX)
}

function brief(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)
  return JSON.stringify(value) ?? 'undefined'
}

/** Makes control characters and direction marks visible. */
export function visible(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
