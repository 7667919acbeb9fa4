import { type Context, Hono } from 'hono'
import type { AvatarSource } from '../../../db/tables/pictures.js'
import { DEFAULT_LOCALE, LOCALES } from '../../../i18n/translate.js'
import type { WebEnv } from '../http/client-address.js'
import type { PageTools } from '../page-tools.js'
import { accountIdIn } from './pages.js'

const SOURCES: readonly AvatarSource[] = ['generated', 'telegram', 'discord']
const AFTER_FAILURE_SECONDS = 30

/** Rank cards and members' pictures. Unknown, deleted and hidden members have the same page: there is nobody. */
export function pictureRoutes({ deps, fail }: PageTools): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  const { pictures } = deps

  app.get('/u/:id/card.png', async (c) => {
    const id = accountIdIn(c)
    const own = isOwn(c, id)
    // The address alone decides the language: previews of a link keep no cookies.
    const locale = LOCALES.find((one) => one === c.req.query('lang')) ?? DEFAULT_LOCALE
    const known = knownVersion(c)
    const card = id === null ? undefined : await pictures?.card(id, locale, { own, known })
    switch (card?.status) {
      case 'drawn':
        return c.body(card.png, 200, { 'content-type': 'image/png', ...headers(card.version, own) })
      case 'unchanged':
        return c.body(null, 304, headers(card.version, own))
      case 'busy':
        return unavailable(c, card.retryAfterSeconds)
      case 'failed':
        return unavailable(c, AFTER_FAILURE_SECONDS)
      default:
        return fail(c, { kind: 'member_not_found' })
    }
  })

  app.get('/u/:id/avatar', async (c) => {
    const id = accountIdIn(c)
    const own = isOwn(c, id)
    // Only the member himself looks at what he did not choose.
    const source = own ? SOURCES.find((one) => one === c.req.query('source')) : undefined
    const avatar = id === null ? null : await pictures?.avatar(id, { own, source })
    if (!avatar) return fail(c, { kind: 'member_not_found' })
    const { bytes, mediaType, version } = avatar
    if (knownVersion(c) === version) return c.body(null, 304, headers(version, own))
    return c.body(bytes, 200, { 'content-type': mediaType, ...headers(version, own) })
  })

  return app
}

function isOwn(c: Context<WebEnv>, id: number | null): boolean {
  return id !== null && c.get('visitor')?.accountId === id
}

/** Asked again each time, so that a profile that was hidden is hidden at once; the version saves the bytes. */
function headers(version: string, own: boolean): Record<string, string> {
  return {
    'cache-control': own ? 'private, no-cache' : 'no-cache',
    etag: `"${version}"`,
    vary: 'cookie',
    // A picture opened by itself runs nothing and loads nothing.
    'content-security-policy': "default-src 'none'; sandbox",
  }
}

function knownVersion(c: Context): string | undefined {
  return /^(?:W\/)?"([\w-]{1,64})"$/.exec(c.req.header('if-none-match') ?? '')?.[1]
}

function unavailable(c: Context, seconds: number): Response {
  return c.body(null, 503, { 'retry-after': String(seconds), 'cache-control': 'no-store' })
}
