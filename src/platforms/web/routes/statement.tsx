import { type Context, Hono } from 'hono'
import {
  STATEMENT_KINDS,
  STATEMENT_SOURCES,
  type StatementFilter,
} from '../../../core/statement/statement-filter.js'
import { memberOf } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import { numberIn } from '../http/number-in.js'
import { statementModel } from '../own-models.js'
import { STATEMENT_PATH, StatementPage, statementHref, statementQuery } from '../views/statement.js'

type Asked = { filter: StatementFilter; before: number | null }

/** `/profile/statement`: a member's own acts, newest first. It knows no account but the session's. */
export function statementRoutes({ tools }: SignInKit): Hono<WebEnv> {
  const app = new Hono<WebEnv>()

  app.get(STATEMENT_PATH, async (c) => {
    const asked = askedIn(c)
    if (!asked) return tools.fail(c, { kind: 'page_not_found' })
    const { filter, before } = asked
    const member = memberOf(c, statementHref(filter, before))
    if (member instanceof Response) return member
    const found = await statementModel(tools.deps, member.accountId, asked)
    const { ui, frame } = tools.frame(c, {
      path: STATEMENT_PATH,
      query: statementQuery(filter, before),
      sheets: ['profile'],
    })
    return tools.page(
      c,
      <StatementPage ui={ui} frame={frame} model={{ ...found, filter, before }} />,
      200,
      'no-store',
    )
  })

  return app
}

/** What the address asks for; null when it asks for what there is not. */
function askedIn(c: Context): Asked | null {
  const { source, kind, before } = c.req.query()
  const found: StatementFilter = {
    source: STATEMENT_SOURCES.find((one) => one === source) ?? null,
    kind: STATEMENT_KINDS.find((one) => one === kind) ?? null,
  }
  if ((source !== undefined && !found.source) || (kind !== undefined && !found.kind)) return null
  if (before === undefined) return { filter: found, before: null }
  const key = numberIn(before)
  return key === null ? null : { filter: found, before: key }
}
