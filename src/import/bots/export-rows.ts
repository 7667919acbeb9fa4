import { parse } from 'csv-parse/sync'
import { type ParsedJson, parseLossless } from '../convert/parse-lossless.js'
import { asObject, type JsonObject } from '../convert/rest.js'
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
  const { value, depth } = parsed(store, text)
  if (depth > DEPTH_MAX) throw new UnreadableStoreError(store, 'shape', `${depth}`)
  const found = list === null ? findList(value) : listed(list.reduce(inside, value))
  if (found === null) throw new UnreadableStoreError(store, 'shape', list?.join('.') ?? LISTS.join(', '))
  return found
}

function parsed(store: string, text: string): ParsedJson {
  try {
    return parseLossless(text)
  } catch (error) {
    // A text that ends too early is complained of at its end.
    const isCut = error instanceof SyntaxError && /end of JSON|Unterminated/i.test(error.message)
    throw new UnreadableStoreError(store, isCut ? 'truncated' : 'syntax', (error as Error).message)
  }
}

/** A list of members, a list of pages of them, or an object that bears such a list under a usual name. */
function findList(value: unknown): JsonObject[] | null {
  if (Array.isArray(value)) {
    const pages = value.map(findIn)
    return pages.length > 0 && pages.every((page) => page !== null) ? pages.flat() : value.map(asRow)
  }
  return findIn(value)
}

function findIn(value: unknown): JsonObject[] | null {
  const object = asObject(value)
  const name = LISTS.find((key) => Array.isArray(object?.[key]))
  return name === undefined ? null : listed(object?.[name])
}

/** A list, or an object whose keys are the ids. */
function listed(value: unknown): JsonObject[] | null {
  if (Array.isArray(value)) return value.map(asRow)
  const object = asObject(value)
  return object && Object.entries(object).map(([id, row]) => ({ id, ...asRow(row) }))
}

function inside(value: unknown, key: string): unknown {
  const object = asObject(value)
  return object && Object.hasOwn(object, key) ? object[key] : undefined
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

/** What is no object has no id and is rejected for that. */
function asRow(value: unknown): JsonObject {
  return asObject(value) ?? {}
}
