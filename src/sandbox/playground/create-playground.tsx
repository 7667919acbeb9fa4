import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie } from 'hono/cookie'
import { LOCALES, type Locale, localeFrom, translator } from '../../i18n/translate.js'
import type { TelegramSandbox } from '../telegram/start-telegram-sandbox.js'
import { loopbackOnly, pageHeaders, sameOriginJson } from './guard.js'
import { PlaygroundPage } from './page.js'
import type { PlaygroundPane } from './pane.js'
import { telegramRoutes } from './telegram-routes.js'
import { pageWords } from './words.js'

const BODY_BYTES_MAX = 64 * 1024

export interface PlaygroundOptions {
  telegram: TelegramSandbox
  /** The Discord pane, when that sandbox runs too. */
  discord?: PlaygroundPane
  /** Path below which the site mounts this; routes carry it already. Default `/sandbox`. */
  base?: string
  /** What the website's frame opens first. Only its path counts: the frame shows the origin of this page. Default `/`. */
  siteUrl?: string
  /** The port that the page is served on; the Host header must then name it. */
  port?: () => number
  /** Origins whose pages the website's frame may show besides the site: the sandbox's own Discord. Default none. */
  frameOrigins?: readonly string[]
  /** Address of a file of `public/`. Default `/assets/<file>`. */
  assetHref?: (file: string) => string
  /** The reader's language. Default: `?lang=`, the cookie `lang`, then the browser's wish, as on the website. */
  locale?: (c: Context) => Locale
}

/**
 * The playground: an invented Telegram (and Discord) to act in, beside the website. For loopback only, and only while
 * the sandbox is on. Ask it with `playground.fetch(request)`; it answers everything below its base path.
 */
export function createPlayground(options: PlaygroundOptions): Hono {
  const { telegram, discord, base = '/sandbox' } = options
  const assetHref = options.assetHref ?? ((file) => `/assets/${file}`)
  const site = new URL(options.siteUrl ?? '/', 'http://127.0.0.1')
  const app = new Hono().basePath(base)
  app.use(pageHeaders(options.frameOrigins ?? []))
  app.use(loopbackOnly(options.port))
  app.use(sameOriginJson())
  app.use(bodyLimit({ maxSize: BODY_BYTES_MAX }))
  app.route('/telegram', telegramRoutes(telegram))
  if (discord) app.route(`/${discord.name}`, discord.routes)
  app.get('/', async (c) => {
    const locale = (options.locale ?? readLocale)(c)
    const t = translator(locale)
    const body = discord && (await discord.render({ locale, t, base }))
    const page = (
      <PlaygroundPage
        t={t}
        locale={locale}
        theme={readTheme(c)}
        base={base}
        sitePath={site.pathname + site.search}
        assetHref={assetHref}
        telegram={telegram}
        extra={discord && body ? { pane: discord, body } : undefined}
        words={pageWords(locale)}
      />
    )
    return c.html(`<!doctype html>${page}`)
  })
  return app
}

function readLocale(c: Context): Locale {
  const wanted = [c.req.query('lang'), getCookie(c, 'lang')]
  for (const one of wanted) {
    const known = LOCALES.find((locale) => locale === one)
    if (known) return known
  }
  return localeFrom(c.req.header('accept-language')?.split(',')[0]?.split(';')[0]?.trim())
}

function readTheme(c: Context): 'auto' | 'light' | 'dark' {
  const theme = c.req.query('theme') ?? getCookie(c, 'theme')
  return theme === 'light' || theme === 'dark' ? theme : 'auto'
}
