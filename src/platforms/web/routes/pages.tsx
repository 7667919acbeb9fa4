import { type Context, Hono } from 'hono'
import type { WebEnv } from '../http/client-address.js'
import { boardModel, homeModel, profileModel } from '../models.js'
import type { PageTools } from '../page-tools.js'
import { HomePage } from '../views/home.js'
import { LeaderboardPage } from '../views/leaderboard.js'
import { ProfilePage } from '../views/profile.js'
import { memberHref } from '../views/urls.js'

/** The pages that everyone may read: front page, board, profiles. */
export function pageRoutes({ deps, frame, page, fail }: PageTools): Hono<WebEnv> {
  const app = new Hono<WebEnv>()

  app.get('/', async (c) => {
    const model = await homeModel(deps)
    const { ui, frame: outer } = frame(c, { path: '/', liveUrl: '/live/home' })
    return page(c, <HomePage ui={ui} frame={outer} model={model} />)
  })

  app.get('/leaderboard', async (c) => {
    const after = c.req.query('after') ?? null
    if (after !== null && !/^\d{1,16}-\d{1,16}$/.test(after)) return fail(c, { kind: 'page_not_found' })
    const model = await boardModel(deps, after, c.get('visitor')?.accountId ?? null)
    const { ui, frame: outer } = frame(c, {
      path: '/leaderboard',
      query: after === null ? {} : { after },
      // Only the first page moves: further down, rows would jump from page to page.
      liveUrl: after === null ? '/live/leaderboard' : null,
    })
    return page(c, <LeaderboardPage ui={ui} frame={outer} model={model} />)
  })

  app.get('/u/:id', async (c) => {
    const id = accountIdIn(c)
    const own = id !== null && c.get('visitor')?.accountId === id
    const model = id === null ? null : await profileModel(deps, id, { own })
    if (!model) return fail(c, { kind: 'member_not_found' })
    const path = memberHref(model.accountId)
    // A hidden profile has no stream: streams do not know who reads them.
    const { ui, frame: outer } = frame(c, { path, liveUrl: model.hidden ? null : `/live${path}` })
    return page(c, <ProfilePage ui={ui} frame={outer} model={model} />)
  })

  return app
}

/** The account id in a path, or null when it is no such number. */
export function accountIdIn(c: Context): number | null {
  const text = c.req.param('id') ?? ''
  const id = Number(text)
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(id) ? id : null
}
