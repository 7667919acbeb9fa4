import { randomBytes } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { readDevice } from '../../../core/website/device.js'
import type { LinkBrowser } from '../../../core/website/sign-in-link.js'
import type { ClientAddress, WebEnv } from '../http/client-address.js'
import { preferences } from '../http/preferences.js'
import type { PageTools } from '../page-tools.js'
import { createForms, type Forms } from './forms.js'
import { createKnownBrowser, type KnownBrowser } from './known-browser.js'
import { ADDRESS_HEADER, type BrowserRequest, type Refused, type SignedIn, type WebAuth } from './web-auth.js'

type Reader = Context<WebEnv>

/** What every page of signing in needs. */
export type SignInKit = {
  auth: WebAuth
  tools: PageTools
  forms: Forms
  known: KnownBrowser
  /** Looks up who is signed in, for every page. */
  visitors: MiddlewareHandler<WebEnv>
  request(c: Reader): BrowserRequest
  /** The browser as sign-in links know it; gives it its secret when it has none. */
  browser(c: Reader): LinkBrowser
  /** Goes on after a sign-in: to the page asked for, to the profile, or to what can be done without one. */
  welcome(c: Reader, ending: SignedIn, next: string | null): Response
  /** Leads to the sign-in page with a word about what went wrong. */
  sorry(c: Reader, ending: Refused, next?: string | null): Response
  cookies(c: Reader, values: readonly string[]): void
  /** Sends a browser that came by another loopback name to the one under which its cookies will be found again. */
  elsewhere(c: Reader): Response | null
}

const SEED = /^[\w-]{22}$/
const HOUR_SECONDS = 3_600

export function createSignInKit(auth: WebAuth, tools: PageTools, address: ClientAddress): SignInKit {
  const { settings } = tools.deps
  const https = settings.publicUrl.startsWith('https:')
  const prefix = https ? '__Secure-' : ''
  const draw = () => randomBytes(16).toString('base64url')
  const seal = (about: string) => auth.seal(about)

  const kit: SignInKit = {
    auth,
    tools,
    forms: createForms({ publicUrl: () => settings.publicUrl, https, seal, draw }),
    known: createKnownBrowser(seal, draw, https),
    visitors: async (c, next) => {
      if (getCookie(c, `${prefix}ttfd.session_token`) === undefined) c.set('visitor', null)
      else {
        const { visitor, cookies } = await auth.visitor(kit.request(c))
        c.set('visitor', visitor)
        kit.cookies(c, cookies)
      }
      await next()
    },
    request(c) {
      const headers = new Headers(c.req.raw.headers)
      headers.set(ADDRESS_HEADER, address.of(c))
      return { headers, locale: preferences(c, https).locale, visitor: c.get('visitor') ?? null }
    },
    browser(c) {
      const cookie = `${prefix}ttfd.link`
      const held = getCookie(c, cookie)
      const seed = held && SEED.test(held) ? held : draw()
      if (seed !== held) {
        setCookie(c, cookie, seed, {
          path: '/login',
          maxAge: HOUR_SECONDS,
          httpOnly: true,
          sameSite: 'Lax',
          secure: https,
        })
      }
      return { seed, device: readDevice(c.req.header('user-agent')) }
    },
    welcome(c, { accountId, cookies }, next) {
      kit.cookies(c, cookies)
      return c.redirect(next ?? (accountId === null ? '/settings/sessions' : '/profile'), 303)
    },
    sorry(c, { problem, seconds, cookies }, next = null) {
      kit.cookies(c, cookies)
      const query = new URLSearchParams({ problem })
      if (seconds !== undefined) query.set('wait', String(seconds))
      if (next !== null) query.set('next', next)
      return c.redirect(`/login?${query}`, 303)
    },
    cookies(c, values) {
      for (const value of values) c.header('set-cookie', value, { append: true })
    },
    elsewhere(c) {
      const asked = URL.canParse(c.req.url) ? new URL(c.req.url) : null
      const ours = new URL(settings.publicUrl)
      if (!asked || asked.hostname === ours.hostname || asked.port !== ours.port) return null
      if (!isLoopback(asked.hostname) || !isLoopback(ours.hostname)) return null
      return c.redirect(`${settings.publicUrl}${asked.pathname}${asked.search}`, 302)
    },
  }
  return kit
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
