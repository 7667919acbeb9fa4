import { Hono } from 'hono'
import { boardModel, readBoardRequest } from '../board-model.js'
import type { WebEnv } from '../http/client-address.js'
import { openBoard } from '../open/open-board.js'
import type { PageTools } from '../page-tools.js'
import { LeaderboardPage } from '../views/leaderboard.js'
import { boardQuery } from '../views/urls.js'

/** `/leaderboard`: boards by metric and period, and the search by name. All of it is plain GET. */
export function leaderboardRoutes({ deps, frame, page, send, fail, open }: PageTools): Hono<WebEnv> {
  const app = new Hono<WebEnv>()

  app.get('/leaderboard', async (c) => {
    const asked = readBoardRequest((name) => c.req.query(name))
    if (!asked) return fail(c, { kind: 'page_not_found' })
    const { metric, period, after, typed } = asked
    const visitor = c.get('visitor')
    const board = openBoard(deps, asked)
    const isFirst = after === null && typed === null
    // First pages are what many read; what was searched or paged to is drawn for whoever asks.
    const kept = isFirst && !visitor ? await open(c, board) : null
    if (kept !== null) return send(c, kept)
    const query = boardQuery({ metric, period, after, name: shortened(typed) })
    // Only the first page moves: further down, rows would jump from page to page.
    const { ui, frame: outer } = frame(c, isFirst ? board.frame : { ...board.frame, query, liveUrl: null })
    const model = await boardModel(deps, asked, visitor?.accountId ?? null)
    return page(c, <LeaderboardPage ui={ui} frame={outer} model={model} typed={shortened(typed)} />)
  })

  return app
}

/** What was typed, no longer than it can be typed into the form again. */
function shortened(typed: string | null): string {
  return [...(typed ?? '')].slice(0, 33).join('')
}
