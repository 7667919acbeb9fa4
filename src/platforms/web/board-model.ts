import { readBoard } from '../../core/boards/board.js'
import { findMembers, readNameQuery } from '../../core/boards/find-members.js'
import { type BoardChoice, isLive, readBoardState, readStandings } from '../../core/boards/standings.js'
import {
  parseCursor,
  periodStart,
  readTop,
  TOP_BOARDS,
  type TopBoard,
  type TopPeriod,
} from '../../core/boards/tops.js'
import { type ModelDeps, rankStepOf } from './models.js'
import type { BoardRow, BoardSearch, LeaderboardModel, OwnPlace, RankName } from './views/view-models.js'

const BOARD_ROWS = 50
/** Periods that have a tab. */
const PERIODS = ['all', 'month', 'week'] as const satisfies readonly TopPeriod[]

/** What an address asks the leaderboard for. */
export type BoardRequest = {
  metric: TopBoard
  period: (typeof PERIODS)[number]
  after: string | null
  /** A name as it was typed; null: the board itself. */
  typed: string | null
}

/** Reads the choices from an address; unknown ones are the default. Null for a key of paging that is none of ours. */
export function readBoardRequest(query: (name: string) => string | undefined): BoardRequest | null {
  const after = query('after') ?? null
  if (after !== null && !parseCursor(after)) return null
  const typed = query('q')?.trim()
  return {
    metric: TOP_BOARDS.find((metric) => metric === query('metric')) ?? 'xp',
    period: PERIODS.find((period) => period === query('period')) ?? 'all',
    after: typed ? null : after,
    typed: typed || null,
  }
}

/** A page of a board, or the members found by name with their places on it; the viewer's own place in any case. */
export async function boardModel(
  deps: ModelDeps,
  { metric, period, after, typed }: BoardRequest,
  viewerId: number | null = null,
): Promise<LeaderboardModel> {
  const choice = { board: metric, period, from: periodStart(period, deps.now(), deps.settings.timeZone) }
  const state = await readBoardState(deps.db.kysely, choice)
  const [page, search, own] = await Promise.all([
    typed === null && state.countedAt ? readRows(deps, choice, after) : { rows: [], next: null },
    typed === null ? null : searchModel(deps, choice, typed),
    viewerId === null ? null : ownPlace(deps, choice, viewerId, state.countedAt),
  ])
  return {
    metric,
    period,
    metrics: TOP_BOARDS,
    periods: PERIODS,
    rows: page.rows,
    firstPage: after === null,
    nextCursor: page.next,
    total: state.members,
    countedAt: isLive(metric, period) ? null : state.countedAt,
    own,
    search,
  }
}

async function readRows(deps: ModelDeps, choice: BoardChoice, after: string | null) {
  const { board, period } = choice
  if (isLive(board, period)) {
    const { entries, next } = await readBoard(deps.db.kysely, { limit: BOARD_ROWS, after })
    return { rows: entries.map((entry) => boardRow(deps, { ...entry, value: entry.xp })), next }
  }
  const { entries, next } = await readTop(deps.db.kysely, board, period, { limit: BOARD_ROWS, after })
  return { rows: entries.map((entry) => boardRow(deps, entry)), next }
}

async function searchModel(deps: ModelDeps, choice: BoardChoice, typed: string): Promise<BoardSearch> {
  const query = readNameQuery(typed)
  if (query.status !== 'ready') return { status: query.status }
  const { found, more } = await findMembers(deps.db.kysely, query.name)
  const ids = found.map(({ accountId }) => accountId)
  const stood = new Map(
    (await readStandings(deps.db.kysely, choice, ids)).map((standing) => [standing.accountId, standing]),
  )
  return {
    status: 'found',
    name: query.name,
    more,
    rows: found.map((member) => {
      const { place = null, value = 0 } = stood.get(member.accountId) ?? {}
      return { ...boardRow(deps, { ...member, named: true, place: 0, value }), place }
    }),
  }
}

async function ownPlace(
  deps: ModelDeps,
  choice: BoardChoice,
  viewerId: number,
  countedAt: Date | null,
): Promise<OwnPlace | null> {
  const [standing] = await readStandings(deps.db.kysely, choice, [viewerId])
  if (!standing) return null
  const { value, place, listed } = standing
  if (!listed) return { status: 'hidden' }
  if (value <= 0) return { status: 'nothing' }
  return { status: 'placed', accountId: viewerId, value, place, countedAt }
}

function boardRow(
  deps: ModelDeps,
  entry: {
    accountId: number
    displayName: string
    named: boolean
    place: number
    value: number
    rankId: number
  },
): BoardRow & { rank: RankName } {
  return {
    accountId: entry.accountId,
    displayName: entry.named ? entry.displayName : null,
    rank: rankStepOf(deps, entry.rankId),
    place: entry.place,
    value: entry.value,
  }
}
