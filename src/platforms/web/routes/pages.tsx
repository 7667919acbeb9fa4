import { type Context, Hono } from 'hono'
import { resolveAccount } from '../../../core/profiles/read-profile.js'
import type { PageCache } from '../cache/page-cache.js'
import type { WebEnv } from '../http/client-address.js'
import { homeModel, profileModel } from '../models.js'
import type { PageTools } from '../page-tools.js'
import { HomePage } from '../views/home.js'
import { ProfilePage } from '../views/profile.js'
import { renderPage } from '../views/render.js'
import { memberHref } from '../views/urls.js'

/** The pages that everyone may read: front page and profiles. */
export function pageRoutes({ deps, frame, page, send, fail, cache }: PageTools): Hono<WebEnv> {
  const app = new Hono<WebEnv>()

  app.get('/', async (c) => {
    const model = await homeModel(deps)
    const { ui, frame: outer } = frame(c, { path: '/', liveUrl: '/live/home' })
    return page(c, <HomePage ui={ui} frame={outer} model={model} />)
  })

  /** The page on which an account that was merged goes on, when everybody may see it. */
  const joinedTo = async (id: number): Promise<number | null> => {
    const now = await resolveAccount(deps.db.kysely, id)
    return now === null || now === id || !(await profileModel(deps, now)) ? null : now
  }

  /** A profile as everybody sees it who is not signed in; null when there is none to see. */
  const publicProfile = (c: Context<WebEnv>, id: number, kept: PageCache) => {
    const path = memberHref(id)
    const { ui, frame: outer } = frame(c, { path, liveUrl: `/live${path}` })
    return kept.page(`${path} ${ui.locale} ${outer.theme} ${outer.publicUrl}`, [id], async () => {
      const model = await profileModel(deps, id)
      if (!model) return null
      const imagePath = `${path}/card.png`
      const body = renderPage(<ProfilePage ui={ui} frame={outer} model={model} imagePath={imagePath} />)
      return { body, accountIds: [id], counts: false }
    })
  }

  app.get('/u/:id', async (c) => {
    const id = accountIdIn(c)
    const visitor = c.get('visitor')
    if (id !== null && cache && !visitor) {
      const kept = await publicProfile(c, id, cache)
      if (kept) return send(c, kept.body)
    }
    const own = id !== null && visitor?.accountId === id
    const model = id === null ? null : await profileModel(deps, id, { own })
    if (!model) {
      const now = id === null ? null : await joinedTo(id)
      return now === null ? fail(c, { kind: 'member_not_found' }) : c.redirect(memberHref(now), 302)
    }
    const path = memberHref(model.accountId)
    // A hidden profile has no stream: streams do not know who reads them.
    const { ui, frame: outer } = frame(c, { path, liveUrl: model.hidden ? null : `/live${path}` })
    const imagePath = model.hidden ? undefined : `${path}/card.png`
    return page(c, <ProfilePage ui={ui} frame={outer} model={model} imagePath={imagePath} own={own} />)
  })

  return app
}

/** The account id in a path, or null when it is no such number. */
export function accountIdIn(c: Context): number | null {
  const text = c.req.param('id') ?? ''
  const id = Number(text)
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(id) ? id : null
}
