import { type BoardRequest, boardModel } from '../board-model.js'
import type { ModelDeps } from '../models.js'
import { LeaderboardPage } from '../views/leaderboard.js'
import { renderPage } from '../views/render.js'
import { boardQuery, withQuery } from '../views/urls.js'
import type { OpenPage } from './open-page.js'

const PATH = '/leaderboard'

/** The first page of a board as everybody sees it. */
export function openBoard(
  deps: ModelDeps,
  { metric, period }: Pick<BoardRequest, 'metric' | 'period'>,
): OpenPage {
  const query = boardQuery({ metric, period })
  return {
    key: `board ${metric} ${period}`,
    route: PATH,
    about: null,
    frame: { path: PATH, query, liveUrl: withQuery('/live/leaderboard', query), sheets: ['leaderboard'] },
    async draw(ui, frame) {
      const model = await boardModel(deps, { metric, period, after: null, typed: null })
      const page = <LeaderboardPage ui={ui} frame={frame} model={model} typed="" />
      return {
        body: renderPage(page),
        accountIds: model.rows.map(({ accountId }) => accountId),
        counts: true,
      }
    },
  }
}
