import { randomInt } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { type SeenLink, seeLink } from '../../../core/website/sign-in-link.js'
import { takeUpLink } from '../../../core/website/telegram-sign-in.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { Refused, SignedIn } from '../auth/web-auth.js'
import type { WebEnv } from '../http/client-address.js'
import { goTo } from '../http/go-to.js'
import type { ProblemNote } from '../views/sign-in.js'
import { LinkPage } from '../views/telegram-sign-in.js'

const TELEGRAM = '/login/tg/:token{[\\w-]{22}}'
const OPERATOR = '/login/link/:token{[\\w-]{22}}'

/** Sign-in links: from the Telegram bot (safety.md flow 2.7) and from an operator. Looking uses nothing up. */
export function linkRoutes(kit: SignInKit): Hono<WebEnv> {
  const { auth, forms, tools } = kit
  const { db, now, newId, settings } = tools.deps
  const app = new Hono<WebEnv>()
  const keys = () => ({ now: now(), key: auth.linkKey })

  const show = (c: Context<WebEnv>, link: SeenLink, note: ProblemNote | null = null) => {
    const path = c.req.path.replace(/\/enter$/, '')
    const polls = link.status === 'waiting' || link.status === 'approved'
    const { ui, frame } = tools.frame(c, { path, polls })
    const model = {
      link,
      path,
      note,
      openAs: c.get('visitor')?.displayName ?? null,
      botUrl: settings.links().telegramUrl,
      token: forms.token(c),
    }
    const status = link.status === 'gone' ? 404 : 200
    return tools.page(c, <LinkPage ui={ui} frame={frame} model={model} />, status, 'no-store')
  }

  const look = (kind: 'telegram' | 'operator') => async (c: Context<WebEnv>) => {
    const away = kit.elsewhere(c)
    if (away) return away
    if (!(await auth.admits(kit.request(c), 'link_page'))) return tools.fail(c, { kind: 'too_many_requests' })
    const link = await seeLink(db.kysely, c.req.param('token') ?? '', kit.browser(c), keys())
    const other = link.status === 'open' && link.kind !== kind
    return show(c, other ? { status: 'gone' } : link)
  }
  app.get(TELEGRAM, look('telegram'))
  app.get(OPERATOR, look('operator'))

  app.post(TELEGRAM, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    if (!(await auth.admits(kit.request(c), 'link_page'))) return tools.fail(c, { kind: 'too_many_requests' })
    // An open account is left first, by a press of its own.
    if (c.get('visitor')) return c.redirect(c.req.path, 303)
    const context = { ...keys(), newId, random: (n: number) => randomInt(n) }
    await takeUpLink(db, c.req.param('token'), kit.browser(c), context)
    return c.redirect(c.req.path, 303)
  })

  /** Where the browser goes next: the page asks by itself every other second, or is pressed. */
  const lead = (c: Context<WebEnv>, ending: SignedIn | Refused, page: string) => {
    kit.cookies(c, ending.cookies)
    const refused = ending.status === 'refused'
    const to = refused ? `/login?problem=${ending.problem}` : ending.accountId === null ? page : '/profile'
    return goTo(c, to)
  }

  app.post(`${TELEGRAM}/enter`, async (c) => {
    const page = c.req.path.replace(/\/enter$/, '')
    const form = await forms.read(c)
    if (!form) return c.req.header('hx-request') ? goTo(c, page) : tools.fail(c, { kind: 'stale_form' })
    const token = c.req.param('token')
    const browser = kit.browser(c)
    const request = kit.request(c)
    if (request.visitor) return goTo(c, page)
    const ending = await auth.enterByTelegram(request, token, browser)
    if (ending.status !== 'not_yet') return lead(c, ending, page)
    const link = await seeLink(db.kysely, token, browser, keys())
    const waits = link.status === 'waiting' || link.status === 'approved'
    if (waits && c.req.header('hx-request')) return c.body(null, 204)
    return goTo(c, page)
  })

  app.post(`${OPERATOR}/enter`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    if (!(await auth.admits(kit.request(c), 'link_page'))) return tools.fail(c, { kind: 'too_many_requests' })
    const page = c.req.path.replace(/\/enter$/, '')
    if (c.get('visitor')) return c.redirect(page, 303)
    return lead(c, await auth.enterByOperator(kit.request(c), c.req.param('token'), kit.browser(c)), page)
  })

  return app
}
