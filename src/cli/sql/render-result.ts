import pg from 'pg'
import type { ReadOnlyResult } from '../../db/read-only-query.js'
import { type Column, renderTable } from '../table.js'

const { builtins } = pg.types
const WHOLE = new Set<number>([builtins.INT2, builtins.INT4, builtins.INT8, builtins.OID])
const NUMBERS = new Set<number>([...WHOLE, builtins.FLOAT4, builtins.FLOAT8, builtins.NUMERIC])

/** Lines of a result as a table; NULL is said in so many words, an empty text stays empty. */
export function renderRows({ columns, rows }: ReadOnlyResult, columnsMax: number | null): string[] {
  const heads = columns.map(
    ({ name, typeId }): Column => ({ title: name, align: NUMBERS.has(typeId) ? 'right' : 'left' }),
  )
  const cells = rows.map((row) => row.map((value) => value ?? 'NULL'))
  return renderTable(heads, cells, columnsMax)
}

/** Rows as objects with numbers, booleans, JSON and ISO times; what a JavaScript number cannot hold stays text. */
export function toObjects({ columns, rows }: ReadOnlyResult): Record<string, unknown>[] {
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name, typeId }, i) => [name, toValue(row[i] ?? null, typeId)])),
  )
}

function toValue(text: string | null, typeId: number): unknown {
  if (text === null) return null
  if (WHOLE.has(typeId)) return Number.isSafeInteger(Number(text)) ? Number(text) : text
  switch (typeId) {
    case builtins.BOOL:
      return text === 't'
    case builtins.FLOAT4:
    case builtins.FLOAT8:
      return Number.isFinite(Number(text)) ? Number(text) : text
    case builtins.JSON:
    case builtins.JSONB:
      return JSON.parse(text)
    case builtins.TIMESTAMPTZ: {
      const time: unknown = pg.types.getTypeParser(builtins.TIMESTAMPTZ)(text)
      return time instanceof Date ? time.toISOString() : text
    }
    default:
      return text
  }
}
