import { parse } from 'csv-parse/sync'
import { parseLossless } from '../convert/parse-lossless.js'
import type { JsonObject } from '../convert/rest.js'
import { UnreadableStoreError } from '../records.js'

/** Where known exports keep their members. */
const LISTS = ['players', 'levels', 'data', 'users', 'members', 'leaderboard', 'results', 'rows']

/** What an export nests deeper is none. */
const DEPTH_MAX = 64

/** The members of an export, JSON or CSV as its first sign tells. Throws UnreadableStoreError. */
export function exportRows(store: string, text: string, list: readonly string[] | null): JsonObject[] {
  return /^\s*[[{]/.test(text) ? jsonRows(store, text, list) : csvRows(store, text)
}

function jsonRows(store: string, text: string, list: readonly string[] | null): JsonObject[] {
  let value: unknown
  try {
    const parsed = parseLossless(text)
    if (parsed.depth > DEPTH_MAX) throw new UnreadableStoreError(store, 'shape', `${parsed.depth}`)
    value = parsed.value
  } catch (error) {
    if (error instanceof UnreadableStoreError) throw error
    // A text that ends too early is complained of at its end.
    const isCut = error instanceof SyntaxError && /end of JSON|Unterminated/i.test(error.message)
    throw new UnreadableStoreError(store, isCut ? 'truncated' : 'syntax', (error as Error).message)
  }
  const found = list === null ? findList(value) : listed(list.reduce(inside, value))
  if (found === null) throw new UnreadableStoreError(store, 'shape', list?.join('.') ?? LISTS.join(', '))
  return found
}

/** A list of members, a list of pages of them, or an object that bears such a list under a usual name. */
function findList(value: unknown): JsonObject[] | null {
  if (Array.isArray(value)) {
    const pages = value.map((page) => (isObject(page) ? findIn(page) : null))
    return pages.length > 0 && pages.every((page) => page !== null) ? pages.flat() : value.map(asRow)
  }
  return isObject(value) ? findIn(value) : null
}

function findIn(object: JsonObject): JsonObject[] | null {
  const name = LISTS.find((key) => Array.isArray(object[key]))
  return name === undefined ? null : listed(object[name])
}

/** A list, or an object whose keys are the ids. */
function listed(value: unknown): JsonObject[] | null {
  if (Array.isArray(value)) return value.map(asRow)
  if (!isObject(value)) return null
  return Object.entries(value).map(([id, row]) => ({ id, ...asRow(row) }))
}

function inside(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function csvRows(store: string, text: string): JsonObject[] {
  const head = text.slice(0, text.search(/[\r\n]|$/))
  const delimiter = [';', '\t'].find((sign) => head.split(sign).length > head.split(',').length) ?? ','
  try {
    const rows: JsonObject[] = parse(text, {
      columns: true,
      bom: true,
      delimiter,
      skip_empty_lines: true,
      trim: true,
    })
    return rows
  } catch (error) {
    const { code = '' } = error as { code?: string }
    throw new UnreadableStoreError(store, code === 'CSV_QUOTE_NOT_CLOSED' ? 'truncated' : 'syntax', code)
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What is no object has no id and is rejected for that. */
function asRow(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}
