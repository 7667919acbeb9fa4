import { Hono } from 'hono'
import type { SignInKit } from '../auth/sign-in-kit.js'
import type { Refused } from '../auth/web-auth.js'
import type { WebEnv } from '../http/client-address.js'
import { ForgotPage, LetterSentPage, RegisterPage, ResetPage, VerifyPage } from '../views/email-login.js'
import type { ProblemNote } from '../views/sign-in.js'

const TOKEN_MAX = 2_048

/** Registering, proving an address, and a new password: what letters lead to. */
export function emailRoutes(kit: SignInKit): Hono<WebEnv> {
  const { auth, forms, tools } = kit
  const app = new Hono<WebEnv>()
  type Reader = Parameters<typeof forms.token>[0]

  const sent = (c: Reader, kind: 'register' | 'forgot') => {
    const { ui, frame } = tools.frame(c, { path: `/${kind}` })
    return tools.page(c, <LetterSentPage ui={ui} frame={frame} kind={kind} />, 200, 'no-store')
  }

  const register = (c: Reader, note: ProblemNote | null, filled = { name: '', email: '' }) => {
    const { ui, frame } = tools.frame(c, { path: '/register' })
    const props = { ui, frame, note, filled, ways: auth.ways(), token: forms.token(c) }
    return tools.page(c, <RegisterPage {...props} />, 200, 'no-store')
  }

  app.get('/register', (c) => kit.elsewhere(c) ?? register(c, null))
  app.post('/register', async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const { name = '', email = '', password = '' } = form
    const ending = await auth.register(kit.request(c), { name, email, password })
    if (ending.status === 'letter_sent') return sent(c, 'register')
    if (ending.status === 'signed_in') return kit.welcome(c, ending, null)
    kit.cookies(c, ending.cookies)
    return register(c, noteOf(ending), { name: name.slice(0, 128), email: email.slice(0, 254) })
  })

  const forgot = (c: Reader, note: ProblemNote | null) => {
    const { ui, frame } = tools.frame(c, { path: '/forgot' })
    const props = { ui, frame, note, mail: auth.ways().mail, token: forms.token(c) }
    return tools.page(c, <ForgotPage {...props} />, 200, 'no-store')
  }

  app.get('/forgot', (c) => kit.elsewhere(c) ?? forgot(c, null))
  app.post('/forgot', async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const ending = await auth.requestReset(kit.request(c), form.email ?? '')
    return ending.status === 'letter_sent' ? sent(c, 'forgot') : forgot(c, noteOf(ending))
  })

  // The letter's own address: it only leads on, so that the form has a short one.
  app.get('/auth/reset-password/:token{\\w{1,64}}', (c) => {
    const lang = c.req.query('lang') === 'en' ? 'en' : 'ru'
    return c.redirect(`/reset?token=${c.req.param('token')}&lang=${lang}`, 302)
  })

  const reset = (c: Reader, resetToken: string, note: ProblemNote | null) => {
    const { ui, frame } = tools.frame(c, { path: '/reset', query: { token: resetToken } })
    const props = { ui, frame, note, resetToken, token: forms.token(c) }
    return tools.page(c, <ResetPage {...props} />, 200, 'no-store')
  }

  app.get('/reset', (c) => {
    const token = c.req.query('token') ?? ''
    return /^\w{1,64}$/.test(token) ? reset(c, token, null) : tools.fail(c, { kind: 'page_not_found' })
  })
  app.post('/reset', async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const { token = '', password = '' } = form
    const ending = await auth.resetPassword(kit.request(c), { token, password })
    if (ending.status === 'password_set') return c.redirect('/login?good=password_set', 303)
    return reset(c, /^\w{1,64}$/.test(token) ? token : 'x', noteOf(ending))
  })

  const verify = (c: Reader, mailToken: string, note: ProblemNote | null) => {
    const { ui, frame } = tools.frame(c, { path: '/auth/verify-email', query: { token: mailToken } })
    const props = { ui, frame, note, mailToken, token: forms.token(c) }
    return tools.page(c, <VerifyPage {...props} />, 200, 'no-store')
  }

  app.get('/auth/verify-email', (c) => {
    const token = c.req.query('token') ?? ''
    if (!isMailToken(token)) return tools.fail(c, { kind: 'page_not_found' })
    return kit.elsewhere(c) ?? verify(c, token, null)
  })
  app.post('/auth/verify-email', async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const { token = '', password = '' } = form
    if (!isMailToken(token)) return tools.fail(c, { kind: 'page_not_found' })
    const ending = await auth.verifyEmail(kit.request(c), { token, password })
    if (ending.status === 'signed_in') return kit.welcome(c, ending, null)
    kit.cookies(c, ending.cookies)
    return verify(c, token, noteOf(ending))
  })

  return app
}

function isMailToken(token: string): boolean {
  return token.length <= TOKEN_MAX && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)
}

function noteOf({ problem, seconds }: Refused): ProblemNote {
  return { problem, ...(seconds === undefined ? {} : { seconds }) }
}
