import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Convert, rejectedWhole } from '../convert/convert-record.js'
import { idText } from '../convert/old-id.js'
import { readNumber } from '../convert/old-number.js'
import type { JsonObject } from '../convert/rest.js'
import { shown } from '../convert/text.js'
import {
  type OldItem,
  type OldStore,
  type OtherBot,
  type RejectReason,
  UnreadableStoreError,
} from '../records.js'
import { type ExportFormat, exportFormat } from './export-format.js'
import { exportRows } from './export-rows.js'
import { LEVEL_MAX } from './level-curves.js'

/** Exports are read in one piece; half a million members fit. */
const BYTES_MAX = 64 * 1024 * 1024
const BATCH = 1_000

type ExportOptions = { bot: OtherBot; mapping: string | undefined; convert: Convert }

/** Opens another bot's export of Discord members. Throws UnreadableStoreError. */
export async function openExport(path: string, { bot, mapping, convert }: ExportOptions): Promise<OldStore> {
  const name = basename(path)
  const format = await exportFormat(bot, mapping)
  const bytes = await readWhole(name, path)
  const rows = exportRows(name, bytes.toString('utf8').replace(/^\ufeff/, ''), format.list)
  const ids = rows.map((row) => idText(fieldOf(row, format.id)?.value) ?? null)
  // A row that has none of the names: this is another kind of file altogether.
  if (rows.length > 0 && ids.every((id) => id === null)) {
    throw new UnreadableStoreError(name, 'shape', format.id.join(', '))
  }
  const hash = createHash('sha256').update(bytes).digest('hex')
  const last = new Map(ids.map((id, index) => [id, index]))
  return {
    source: 'discord',
    origin: bot,
    name,
    size: bytes.length,
    hash: () => hash,
    close: async () => {},
    async *read() {
      for (let from = 0; from < rows.length; from += BATCH) {
        const items: OldItem[] = []
        const batch = rows.slice(from, from + BATCH)
        batch.forEach((row, offset) => {
          const id = ids[from + offset] ?? null
          convertRow(format, id, row, id === null || last.get(id) === from + offset, convert, items)
        })
        const read = Math.min(1, (from + batch.length) / rows.length)
        yield { items, done: Math.round(bytes.length * read) }
      }
    },
  }
}

async function readWhole(name: string, path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path)
    if (size > BYTES_MAX) throw new UnreadableStoreError(name, 'too_large', `${size}`)
    const bytes = await readFile(path)
    if (bytes.includes(0)) throw new UnreadableStoreError(name, 'encoding', 'UTF-16')
    return bytes
  } catch (error) {
    if (error instanceof UnreadableStoreError) throw error
    const { code = '' } = error as { code?: string }
    throw new UnreadableStoreError(name, code === 'EACCES' ? 'no_permission' : 'not_found', code)
  }
}

/** Hands a row on as a record of the old Discord store, whose rules hold for it too. */
function convertRow(
  format: ExportFormat,
  id: string | null,
  row: JsonObject,
  isLast: boolean,
  convert: Convert,
  items: OldItem[],
): void {
  const used = [format.id, format.xp, format.level, format.messages, format.username].map((names) =>
    fieldOf(row, names),
  )
  const [, xp, level, messages, username] = used
  const total = totalXp(format, xp?.value, level?.value)
  if (typeof total === 'object') {
    const { reason, value } = total
    items.push(rejectedWhole('discord', id, 'xp', reason, shown(value), { xp: xp?.value }))
    return
  }
  // Its own fields may be called like ours and mean something else: they are kept under the other program's name for it.
  const own = Object.fromEntries(
    Object.entries(row).filter(([key]) => !used.some((field) => field?.key === key)),
  )
  const record = {
    xp: total,
    username: username?.value,
    messages: messages?.value,
    level: level?.value,
    export: own,
  }
  convert(id, JSON.stringify(record), isLast, items)
}

/** All XP of a row, or why it cannot be told. */
function totalXp(
  { xpIs, curve }: ExportFormat,
  xp: unknown,
  level: unknown,
): number | { reason: RejectReason; value: unknown } {
  const points = readNumber(xp)
  if (points === 'not_a_number') return { reason: 'not_a_number', value: xp }
  if (points !== null && xpIs === 'total') return points
  const reached = readNumber(level)
  if (reached === null) return { reason: points === null ? 'no_xp' : 'bad_level', value: level ?? '' }
  if (reached === 'not_a_number' || !Number.isInteger(reached) || reached < 0 || reached > LEVEL_MAX) {
    return { reason: 'bad_level', value: level }
  }
  const total = curve.total(reached)
  if (points === null) return total
  const isBeyond = points >= curve.total(reached + 1) - total
  return isBeyond ? { reason: 'xp_beyond_level', value: `${reached} / ${points}` } : total + points
}

function fieldOf(row: JsonObject, names: readonly string[]): { key: string; value: unknown } | null {
  for (const name of names) {
    const wanted = plain(name)
    const key = Object.keys(row).find((candidate) => plain(candidate) === wanted)
    if (key !== undefined) return { key, value: row[key] }
  }
  return null
}

/** `User ID`, `user_id` and `userId` are one name. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_.-]/g, '')
}
