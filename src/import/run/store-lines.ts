import type { OldRecord, OldStore, StageOrder, StagePiece } from '../records.js'
import { erasedBy } from './erased-people.js'
import { joinLines, linkLine, recordLine, rejectedLine, rowContext } from './stage-rows.js'
import { STAGE_TABLES, type StageTable } from './staging.js'

const BATCH = 2_000

/** Everything of a store as lines for the stage (stage-rows.ts), in pieces, in the order in which it lies there. Throws what the store throws. */
export async function* linesOf(
  store: Pick<OldStore, 'origin' | 'read'>,
  { firstNumber, erased }: StageOrder,
): AsyncGenerator<StagePiece> {
  const isErased = erasedBy(erased)
  const context = rowContext(isErased)
  const lines: Record<StageTable, string[]> = { records: [], links: [], rejected: [] }
  const piece = (done: number, least: number): StagePiece => ({
    done,
    newest,
    lines: STAGE_TABLES.flatMap((table) =>
      lines[table].length < least ? [] : [{ table, text: joinLines(lines[table].splice(0)) }],
    ),
  })
  let n = firstNumber
  let newest = 0
  let end = 0
  for await (const { items, done } of store.read()) {
    for (const item of items) {
      if (item.kind === 'record') {
        lines.records.push(recordLine(n++, store.origin, item.record, context))
        newest = Math.max(newest, newestIn(item.record))
      } else if (item.kind === 'rejected') lines.rejected.push(rejectedLine(item.rejected))
      else if (!isErased('telegram', item.link.telegramId) && !isErased('discord', item.link.discordId))
        lines.links.push(linkLine(item.link))
    }
    end = done
    if (STAGE_TABLES.some((table) => lines[table].length >= BATCH)) yield piece(done, BATCH)
  }
  yield piece(end, 1)
}

/** Milliseconds since 1970; 0 when the record knows no times. */
function newestIn(record: OldRecord): number {
  if (record.source === 'voice') return 0
  const daily = record.source === 'website' ? null : record.lastDaily
  return Math.max(record.lastActive?.getTime() ?? 0, record.createdAt?.getTime() ?? 0, daily?.getTime() ?? 0)
}
