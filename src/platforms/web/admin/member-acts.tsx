import { type Context, Hono } from 'hono'
import { ADJUST_MAX, adjustAccount } from '../../../core/accounts/adjust-account.js'
import { resolveAccount } from '../../../core/profiles/read-profile.js'
import { liftRestrictions, restrict } from '../../../core/restrictions/restrict.js'
import { RESTRICTION_KINDS } from '../../../core/restrictions/restriction.js'
import { issueOperatorLink } from '../../../core/website/operator-link.js'
import type { WebEnv } from '../http/client-address.js'
import { numberIn } from '../http/number-in.js'
import { type AdminKit, type Ending, PROBLEM_WORDS } from './admin-kit.js'
import { REASON_MAX } from './member-forms.js'
import { Card } from './parts.js'

/** What an admin does to a member. */
export function memberActRoutes(admin: AdminKit): Hono<WebEnv> {
  const { tools, auth, forms } = admin.kit
  const { db, settings } = tools.deps
  const app = new Hono<WebEnv>()
  /** What is done to the member whom the path names; `page` is his. */
  const toMember = (
    word: string,
    run: (c: Context<WebEnv>, accountId: number, page: string) => Promise<Response>,
  ) =>
    app.post(`/admin/members/:id/${word}`, async (c) => {
      const accountId = numberIn(c.req.param('id'))
      if (accountId === null) return tools.fail(c, { kind: 'page_not_found' })
      return run(c, accountId, `/admin/members/${accountId}`)
    })

  toMember('adjust', (c, accountId, page) =>
    admin.act(c, page, async (fields, { actor, accountId: mine }) => {
      const [xp, coins] = [amountIn(fields.xp), amountIn(fields.coins)]
      const reason = reasonIn(fields)
      if (xp === null || coins === null) return { problem: 'bad_amount' }
      if (xp === 0 && coins === 0) return { problem: 'nothing' }
      if (!reason) return { problem: 'reason' }
      // By the number of an account merged into one's own, an adjustment would not be marked as one's own.
      if ((await resolveAccount(db.kysely, accountId)) !== accountId) return { problem: 'unknown_account' }
      const own = accountId === mine
      const result = await adjustAccount(db, { accountId, xp, coins, reason, actor, own }, admin.context())
      return result.status === 'adjusted' ? { done: 'adjusted' } : problem(result.reason)
    }),
  )

  toMember('restrict', (c, accountId, page) =>
    admin.act(c, page, async (fields, { actor }) => {
      const context = admin.context()
      const kind = RESTRICTION_KINDS.find((one) => one === fields.kind)
      const reason = reasonIn(fields)
      const until = untilIn(fields.until)
      if (!kind) return { problem: 'kind' }
      if (!reason) return { problem: 'reason' }
      if (until === undefined || (until && until <= context.now)) return { problem: 'until' }
      const order = { accountId, kind, reason, until, givenBy: actor }
      const result = await db.transaction((tx) => restrict(tx, order, context))
      if (result.status === 'restricted' || result.status === 'known') return { done: 'restricted' }
      return problem(result.status)
    }),
  )

  toMember('lift', (c, accountId, page) =>
    admin.act(c, page, async (fields, { actor }) => {
      const order = { accountId, liftedBy: actor, reason: reasonIn(fields) ?? '' }
      const result = await db.transaction((tx) => liftRestrictions(tx, order, admin.context()))
      return result.status === 'lifted' ? { done: 'lifted' } : problem(result.status)
    }),
  )

  toMember('sign-in-link', async (c, accountId, back) => {
    if (!(await forms.read(c))) return c.redirect(`${back}?problem=stale_form`, 303)
    const operator = admin.admin(c).actor
    const context = { ...admin.context(), key: auth.linkKey }
    const issued = await issueOperatorLink(db, { accountId, operator }, context)
    if (issued.status !== 'issued') return c.redirect(`${back}?problem=${issued.status}`, 303)
    const ui = admin.ui(c)
    return admin.show(
      c,
      ui.t('admin:link.title'),
      <Card
        title={ui.t('admin:account', { id: accountId })}
        note={ui.t('admin:link.given', { until: ui.clock(issued.expiresAt) })}
      >
        <p class="admin-link" id="link">
          {`${settings.publicUrl}/login/link/${issued.token}`}
        </p>
        <p>
          <a href={back}>{ui.t('admin:link.back')}</a>
        </p>
      </Card>,
    )
  })

  return app
}

function problem(word: string): Ending {
  return { problem: PROBLEM_WORDS.find((one) => one === word) ?? 'unknown_account' }
}

function amountIn(text = ''): number | null {
  const value = /^[+-]?\d{1,7}$/.test(text.trim()) ? Number(text) : Number.NaN
  // Never minus zero.
  return Math.abs(value) <= ADJUST_MAX ? value + 0 : null
}

function reasonIn({ reason = '' }: Record<string, string>): string | null {
  const text = reason.trim()
  return text === '' || text.length > REASON_MAX ? null : text
}

/** The end of a restriction: null for none, undefined for a day that is none. */
function untilIn(text = ''): Date | null | undefined {
  if (text === '') return null
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? new Date(text) : new Date(Number.NaN)
  return Number.isNaN(at.getTime()) ? undefined : at
}
