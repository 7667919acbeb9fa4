import { type Context, Hono } from 'hono'
import { cancelLinkRequest } from '../../../core/linking/cancel-link-request.js'
import { confirmLinkRequest } from '../../../core/linking/confirm-link-request.js'
import { readLinkRequest } from '../../../core/linking/read-link-request.js'
import type { WebEnv } from '../http/client-address.js'
import { EndedPage, QUESTION_NOTES, RequestPage } from '../views/link-question.js'
import { faceOf } from './link-face.js'
import { type Actor, LINK_PATH, LINK_SHEETS, type LinkKit } from './link-kit.js'

const PATH = `${LINK_PATH}/request/:id{[0-9a-f-]{36}}`

/** `/link/request/<id>`: the question that a typed code opened, for either side; the code's owner answers last. */
export function linkQuestionRoutes({ kit, context, actor }: LinkKit): Hono<WebEnv> {
  const { forms, tools } = kit
  const { db } = tools.deps
  const app = new Hono<WebEnv>()
  const pathOf = (c: Context<WebEnv>) => `${LINK_PATH}/request/${c.req.param('id')}`

  app.get(PATH, async (c) => {
    const acting = await actor(c, pathOf(c))
    if (acting instanceof Response) return acting
    const request = c.req.param('id')
    const read = await readLinkRequest(db.kysely, { request, ...asker(acting), ...context() })
    const { ui, frame } = tools.frame(c, { path: pathOf(c), sheets: LINK_SHEETS })
    if (read.status === 'not_yours') {
      return tools.page(c, <EndedPage ui={ui} frame={frame} end={null} />, 404, 'no-store')
    }
    if (read.status === 'ended') {
      return tools.page(c, <EndedPage ui={ui} frame={frame} end={read.end} />, 200, 'no-store')
    }
    const note = QUESTION_NOTES.find((word) => word === c.req.query('note')) ?? null
    const face = await faceOf(tools.deps.pictures, read.other)
    const model = { request, read, face, note, token: forms.token(c) }
    return tools.page(c, <RequestPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(PATH, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const yes = form.answer === 'yes'
    // A no is never made difficult.
    const acting = await actor(c, pathOf(c), { fresh: yes })
    if (acting instanceof Response) return acting
    const asked = { request: c.req.param('id'), ...asker(acting) }
    if (!yes) {
      await cancelLinkRequest(db, asked, context())
      return c.redirect(pathOf(c), 303)
    }
    const result = await confirmLinkRequest(db, asked, context())
    const note =
      result.status === 'preview_changed' ? 'changed' : result.status === 'waits_owner' ? 'sent' : null
    return c.redirect(note ? `${pathOf(c)}?note=${note}` : pathOf(c), 303)
  })

  return app
}

/** Who asks, and from which session: a deep link is answered by the page that showed its number. */
function asker({ who, member }: Actor) {
  return { who, session: member.sessionId }
}
