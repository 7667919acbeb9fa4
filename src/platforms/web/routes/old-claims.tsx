import { Hono } from 'hono'
import { readLinkOffers } from '../../../core/imports/read-reviews.js'
import { readClosedLogin, removeClosedLogin } from '../../../core/website/unproven-emails.js'
import { memberOf } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import { OLD_CLAIMS_PATH, OldClaimsPage } from '../views/old-claims.js'

/** `/link/old`: old records that name the member without proof, to be linked by the ordinary way or told off. */
export function oldClaimsRoutes({ forms, tools }: SignInKit): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const { db } = tools.deps

  app.get(OLD_CLAIMS_PATH, async (c) => {
    const member = memberOf(c, OLD_CLAIMS_PATH)
    if (member instanceof Response) return member
    const model = {
      closed: await readClosedLogin(db.kysely, member.accountId),
      offers: await readLinkOffers(db.kysely, member.accountId),
      removed: c.req.query('done') === 'removed',
      token: forms.token(c),
    }
    const { ui, frame } = tools.frame(c, { path: OLD_CLAIMS_PATH, sheets: ['settings'] })
    return tools.page(c, <OldClaimsPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(`${OLD_CLAIMS_PATH}/remove`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const member = memberOf(c, OLD_CLAIMS_PATH, { fresh: true })
    if (member instanceof Response) return member
    await removeClosedLogin(db, member.accountId)
    return c.redirect(`${OLD_CLAIMS_PATH}?done=removed`, 303)
  })

  return app
}
