import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from '../http/client-address.js'

export const RESTRICTED_PATH = '/restricted'

/** What stays open to a banned member: why, export and deletion, and what these need: a fresh sign-in, signing out. */
const OPEN = [RESTRICTED_PATH, '/settings/data', '/login', '/logout', '/auth']

/** Leads a banned member from every other page to the one that says why. */
export const restrictedGate: MiddlewareHandler<WebEnv> = async (c, next) => {
  const { path } = c.req
  const isOpen = OPEN.some((open) => path === open || path.startsWith(`${open}/`))
  if (c.get('visitor')?.banned && !isOpen) return c.redirect(RESTRICTED_PATH, 303)
  await next()
}
