import { type Context, Hono } from 'hono'
import { answerDiscordLink } from '../../../core/linking/answer-discord-link.js'
import { readDiscordLink } from '../../../core/linking/read-discord-link.js'
import type { Visitor } from '../../../core/website/sessions.js'
import { memberOf } from '../auth/guard.js'
import type { WebEnv } from '../http/client-address.js'
import { DiscordLinkPage, ToDiscordPage } from '../views/link-discord.js'
import { EndedPage } from '../views/link-question.js'
import { faceOf } from './link-face.js'
import { LINK_PATH, LINK_SHEETS, type LinkKit } from './link-kit.js'

const CONFIRM = `${LINK_PATH}/confirm`

/** `/link/discord` and `/link/confirm`: linking what one is at Discord, by Discord's own sign-in (safety.md flow 2.3). */
export function linkDiscordRoutes({ kit, context }: LinkKit): Hono<WebEnv> {
  const { auth, forms, tools } = kit
  const { db } = tools.deps
  const app = new Hono<WebEnv>()

  /** Whose session it is; a login that opens nothing yet may link too. */
  const freshVisitor = (c: Context<WebEnv>, path: string): Visitor | Response => {
    const visitor = c.get('visitor')
    if (visitor && visitor.accountId === null) {
      return visitor.fresh ? visitor : c.redirect('/login?next=/link&again=1', 303)
    }
    return memberOf(c, path, { fresh: true })
  }

  app.post(`${LINK_PATH}/discord`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const visitor = freshVisitor(c, LINK_PATH)
    if (visitor instanceof Response) return visitor
    const begun = await auth.startDiscordLink(kit.request(c))
    kit.cookies(c, begun.cookies)
    c.header('cache-control', 'no-store')
    if (begun.status === 'refused') return c.redirect(`${LINK_PATH}?problem=${begun.problem}`, 303)
    // Our policy keeps forms, and what they are redirected to, on this site: a page in between leads on by itself.
    c.header('refresh', `0; url=${begun.url}`)
    const { ui, frame } = tools.frame(c, { path: LINK_PATH, sheets: LINK_SHEETS })
    return tools.page(c, <ToDiscordPage ui={ui} frame={frame} url={begun.url} />, 200, 'no-store')
  })

  app.get(CONFIRM, async (c) => {
    const visitor = c.get('visitor')
    if (!visitor) return memberOf(c, CONFIRM) as Response
    const read = await readDiscordLink(db, visitor, context())
    const { ui, frame } = tools.frame(c, { path: CONFIRM, sheets: LINK_SHEETS })
    if (read.status === 'none') {
      return tools.page(c, <EndedPage ui={ui} frame={frame} end={null} />, 404, 'no-store')
    }
    if (read.status === 'ended') {
      return tools.page(c, <EndedPage ui={ui} frame={frame} end={read.end} />, 200, 'no-store')
    }
    const changed = c.req.query('note') === 'changed'
    const { pictures } = tools.deps
    const { own, theirs } = read
    const faces = {
      own: await faceOf(pictures, own),
      theirs: await faceOf(pictures, 'platform' in theirs ? theirs : null),
    }
    const model = { read, faces, changed, name: visitor.displayName, token: forms.token(c) }
    return tools.page(c, <DiscordLinkPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(CONFIRM, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const yes = form.answer === 'yes'
    const visitor = yes ? freshVisitor(c, LINK_PATH) : c.get('visitor')
    if (visitor instanceof Response) return visitor
    if (!visitor) return c.redirect('/login', 303)
    const asked = { visitor, request: form.request ?? '', yes }
    const result = await answerDiscordLink(db, asked, context())
    return c.redirect(result.status === 'preview_changed' ? `${CONFIRM}?note=changed` : CONFIRM, 303)
  })

  return app
}
