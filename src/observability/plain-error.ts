const DEPTH_MAX = 4
const ERRORS_MAX = 5
const ENTRIES_MAX = 50

/** Facts of an error that are safe and useful, from pg, grammY, discord.js and Node alike. */
const FACTS = [
  'code',
  'errno',
  'syscall',
  'address',
  'port',
  'severity',
  'constraint',
  'table',
  'column',
  'routine',
  'error_code',
  'description',
  'status',
  'method',
  'url',
] as const

/**
 * An error as plain data. Only named facts are taken: GrammyError carries the payload with the message's text,
 * BotError the whole context with the token, DiscordAPIError the request's body, pg's `detail` the row's values.
 */
export function plainError(error: Error, depth = 0): Record<string, unknown> {
  const plain: Record<string, unknown> = { type: error.name, message: error.message }
  const source = error as unknown as Record<string, unknown>
  for (const fact of FACTS) {
    const value = source[fact]
    if (typeof value === 'string' || typeof value === 'number') plain[fact] = value
  }
  if (error.stack) plain.stack = error.stack
  if (depth >= DEPTH_MAX) return plain
  // grammY keeps what happened below under `error`, everybody else under `cause`.
  for (const key of ['cause', 'error'] as const) {
    const inner = source[key]
    if (inner instanceof Error) plain[key] = plainError(inner, depth + 1)
  }
  if (Array.isArray(source.errors)) {
    const inner = source.errors.filter((one): one is Error => one instanceof Error).slice(0, ERRORS_MAX)
    plain.errors = inner.map((one) => plainError(one, depth + 1))
  }
  return plain
}

/** Turns errors inside of a logged object into plain data, wherever they stand. */
export function plainFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plainValue(value, 0)]))
}

function plainValue(value: unknown, depth: number): unknown {
  if (value instanceof Error) return plainError(value, depth)
  if (typeof value !== 'object' || value === null) return value
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON()
  if (depth >= DEPTH_MAX) return Array.isArray(value) ? '[list]' : '[object]'
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map((item) => plainValue(item, depth + 1))
  const entries = Object.entries(value).slice(0, ENTRIES_MAX)
  return Object.fromEntries(entries.map(([key, inner]) => [key, plainValue(inner, depth + 1)]))
}
