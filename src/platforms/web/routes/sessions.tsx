import { Hono } from 'hono'
import { endOtherSessions, endSession, listSessions } from '../../../core/website/sessions.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import { SessionsPage } from '../views/sessions.js'

const PATH = '/settings/sessions'
const COUNT_MAX = 100

/** `/settings/sessions`: the browsers in which the account is open, each of which its owner may end. */
export function sessionRoutes({ forms, tools }: SignInKit): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const { db, now } = tools.deps

  app.get(PATH, async (c) => {
    const visitor = c.get('visitor')
    if (!visitor) return c.redirect(`/login?next=${PATH}`, 302)
    const ended = Number(c.req.query('ended_others'))
    const note =
      c.req.query('ended') === '1'
        ? ({ kind: 'ended' } as const)
        : Number.isInteger(ended) && ended > 0 && ended <= COUNT_MAX
          ? ({ kind: 'ended_others', count: ended } as const)
          : null
    const { ui, frame } = tools.frame(c, { path: PATH, sheets: ['settings'] })
    const model = {
      sessions: await listSessions(db.kysely, visitor, now()),
      unproven: visitor.accountId === null,
      note,
      token: forms.token(c),
    }
    return tools.page(c, <SessionsPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(`${PATH}/end`, async (c) => {
    const form = await forms.read(c)
    const visitor = c.get('visitor')
    if (!form || !visitor) return tools.fail(c, { kind: 'stale_form' })
    await endSession(db, visitor, form.session ?? '')
    return c.redirect(`${PATH}?ended=1`, 303)
  })

  app.post(`${PATH}/end-others`, async (c) => {
    const form = await forms.read(c)
    const visitor = c.get('visitor')
    if (!form || !visitor) return tools.fail(c, { kind: 'stale_form' })
    const count = await endOtherSessions(db, visitor)
    return c.redirect(`${PATH}?ended_others=${Math.min(count, COUNT_MAX)}`, 303)
  })

  return app
}
