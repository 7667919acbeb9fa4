import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { WebEnv } from '../http/client-address.js'

const YEAR_SECONDS = 31_536_000
const VALUE = /^([\w-]{22})\.([\w-]{43})$/

/**
 * Remembers that a browser has once shown the password of an address, so that a stranger who goes on guessing from
 * elsewhere does not keep its owner waiting. It lets nobody in.
 */
export type KnownBrowser = {
  /** This browser's own mark for the address, or null. */
  mark(c: Context<WebEnv>, email: string): string | null
  remember(c: Context<WebEnv>, email: string): void
}

export function createKnownBrowser(
  seal: (about: string) => string,
  draw: () => string,
  https: boolean,
): KnownBrowser {
  const cookie = `${https ? '__Secure-' : ''}ttfd.known`
  const sealOf = (email: string, mark: string) => seal(`known:${mark}:${email.trim().toLowerCase()}`)
  return {
    mark(c, email) {
      const [, mark = '', proof = ''] = VALUE.exec(getCookie(c, cookie) ?? '') ?? []
      return mark !== '' && proof === sealOf(email, mark) ? mark : null
    },
    remember(c, email) {
      const mark = draw()
      setCookie(c, cookie, `${mark}.${sealOf(email, mark)}`, {
        path: '/login',
        maxAge: YEAR_SECONDS,
        httpOnly: true,
        sameSite: 'Lax',
        secure: https,
      })
    },
  }
}
