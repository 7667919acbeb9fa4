import { createHash } from 'node:crypto'
import { z } from 'zod'
import { readMigrations } from '../db/migrator.js'
import { BackupError, type EndLine, FORMAT, type Header, type TableLine } from './format.js'
import { readLines } from './read-lines.js'

const NUMBER = /^\d{1,18}$/

const headerShape = z.object({
  ttfd_backup: z.number(),
  made_at: z.iso.datetime(),
  program: z.string().max(100),
  from: z.enum(['postgres', 'embedded']),
  database_id: z.string().max(100),
  migrations: z
    .array(z.object({ number: z.int().min(1), checksum: z.string().regex(/^[0-9a-f]{64}$/) }))
    .min(1),
  id_hash_key_check: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .nullable(),
  keys: z
    .object({
      session_secret: z.string().regex(/^\S{32,512}$/),
      id_hash_key: z.string().regex(/^\S{32,512}$/),
    })
    .optional(),
})
const tableShape = z.strictObject({
  table: z.string().max(200),
  columns: z.array(z.string().max(200)).min(1).max(500),
  sequences: z.array(z.strictObject({ column: z.string().max(200), next: z.string().regex(NUMBER) })).max(10),
})
const endShape = z.strictObject({
  end: z.literal(true),
  tables: z.record(z.string(), z.int().min(0)),
  rows: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

/** One line of a backup, its shape checked; a row's text is handed on as it stands in the file. */
export type BackupLine =
  | { kind: 'header'; header: Header }
  | { kind: 'table'; table: TableLine }
  | { kind: 'row'; text: string }
  | { kind: 'end'; end: EndLine }

/**
 * Reads a backup from its first line to its last and checks shapes, counts and checksum on the way; the last line it
 * gives out is the end, and then the file is known to be whole. Nothing of it may last before that. Throws BackupError.
 */
export async function* readBackup(
  path: string,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<BackupLine> {
  const hash = createHash('sha256')
  const counts: Record<string, number> = {}
  let current: TableLine | null = null
  let rows = 0
  let number = 0
  let ended = false
  for await (const bytes of readLines(path, onBytes)) {
    number += 1
    if (ended) throw new BackupError('damaged', `line ${number} stands behind the end`)
    const text = bytes.toString('utf8')
    const value = parse(text, number)
    if (number === 1) yield { kind: 'header', header: readHeader(value) }
    else if (Array.isArray(value)) {
      if (!current || !isRow(value, current)) throw new BackupError('damaged', `line ${number} is no row`)
      counts[current.table] = (counts[current.table] ?? 0) + 1
      rows += 1
      yield { kind: 'row', text }
    } else {
      const end = endShape.safeParse(value)
      if (end.success) {
        checkEnd(end.data, { counts, rows, sha256: hash.digest('hex') })
        ended = true
        yield { kind: 'end', end: end.data }
        continue
      }
      const table = tableShape.safeParse(value)
      if (!table.success || table.data.table in counts)
        throw new BackupError('damaged', `line ${number} is no table`)
      current = table.data
      counts[current.table] = 0
      yield { kind: 'table', table: current }
    }
    hash.update(bytes).update('\n')
  }
  if (!ended) throw new BackupError(number === 0 ? 'not_a_backup' : 'truncated', `after line ${number}`)
}

function parse(text: string, number: number): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BackupError(number === 1 ? 'not_a_backup' : 'damaged', `line ${number} is not JSON`, {
      cause: error,
    })
  }
}

function readHeader(value: unknown): Header {
  const format = z.object({ ttfd_backup: z.int().min(1) }).safeParse(value)
  if (!format.success) throw new BackupError('not_a_backup', 'line 1')
  if (format.data.ttfd_backup > FORMAT)
    throw new BackupError('newer', `format ${format.data.ttfd_backup}, known is ${FORMAT}`)
  const header = headerShape.safeParse(value)
  if (!header.success) throw new BackupError('damaged', `line 1: ${header.error.issues[0]?.path.join('.')}`)
  const known = readMigrations()
  for (const [n, { number, checksum }] of header.data.migrations.entries()) {
    const ours = known[n]
    if (!ours) throw new BackupError('newer', `migration ${number}, known is ${known.at(-1)?.number}`)
    if (ours.number !== number || ours.checksum !== checksum)
      throw new BackupError('foreign', `migration ${number} is another one here`)
  }
  const { keys, ...rest } = header.data
  return keys ? { ...rest, keys } : rest
}

function isRow(value: unknown[], { columns }: TableLine): boolean {
  return value.length === columns.length && value.every((one) => one === null || typeof one === 'string')
}

function checkEnd(
  end: EndLine,
  { counts, rows, sha256 }: { counts: Record<string, number>; rows: number; sha256: string },
): void {
  const names = Object.keys(counts)
  const isSame =
    names.length === Object.keys(end.tables).length &&
    names.every((name) => end.tables[name] === counts[name])
  if (!isSame || end.rows !== rows) throw new BackupError('damaged', 'its rows are not as many as it says')
  if (end.sha256 !== sha256) throw new BackupError('damaged', 'its checksum does not fit')
}

/** Reads the whole file once, for its header and its end: throws BackupError unless it is whole. */
export async function checkBackup(
  path: string,
  onBytes?: (bytes: number) => void,
): Promise<{ header: Header; end: EndLine }> {
  let header: Header | null = null
  let end: EndLine | null = null
  for await (const line of readBackup(path, onBytes)) {
    if (line.kind === 'header') header = line.header
    if (line.kind === 'end') end = line.end
  }
  if (!header || !end) throw new BackupError('truncated', 'no end')
  return { header, end }
}
