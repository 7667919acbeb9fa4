import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { routePath } from 'hono/route'
import { communityDay } from '../../core/progression/community-day.js'
import { livingSessions } from '../../core/website/living-sessions.js'
import type { Visitor } from '../../core/website/sessions.js'
import { isUnavailable } from '../../db/unavailable.js'
import type { Locale } from '../../i18n/translate.js'
import { adminHrefOf } from './admin/admin-right.js'
import { adminRoutes } from './admin/admin-routes.js'
import { apiRoutes } from './api/api-routes.js'
import { closingGate } from './auth/closing-gate.js'
import { restrictedGate } from './auth/restricted-gate.js'
import { createSignInKit } from './auth/sign-in-kit.js'
import { PageCache } from './cache/page-cache.js'
import type { WebDeps } from './deps.js'
import { createAssets } from './http/assets.js'
import { isCleanUrl } from './http/clean-url.js'
import { clientAddress, type WebEnv } from './http/client-address.js'
import { type Preferences, preferences } from './http/preferences.js'
import { safeHeaders, securityHeaders } from './http/security-headers.js'
import { LiveHub } from './live/live-hub.js'
import { OwnStreams } from './live/own-streams.js'
import { createProfileReader } from './models.js'
import { createOpenPages } from './open/create-open-pages.js'
import { type LongWay, OpenDoor } from './open/open-door.js'
import { createOpenPageAt } from './open/open-page-at.js'
import type { PageBytes } from './open/page-bytes.js'
import type { OwnFrame, PageTools } from './page-tools.js'
import { healthRoutes } from './routes/health.js'
import { leaderboardRoutes } from './routes/leaderboard.js'
import { linkingRoutes } from './routes/linking.js'
import { liveRoutes } from './routes/live.js'
import { oldClaimsRoutes } from './routes/old-claims.js'
import { ownLiveRoutes } from './routes/own-live.js'
import { OWN_PATH, ownProfileRoutes } from './routes/own-profile.js'
import { pageRoutes } from './routes/pages.js'
import { pictureRoutes } from './routes/pictures.js'
import { restrictedRoutes } from './routes/restricted.js'
import { sessionRoutes } from './routes/sessions.js'
import { settingsRoutes } from './routes/settings.js'
import { dataRoutes } from './routes/settings-data.js'
import { securityRoutes } from './routes/settings-security.js'
import { signInRoutes } from './routes/sign-in.js'
import { emailRoutes } from './routes/sign-in-email.js'
import { statementRoutes } from './routes/statement.js'
import { linkRoutes } from './routes/telegram-sign-in.js'
import { ERROR_STATUS, ErrorPage } from './views/error-page.js'
import { renderPage } from './views/render.js'
import { createUi, type Ui } from './views/ui.js'
import type { Viewer } from './views/view-models.js'

export type Site = {
  fetch: Hono<WebEnv>['fetch']
  /** Answers a request; `longWay` is `fetch` behind Node's own request and response. */
  handle(incoming: IncomingMessage, outgoing: ServerResponse, longWay: LongWay): void
  /** Every route there is, as the router knows it: proofs about all of them read it. `ALL` is a middleware. */
  readonly routes: readonly { method: string; path: string }[]
  /** Open live pages. */
  readers(): number
  /** An address that forwards for others and is not in TRUST_PROXY; null while none was seen. */
  unlistedProxy(): string | null
  close(): void
}

const BODY_BYTES_MAX = 64 * 1024
/** About 1,200 profile pages. */
const PAGE_CACHE_BYTES_MAX = 32 * 1024 * 1024
const HTML = 'text/html; charset=UTF-8'
/** How pages are kept by browsers, and what they differ by. */
const CACHING = { 'cache-control': 'no-cache', vary: 'cookie, accept-language' }

/** The website: pages, their live streams, static files, health. Opens no port itself. */
export function createSite(deps: WebDeps): Site {
  const { settings, log } = deps
  const https = settings.publicUrl.startsWith('https:')
  const assets = createAssets()
  const address = clientAddress(settings.trustProxy)
  const hub = new LiveHub({
    perAddressMax: settings.ssePerAddress,
    onError: (error) => {
      if (!isUnavailable(error)) log.error({ err: error }, 'a live page could not be drawn')
    },
  })
  const streams = new OwnStreams({
    hub,
    living: (ids) => livingSessions(deps.db.kysely, ids, deps.now()),
    today: () => communityDay(deps.now(), settings.timeZone),
    onError: (error) => {
      if (!isUnavailable(error)) log.error({ err: error }, 'open pages could not be looked after')
    },
  })
  const { pageCacheMs } = settings
  const cache = pageCacheMs
    ? new PageCache<PageBytes>({
        ageMsMax: pageCacheMs,
        sizeMax: PAGE_CACHE_BYTES_MAX,
        isTold: () => deps.changes.isConnected,
        clock: () => performance.now(),
      })
    : null
  const unsubscribe = [
    deps.changes.onChanged((ids) => {
      cache?.changed(ids)
      hub.changed(ids)
    }),
    deps.changes.onConnected(() => {
      cache?.clear()
      hub.changedAll()
    }),
  ]

  const words = new Map<string, Ui>()
  const wordsOf = (locale: Locale): Ui => {
    const ui = words.get(locale) ?? createUi(locale, settings.timeZone)
    words.set(locale, ui)
    return ui
  }
  const framed = ({ locale, theme }: Preferences, own: OwnFrame, viewer: Viewer | null = null) => {
    const ui = wordsOf(locale)
    const { publicUrl, sandbox } = settings
    const signInHref = kit ? '/login' : null
    return {
      ui,
      frame: { ...own, theme, publicUrl, assetVersion: assets.version, sandbox, signInHref, viewer },
    }
  }
  const profiles = createProfileReader(deps)
  const openPages = createOpenPages({
    cache,
    head: [
      ...safeHeaders({ sandbox: settings.sandbox, https }),
      ['content-type', HTML],
      ['cache-control', CACHING['cache-control']],
      ['vary', `${CACHING.vary}, Accept-Encoding`],
    ].flat(),
    framed,
  })
  const door = new OpenDoor({
    pages: openPages,
    pageAt: createOpenPageAt(deps, profiles),
    onAnswer: deps.onAnswer,
    clock: () => performance.now(),
  })
  const tools: PageTools = {
    deps,
    words: wordsOf,
    profiles,
    open: async (c, page) => (await openPages.read(page, preferences(c, https)))?.plain() ?? null,
    frame(c, own) {
      const visitor = c.get('visitor')
      const viewer = kit && visitor ? viewerOf(visitor, kit.forms.token(c), kit.auth.admins) : null
      return framed(preferences(c, https), own, viewer)
    },
    page(c, element, status = 200, caching = 'no-cache') {
      return tools.send(c, renderPage(element), status, caching)
    },
    send(c, drawn, status = 200, caching = 'no-cache') {
      const body = typeof drawn === 'string' ? Buffer.from(drawn, 'latin1') : drawn
      return c.body(body as Buffer<ArrayBuffer>, status, {
        'content-type': HTML,
        ...CACHING,
        'cache-control': c.get('visitor') ? `private, ${caching}` : caching,
      })
    },
    fail(c, model) {
      const { ui, frame } = tools.frame(c, { path: safePath(c) })
      return tools.page(c, ErrorPage({ ui, frame, model }), ERROR_STATUS[model.kind])
    },
  }

  const kit = deps.auth ? createSignInKit(deps.auth, tools, address) : null

  const app = new Hono<WebEnv>()
  app.use(async (c, next) => {
    const began = performance.now()
    await next()
    deps.onAnswer(c.req.method, routePath(c, -1), c.res.status, (performance.now() - began) / 1000)
  })
  app.use(securityHeaders({ sandbox: settings.sandbox, https }))
  // Before everything that is for people: no cookies, no pages, errors of its own.
  app.route('/api/v1', apiRoutes(deps))
  app.use((c, next) =>
    isCleanUrl(c.req.url) ? next() : Promise.resolve(tools.fail(c, { kind: 'page_not_found' })),
  )
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: (c) => c.text('too large', 413) }))
  app.route('/', healthRoutes(deps, address))
  app.route('/assets', assets.app)
  app.route('/live', liveRoutes(tools, hub, address))
  if (kit) app.route('/live', ownLiveRoutes(kit, { hub, streams, address }))
  const { playground, telegramWebhook } = deps
  if (playground) {
    app.all('/sandbox', (c) => playground(c.req.raw))
    app.all('/sandbox/*', (c) => playground(c.req.raw))
  }
  if (telegramWebhook) app.post('/telegram/webhook', (c) => telegramWebhook(c.req.raw))
  app.use(compress({ threshold: 1024 }))
  if (kit) {
    app.use(kit.visitors)
    app.use(restrictedGate)
    app.route('/', restrictedRoutes(kit))
    app.use(closingGate)
    app.route('/', signInRoutes(kit))
    app.route('/', emailRoutes(kit))
    app.route('/', linkRoutes(kit))
    app.route('/', sessionRoutes(kit))
    app.route('/', settingsRoutes(kit))
    app.route('/', securityRoutes(kit))
    app.route('/', dataRoutes(kit))
    app.route('/', ownProfileRoutes(kit))
    app.route('/', statementRoutes(kit))
    app.route('/', oldClaimsRoutes(kit))
    app.route('/', adminRoutes(kit))
    if (deps.linking) app.route('/', linkingRoutes(kit, deps.linking))
  }
  app.route('/', pageRoutes(tools))
  app.route('/', pictureRoutes(tools))
  app.route('/', leaderboardRoutes(tools))
  app.notFound((c) => tools.fail(c as Context<WebEnv>, { kind: 'page_not_found' }))
  app.onError((error, c) => {
    if (isUnavailable(error)) return tools.fail(c as Context<WebEnv>, { kind: 'unavailable' })
    const reference = deps.newId().slice(-8)
    log.error({ err: error, reference, path: safePath(c) }, 'a page failed')
    return tools.fail(c as Context<WebEnv>, { kind: 'internal', reference })
  })

  return {
    fetch: app.fetch,
    handle: (incoming, outgoing, longWay) => door.handle(incoming, outgoing, longWay),
    routes: app.routes.map(({ method, path }) => ({ method, path })),
    readers: () => hub.readers,
    unlistedProxy: () => address.unlistedProxy,
    close() {
      for (const stop of unsubscribe) stop()
      streams.close()
      hub.close()
    },
  }
}

/** The reader as the frame knows him. A login that leads to no account has a page of its own instead of a profile. */
function viewerOf(visitor: Visitor, formToken: string, admins: ReadonlySet<string>): Viewer {
  const { accountId, closing } = visitor
  const adminHref = adminHrefOf(visitor, admins)
  const href = accountId === null ? '/settings/sessions' : OWN_PATH
  return { accountId, formToken, href, ...(closing && { closing }), ...(adminHref && { adminHref }) }
}

/** The request's path when it is plainly one of ours; anything else may not come back in links or logs. */
function safePath(c: Context): string {
  return /^[/\w.-]{1,200}$/.test(c.req.path) ? c.req.path : '/'
}
