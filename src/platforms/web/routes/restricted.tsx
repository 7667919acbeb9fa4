import { Hono } from 'hono'
import { readRestriction } from '../../../core/restrictions/read-restriction.js'
import { RESTRICTED_PATH } from '../auth/restricted-gate.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import { RestrictedPage } from '../views/restricted.js'

/** `/restricted`: what an operator took away from the reader's account, why and until when. */
export function restrictedRoutes({ tools }: SignInKit): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const { db, now } = tools.deps

  app.get(RESTRICTED_PATH, async (c) => {
    const accountId = c.get('visitor')?.accountId ?? null
    const restriction = accountId === null ? null : await readRestriction(db.kysely, accountId, now())
    // Nobody else learns whether such a page exists.
    if (!restriction) return c.get('visitor') ? c.redirect('/', 303) : c.redirect('/login', 303)
    const { ui, frame } = tools.frame(c, { path: RESTRICTED_PATH, sheets: ['restricted'] })
    return tools.page(c, <RestrictedPage ui={ui} frame={frame} restriction={restriction} />, 200, 'no-store')
  })
  return app
}
