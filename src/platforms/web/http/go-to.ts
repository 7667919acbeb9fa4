import type { Context } from 'hono'

/** Leads to another page, also when a script of the page asked. */
export function goTo(c: Context, to: string): Response {
  if (!c.req.header('hx-request')) return c.redirect(to, 303)
  c.header('hx-redirect', to)
  return c.body(null, 200)
}
