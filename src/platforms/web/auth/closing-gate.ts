import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from '../http/client-address.js'
import { memberHref } from '../views/urls.js'

/** Where a member keeps his account, takes his data along or lets it go. */
export const DATA_PATH = '/settings/data'

/** Own pages that stay open while the account is being deleted. */
const OPEN = [DATA_PATH, '/settings/sessions']
const OWN = ['/profile', '/link', '/settings']

/**
 * Leads a member whose account is being deleted from every page of his own to the one that offers to keep it; so does
 * signing in. Pages that anybody may read stay open.
 */
export const closingGate: MiddlewareHandler<WebEnv> = async (c, next) => {
  const visitor = c.get('visitor')
  if (!visitor?.closing || visitor.accountId === null) return next()
  const { path } = c.req
  const within = (places: readonly string[]) =>
    places.some((one) => path === one || path.startsWith(`${one}/`))
  const isOwn = within(OWN) || path === memberHref(visitor.accountId)
  if (isOwn && !within(OPEN)) return c.redirect(DATA_PATH, 303)
  return next()
}
