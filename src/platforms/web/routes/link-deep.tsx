import { Hono } from 'hono'
import { issueSiteLink, seeSiteLink } from '../../../core/linking/deep-link.js'
import { openBotLink, seeBotLink } from '../../../core/linking/open-bot-link.js'
import type { WebEnv } from '../http/client-address.js'
import { goTo } from '../http/go-to.js'
import { BotLinkPage, SiteLinkPage } from '../views/link-deep.js'
import { faceOf } from './link-face.js'
import { LINK_PATH, LINK_SHEETS, type LinkKit } from './link-kit.js'

const WAITS = `${LINK_PATH}/telegram`
const FROM_BOT = `${LINK_PATH}/tg/:token{[\\w-]{22}}`
const fresh = { fresh: true }

/** `/link/telegram`: a link into the bot and its number; `/link/tg/<token>`: a link from the bot (safety.md flow 2.2). */
export function linkDeepRoutes({ kit, context, actor }: LinkKit): Hono<WebEnv> {
  const { auth, forms, tools } = kit
  const { db, settings } = tools.deps
  const app = new Hono<WebEnv>()
  const keys = () => ({ ...context(), key: auth.linkKey })

  app.get(WAITS, async (c) => {
    const acting = await actor(c, WAITS)
    if (acting instanceof Response) return acting
    const link = await seeSiteLink(db.kysely, acting.member.sessionId, keys())
    const botUrl = settings.links().telegramUrl
    if (link.status === 'none' || botUrl === null) return c.redirect(LINK_PATH, 303)
    if (link.status === 'answered') return c.redirect(`${LINK_PATH}/request/${link.request}`, 303)
    const polls = link.status !== 'over'
    const { ui, frame } = tools.frame(c, { path: WAITS, sheets: LINK_SHEETS, polls })
    const model = { link, botUrl, token: forms.token(c) }
    return tools.page(c, <SiteLinkPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  app.post(WAITS, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const acting = await actor(c, LINK_PATH, fresh)
    if (acting instanceof Response) return acting
    const { who, member } = acting
    const maker = { who, accountId: member.accountId, sessionId: member.sessionId }
    await issueSiteLink(db, { ...maker, device: kit.browser(c).device }, keys())
    return c.redirect(WAITS, 303)
  })

  // The page asks by itself every other second, or is pressed.
  app.post(`${WAITS}/check`, async (c) => {
    const form = await forms.read(c)
    if (!form) return c.req.header('hx-request') ? goTo(c, WAITS) : tools.fail(c, { kind: 'stale_form' })
    const acting = await actor(c, WAITS)
    if (acting instanceof Response) return c.req.header('hx-request') ? goTo(c, WAITS) : acting
    const link = await seeSiteLink(db.kysely, acting.member.sessionId, keys())
    if (c.req.header('hx-request') && link.status === form.shown) return c.body(null, 204)
    return goTo(c, WAITS)
  })

  // Looking uses nothing up: previews of chats look too.
  app.get(FROM_BOT, async (c) => {
    const acting = await actor(c, c.req.path)
    if (acting instanceof Response) return acting
    const facts = await seeBotLink(db, c.req.param('token'), keys())
    const { ui, frame } = tools.frame(c, { path: c.req.path, sheets: LINK_SHEETS })
    const face = await faceOf(tools.deps.pictures, facts)
    const model = { facts, face, path: c.req.path, name: acting.member.displayName, token: forms.token(c) }
    const page = <BotLinkPage ui={ui} frame={frame} model={model} />
    return tools.page(c, page, facts ? 200 : 404, 'no-store')
  })

  app.post(FROM_BOT, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const acting = await actor(c, c.req.path, fresh)
    if (acting instanceof Response) return acting
    const request = await openBotLink(db, { token: c.req.param('token'), who: acting.who }, keys())
    return c.redirect(request === null ? c.req.path : `${LINK_PATH}/request/${request}`, 303)
  })

  return app
}
