import type { Context } from 'hono'
import type { Visitor } from '../../../core/website/sessions.js'
import type { WebEnv } from '../http/client-address.js'
import { safeNext } from './safe-next.js'

/** A signed-in reader who has an account. */
export type Member = Visitor & { accountId: number }

/**
 * Who acts on a page that is a member's own, or the answer that leads a reader there who is none: to the sign-in page,
 * and back to `path` after it. `fresh`: the act needs a sign-in at most 15 minutes old (safety.md, Web).
 */
export function memberOf(
  c: Context<WebEnv>,
  path: string,
  { fresh = false }: { fresh?: boolean } = {},
): Member | Response {
  const visitor = c.get('visitor')
  if (visitor && visitor.accountId === null) return c.redirect('/settings/sessions', 303)
  const query = new URLSearchParams()
  const next = safeNext(path)
  if (next !== null) query.set('next', next)
  if (!visitor) return c.redirect(`/login?${query}`, 303)
  query.set('again', '1')
  if (fresh && !visitor.fresh) return c.redirect(`/login?${query}`, 303)
  return visitor as Member
}
