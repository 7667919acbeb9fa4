import { randomInt } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import type { Child } from '#jsx/jsx-runtime'
import type { Rules } from '../../../core/progression/rules.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { WebEnv } from '../http/client-address.js'
import type { Ui } from '../views/ui.js'
import { withQuery } from '../views/urls.js'
import { AdminPage } from './admin-page.js'
import { adminNamed } from './admin-right.js'

type AdminContext = Context<WebEnv>

/** Somebody of ADMIN_ACCOUNTS who has just signed in by that very identity. */
type Admin = {
  /** As the audit log names him: `discord:1`. */
  actor: string
  accountId: number
}

const DONE_WORDS = [
  'adjusted',
  'restricted',
  'lifted',
  'retried',
  'accepted',
  'refused',
  'settled',
  'address_given',
  'parted',
  'place_set',
  'rules_saved',
  'rewards_saved',
  'pay_saved',
] as const
export const PROBLEM_WORDS = [
  'stale_form',
  'bad_amount',
  'nothing',
  'reason',
  'until',
  'kind',
  'unknown_account',
  'admin_account',
  'not_restricted',
  'insufficient_coins',
  'out_of_range',
  'frozen',
  'restricted',
  'closing',
  'no_failed',
  'unknown_review',
  'missing',
  'mend_store',
  'not_joined',
  'bad_place',
  'bad_ladder',
  'ladder_changed',
  'rules_changed',
  'bad_rewards',
  'bad_figures',
  'unsure',
] as const

/** What became of an act, in a word that its page explains. */
export type Ending = { done: (typeof DONE_WORDS)[number] } | { problem: (typeof PROBLEM_WORDS)[number] }

/** What the routes of the admins share. */
export type AdminKit = {
  kit: SignInKit
  /** Lets nobody pass but an admin: everybody else is told that there is no such page. */
  guard: MiddlewareHandler<WebEnv>
  /** Who acts; only behind the guard. */
  admin(c: AdminContext): Admin
  ui(c: AdminContext): Ui
  token(c: AdminContext): string
  /** A page of the admins, with the word about the act that led to it. */
  show(c: AdminContext, title: string, children: Child, ending?: Ending): Response
  /** Reads a form of ours, does what it asks, and goes back to `back` with a word about it. */
  act(
    c: AdminContext,
    back: string,
    run: (fields: Record<string, string>, admin: Admin) => Promise<Ending>,
  ): Promise<Response>
  /** What core needs to act. */
  context(): {
    now: Date
    rules: Rules
    newId: () => string
    admins: ReadonlySet<string>
    random: (n: number) => number
  }
}

/** Builds what the routes of the admins share. */
export function createAdminKit(kit: SignInKit): AdminKit {
  const { tools, auth } = kit
  const { deps } = tools

  function adminOf(c: AdminContext): Admin | null {
    const visitor = c.get('visitor')
    if (!visitor?.fresh || visitor.accountId === null) return null
    const actor = adminNamed(visitor, auth.admins)
    return actor === null ? null : { actor, accountId: visitor.accountId }
  }

  const admin: AdminKit = {
    kit,
    guard: async (c, next) => {
      if (!adminOf(c)) return tools.fail(c, { kind: 'page_not_found' })
      await next()
      return undefined
    },
    admin(c) {
      const found = adminOf(c)
      if (!found) throw new Error('an act of an admin outside the guard')
      return found
    },
    ui: (c) => tools.frame(c, { path: c.req.path }).ui,
    token: (c) => kit.forms.token(c),
    show(c, title, children, ending = endingIn(c)) {
      const { ui, frame } = tools.frame(c, { path: c.req.path, sheets: ['settings', 'profile', 'admin'] })
      return tools.page(
        c,
        <AdminPage ui={ui} frame={frame} title={title} ending={ending}>
          {children}
        </AdminPage>,
        200,
        'no-store',
      )
    },
    async act(c, back, run) {
      const fields = await kit.forms.read(c)
      const ending: Ending = fields ? await run(fields, admin.admin(c)) : { problem: 'stale_form' }
      return c.redirect(withQuery(back, ending), 303)
    },
    context: () => ({
      now: deps.now(),
      rules: deps.rules(),
      newId: deps.newId,
      admins: auth.admins,
      random: (n) => randomInt(n),
    }),
  }
  return admin
}

/** The word that an act left in the address; anything else there says nothing. */
function endingIn(c: AdminContext): Ending | undefined {
  const done = DONE_WORDS.find((word) => word === c.req.query('done'))
  if (done) return { done }
  const problem = PROBLEM_WORDS.find((word) => word === c.req.query('problem'))
  return problem && { problem }
}
