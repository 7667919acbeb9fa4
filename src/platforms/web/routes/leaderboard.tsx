import { Hono } from 'hono'
import { boardModel, readBoardRequest } from '../board-model.js'
import type { WebEnv } from '../http/client-address.js'
import type { PageTools } from '../page-tools.js'
import { LeaderboardPage } from '../views/leaderboard.js'
import { boardQuery, withQuery } from '../views/urls.js'

/** `/leaderboard`: boards by metric and period, and the search by name. All of it is plain GET. */
export function leaderboardRoutes({ deps, frame, page, fail }: PageTools): Hono<WebEnv> {
  const app = new Hono<WebEnv>()

  app.get('/leaderboard', async (c) => {
    const asked = readBoardRequest((name) => c.req.query(name))
    if (!asked) return fail(c, { kind: 'page_not_found' })
    const model = await boardModel(deps, asked, c.get('visitor')?.accountId ?? null)
    const { metric, period, after, typed } = asked
    const { ui, frame: outer } = frame(c, {
      path: '/leaderboard',
      query: boardQuery({ metric, period, after, name: model.search ? shortened(typed) : null }),
      // Only the first page moves: further down, rows would jump from page to page.
      liveUrl:
        model.firstPage && !model.search
          ? withQuery('/live/leaderboard', boardQuery({ metric, period }))
          : null,
      sheets: ['leaderboard'],
    })
    return page(c, <LeaderboardPage ui={ui} frame={outer} model={model} typed={shortened(typed)} />)
  })

  return app
}

/** What was typed, no longer than it can be typed into the form again. */
function shortened(typed: string | null): string {
  return [...(typed ?? '')].slice(0, 33).join('')
}
