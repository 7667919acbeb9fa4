import { type Context, Hono } from 'hono'
import { readOwnFacts } from '../../../core/accounts/own-facts.js'
import { readPasswordLogin } from '../../../core/website/password-login.js'
import { memberOf } from '../auth/guard.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { Refused } from '../auth/web-auth.js'
import type { WebEnv } from '../http/client-address.js'
import { EmailConfirmPage, EmailPage, EmailSentPage, PasswordPage } from '../views/settings-security.js'
import type { ProblemNote } from '../views/sign-in.js'

const PASSWORD_PATH = '/settings/password'
const EMAIL_PATH = '/settings/email'
const CONFIRM_PATH = `${EMAIL_PATH}/confirm`
const SHEETS = ['settings']

/** `/settings/password` and `/settings/email`: how the account is opened; all of it needs a fresh sign-in. */
export function securityRoutes(kit: SignInKit): Hono<WebEnv> {
  const { auth, forms, tools } = kit
  const app = new Hono<WebEnv>()
  type Reader = Context<WebEnv>
  const fresh = { fresh: true }
  /** A page of one's own with a fresh sign-in, and the form on it. `post` gives the way on, or what to say above it. */
  const doors = (
    path: string,
    show: (c: Reader, accountId: number, note: ProblemNote | null) => Promise<Response>,
    post: (c: Reader, form: Record<string, string>) => Promise<string | Refused>,
  ) => {
    app.get(path, async (c) => {
      const member = memberOf(c, path, fresh)
      return member instanceof Response ? member : show(c, member.accountId, null)
    })
    app.post(path, async (c) => {
      const form = await forms.read(c)
      if (!form) return tools.fail(c, { kind: 'stale_form' })
      const member = memberOf(c, path, fresh)
      if (member instanceof Response) return member
      const ending = await post(c, form)
      return typeof ending === 'string' ? c.redirect(ending, 303) : show(c, member.accountId, noteOf(ending))
    })
  }

  const password = async (c: Reader, accountId: number, note: ProblemNote | null) => {
    const login = await readPasswordLogin(tools.deps.db.kysely, accountId)
    const { ui, frame } = tools.frame(c, { path: PASSWORD_PATH, sheets: SHEETS })
    const props = {
      ui,
      frame,
      note,
      state: login.status,
      email: login.status === 'no_address' ? null : login.email,
      mail: auth.ways().mail,
      token: forms.token(c),
    }
    return tools.page(c, <PasswordPage {...props} />, 200, 'no-store')
  }

  doors(PASSWORD_PATH, password, async (c, { current = null, password: chosen = '' }) => {
    const ending = await auth.changePassword(kit.request(c), { current, password: chosen })
    return ending.status === 'password_set' ? '/settings?done=password' : ending
  })

  const email = async (c: Reader, accountId: number, note: ProblemNote | null) => {
    const user = await readOwnFacts(tools.deps.db.kysely, accountId)
    const { ui, frame } = tools.frame(c, { path: EMAIL_PATH, sheets: SHEETS })
    const props = {
      ui,
      frame,
      note,
      email: user?.email ?? null,
      mail: auth.ways().mail,
      token: forms.token(c),
    }
    return tools.page(c, <EmailPage {...props} />, 200, 'no-store')
  }

  doors(EMAIL_PATH, email, async (c, { email: typed = '' }) => {
    const ending = await auth.askEmailChange(kit.request(c), typed)
    return ending.status === 'letter_sent' ? `${EMAIL_PATH}/sent` : ending
  })
  app.get(`${EMAIL_PATH}/sent`, (c) => {
    const member = memberOf(c, EMAIL_PATH)
    if (member instanceof Response) return member
    const { ui, frame } = tools.frame(c, { path: EMAIL_PATH, sheets: SHEETS })
    return tools.page(c, <EmailSentPage ui={ui} frame={frame} />, 200, 'no-store')
  })

  const confirm = async (c: Reader, mailToken: string, name: string, note: ProblemNote | null) => {
    const seen = note ? null : await auth.seeEmailChange(kit.request(c), mailToken)
    const { ui, frame } = tools.frame(c, {
      path: CONFIRM_PATH,
      sheets: SHEETS,
      ...(seen === null ? {} : { query: { token: mailToken } }),
    })
    const props = { ui, frame, note, email: seen, name, mailToken, token: forms.token(c) }
    return tools.page(c, <EmailConfirmPage {...props} />, 200, 'no-store')
  }

  app.get(CONFIRM_PATH, async (c) => {
    const token = c.req.query('token') ?? ''
    if (!/^[\w-]{22}$/.test(token)) return tools.fail(c, { kind: 'page_not_found' })
    const elsewhere = kit.elsewhere(c)
    if (elsewhere) return elsewhere
    const member = memberOf(c, `${CONFIRM_PATH}?token=${token}`, fresh)
    return member instanceof Response ? member : confirm(c, token, member.displayName, null)
  })
  app.post(CONFIRM_PATH, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const { token = '' } = form
    const member = memberOf(c, EMAIL_PATH, fresh)
    if (member instanceof Response) return member
    const ending = await auth.confirmEmailChange(kit.request(c), token)
    if (ending.status === 'email_changed') return c.redirect('/settings?done=email', 303)
    return confirm(c, token, member.displayName, noteOf(ending))
  })

  return app
}

function noteOf({ problem, seconds }: Refused): ProblemNote {
  return { problem, ...(seconds === undefined ? {} : { seconds }) }
}
