import type { Reader } from '../../db/connect.js'
import { readBoard } from './board.js'
import { type BoardChoice, isLive, readBoardState } from './standings.js'
import { readTop, TOPS_KEPT } from './tops.js'

export type BoardRow = {
  place: number
  accountId: number
  displayName: string
  /** False: he never acted himself, so that he is listed under no name. */
  named: boolean
  rankId: number
  /** XP, coins, seconds in voice, messages or games. */
  value: number
}

export type NumberedPage = {
  rows: BoardRow[]
  /** Members on the board, as far as it is kept. */
  total: number
  hasNext: boolean
}

/**
 * A page of a board by its number, from 0, for surfaces without keys of paging. A count of a period that has ended since
 * is none. The board of all XP is read from its start, so its pages should be few.
 */
export async function readBoardPage(
  reader: Reader,
  choice: BoardChoice,
  { page, size }: { page: number; size: number },
): Promise<NumberedPage> {
  const { board, period } = choice
  const { members, countedAt } = await readBoardState(reader, choice)
  const total = Math.min(members, TOPS_KEPT)
  const offset = page * size
  if (!isLive(board, period)) {
    if (countedAt === null) return { rows: [], total: 0, hasNext: false }
    const { entries, next } = await readTop(reader, board, period, { limit: size, offset })
    return { rows: entries, total, hasNext: next !== null }
  }
  const { entries, next } = await readBoard(reader, { limit: offset + size })
  const rows = entries.slice(offset).map((entry) => ({ ...entry, value: entry.xp }))
  // Whoever has just come is listed before he is counted.
  return { rows, total: Math.max(total, offset + rows.length), hasNext: next !== null }
}
