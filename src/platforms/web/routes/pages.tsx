import { type Context, Hono } from 'hono'
import { resolveAccount } from '../../../core/profiles/read-profile.js'
import type { WebEnv } from '../http/client-address.js'
import { numberIn } from '../http/number-in.js'
import { homeModel } from '../models.js'
import { openProfile } from '../open/open-profile.js'
import type { PageTools } from '../page-tools.js'
import { HomePage } from '../views/home.js'
import { ProfilePage } from '../views/profile.js'
import { memberHref } from '../views/urls.js'

/** The pages that everyone may read: front page and profiles. */
export function pageRoutes({ deps, frame, page, send, fail, profiles, open }: PageTools): Hono<WebEnv> {
  const app = new Hono<WebEnv>()

  app.get('/', async (c) => {
    const model = await homeModel(deps)
    const { ui, frame: outer } = frame(c, { path: '/', liveUrl: '/live/home' })
    return page(c, <HomePage ui={ui} frame={outer} model={model} />)
  })

  /** The page on which an account that was merged goes on, when everybody may see it. */
  const joinedTo = async (id: number): Promise<number | null> => {
    const now = await resolveAccount(deps.db.kysely, id)
    return now === null || now === id || !(await profiles.read(now)) ? null : now
  }

  app.get('/u/:id', async (c) => {
    const id = accountIdIn(c)
    if (id === null) return fail(c, { kind: 'member_not_found' })
    const visitor = c.get('visitor')
    const everybodys = openProfile(profiles, id)
    const markup = visitor ? null : await open(c, everybodys)
    if (markup !== null) return send(c, markup)
    const own = visitor?.accountId === id
    const model = visitor ? await profiles.read(id, { own }) : null
    if (!model) {
      const now = await joinedTo(id)
      return now === null ? fail(c, { kind: 'member_not_found' }) : c.redirect(memberHref(now), 302)
    }
    // A hidden profile has no stream: streams do not know who reads them.
    const { ui, frame: outer } = frame(c, { ...everybodys.frame, ...(model.hidden && { liveUrl: null }) })
    const imagePath = model.hidden ? undefined : `${memberHref(id)}/card.png`
    return page(c, <ProfilePage ui={ui} frame={outer} model={model} imagePath={imagePath} own={own} />)
  })

  return app
}

/** The account id in a path, or null when it is no such number. */
export function accountIdIn(c: Context): number | null {
  return numberIn(c.req.param('id'))
}
