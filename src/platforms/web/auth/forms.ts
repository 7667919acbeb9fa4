import { timingSafeEqual } from 'node:crypto'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { WebEnv } from '../http/client-address.js'

const SEED = /^[\w-]{22}$/
const FIELD_MAX = 4_096
const TOKEN_FIELD = 'form'

export type FormsOptions = {
  publicUrl: () => string
  https: boolean
  /** A value that only this program can make. */
  seal: (about: string) => string
  /** Fresh unguessable text of 22 symbols. */
  draw: () => string
}

/** Forms of our own that no other site can send: each carries a token that belongs to the browser and its session. */
export type Forms = {
  /** The token for forms of this answer; the first one gives the browser its seed. */
  token(c: Context<WebEnv>): string
  /** A form's fields, or null when it does not come from our page in this browser. */
  read(c: Context<WebEnv>): Promise<Record<string, string> | null>
}

export function createForms({ publicUrl, https, seal, draw }: FormsOptions): Forms {
  const cookie = `${https ? '__Secure-' : ''}ttfd.form`
  const tokenOf = (c: Context<WebEnv>, seed: string) =>
    seal(`form:${seed}:${c.get('visitor')?.sessionId ?? ''}`)

  return {
    token(c) {
      const known = c.get('formToken')
      if (known) return known
      const held = getCookie(c, cookie)
      const seed = held && SEED.test(held) ? held : draw()
      if (seed !== held)
        setCookie(c, cookie, seed, { path: '/', httpOnly: true, sameSite: 'Lax', secure: https })
      const token = tokenOf(c, seed)
      c.set('formToken', token)
      return token
    },
    async read(c) {
      if (!comesFrom(c, new URL(publicUrl()).origin)) return null
      const seed = getCookie(c, cookie)
      if (!seed || !SEED.test(seed)) return null
      if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) return null
      const fields: Record<string, string> = Object.create(null)
      for (const [name, value] of new URLSearchParams(await c.req.text())) {
        if (value.length > FIELD_MAX || value.includes('\u0000') || !value.isWellFormed()) return null
        fields[name] ??= value
      }
      return same(fields[TOKEN_FIELD] ?? '', tokenOf(c, seed)) ? fields : null
    },
  }
}

/** What browsers say of a request's origin. One that says nothing is left to the token. */
function comesFrom(c: Context<WebEnv>, origin: string): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  const said = c.req.header('origin')
  if (said !== undefined) return said === origin
  const referer = c.req.header('referer')
  return referer === undefined || (URL.canParse(referer) && new URL(referer).origin === origin)
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
