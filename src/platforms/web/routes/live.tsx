import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { boardModel, readBoardRequest } from '../board-model.js'
import type { ClientAddress, WebEnv } from '../http/client-address.js'
import { preferences } from '../http/preferences.js'
import type { LiveHub, LiveTopic } from '../live/live-hub.js'
import { homeModel } from '../models.js'
import type { PageTools } from '../page-tools.js'
import { Board, CountedAt } from '../views/live-board.js'
import { ProfileStatistics, ProfileSummaryCard } from '../views/live-profile.js'
import { Pulse } from '../views/live-pulse.js'
import { TopList } from '../views/live-top.js'
import { renderFragment } from '../views/render.js'
import { ProfileChart } from '../views/xp-chart.js'
import { accountIdIn } from './pages.js'

const PROFILE_PAUSE_MS = 200
const BOARD_PAUSE_MS = 700

/** The streams behind the live pages: one kept-open response a page. */
export function liveRoutes(
  { deps, fail, profiles, words }: PageTools,
  hub: LiveHub,
  address: ClientAddress,
): Hono<WebEnv> {
  const app = new Hono<WebEnv>()

  const open = (c: Parameters<typeof fail>[0], topic: LiveTopic) => {
    const client = address.of(c)
    if (!hub.admits(client)) return fail(c, { kind: 'too_many_requests' })
    hub.open(topic, c.env.outgoing, client, preferences(c, false).locale)
    return RESPONSE_ALREADY_SENT
  }

  app.get('/home', (c) =>
    open(c, {
      key: 'home',
      pauseMs: BOARD_PAUSE_MS,
      concerns: () => true,
      render: async (locale) => {
        const ui = words(locale)
        const { pulse, top } = await homeModel(deps)
        return {
          pulse: renderFragment(<Pulse ui={ui} pulse={pulse} />),
          top: renderFragment(<TopList ui={ui} top={top} />),
        }
      },
    }),
  )

  app.get('/leaderboard', (c) => {
    const asked = readBoardRequest((name) => c.req.query(name))
    if (!asked) return fail(c, { kind: 'page_not_found' })
    const { metric, period } = asked
    /** Who stands on the page: when one of them hides, he is gone at once. */
    let shown = new Set<number>()
    return open(c, {
      key: `leaderboard/${metric}/${period}`,
      pauseMs: BOARD_PAUSE_MS,
      concerns: (ids) =>
        (metric === 'xp' && period === 'all') || ids.length === 0 || ids.some((id) => shown.has(id)),
      render: async (locale) => {
        const ui = words(locale)
        const model = await boardModel(deps, { metric, period, after: null, typed: null })
        shown = new Set(model.rows.map(({ accountId }) => accountId))
        return {
          board: renderFragment(<Board ui={ui} model={model} viewerId={null} />),
          counted: renderFragment(<CountedAt ui={ui} model={model} />),
        }
      },
    })
  })

  app.get('/u/:id', async (c) => {
    const id = accountIdIn(c)
    if (id === null || !(await profiles.read(id))) return fail(c, { kind: 'member_not_found' })
    return open(c, {
      key: `u/${id}`,
      pauseMs: PROFILE_PAUSE_MS,
      concerns: id,
      render: async (locale) => {
        const ui = words(locale)
        const model = await profiles.read(id)
        if (!model) return null
        return {
          summary: renderFragment(<ProfileSummaryCard ui={ui} summary={model.summary} />),
          chart: renderFragment(<ProfileChart ui={ui} days={model.xpDays} />),
          stats: renderFragment(<ProfileStatistics ui={ui} stats={model.stats} />),
        }
      },
    })
  })

  return app
}
