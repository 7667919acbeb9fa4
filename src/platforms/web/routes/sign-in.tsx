import { type Context, Hono } from 'hono'
import { safeNext } from '../auth/safe-next.js'
import type { SignInKit } from '../auth/sign-in-kit.js'
import { SIGN_IN_PROBLEMS } from '../auth/web-auth.js'
import type { WebEnv } from '../http/client-address.js'
import { type ProblemNote, SignInPage } from '../views/sign-in.js'

const GOOD = ['password_set', 'signed_out', 'merge_undone', 'unlinked'] as const
const WAIT_SECONDS_MAX = 86_400

/** `/login`, `/logout`, and the two addresses between which Discord stands. */
export function signInRoutes(kit: SignInKit): Hono<WebEnv> {
  const { auth, forms, known, tools } = kit
  const app = new Hono<WebEnv>()

  const show = (
    c: Context<WebEnv>,
    note: ProblemNote | null,
    filled: { email: string; next: string | null },
  ) => {
    const again = c.req.query('again') === '1'
    const { next } = filled
    const query = { ...(next === null ? {} : { next }), ...(again ? { again: '1' } : {}) }
    const { ui, frame } = tools.frame(c, { path: '/login', query })
    const model = {
      ways: auth.ways(),
      next,
      note,
      good: GOOD.find((word) => word === c.req.query('good')) ?? null,
      openAs: c.get('visitor')?.displayName ?? null,
      again,
      email: filled.email,
      botUrl: tools.deps.settings.links().telegramUrl,
      token: forms.token(c),
    }
    return tools.page(c, <SignInPage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  }

  app.get('/login', (c) => {
    const problem = SIGN_IN_PROBLEMS.find((word) => word === c.req.query('problem'))
    const wait = Number(c.req.query('wait'))
    const seconds = Number.isInteger(wait) && wait > 0 && wait <= WAIT_SECONDS_MAX ? { seconds: wait } : {}
    const next = safeNext(c.req.query('next'))
    return kit.elsewhere(c) ?? show(c, problem ? { problem, ...seconds } : null, { email: '', next })
  })

  app.post('/login', async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const { email = '', password = '' } = form
    const next = safeNext(form.next)
    const mark = known.mark(c, email)
    const ending = await auth.signInByEmail(kit.request(c), { email, password, known: mark })
    if (ending.status === 'signed_in') {
      known.remember(c, email)
      return kit.welcome(c, ending, next)
    }
    kit.cookies(c, ending.cookies)
    const { problem, seconds } = ending
    return show(
      c,
      { problem, ...(seconds === undefined ? {} : { seconds }) },
      { email: email.slice(0, 254), next },
    )
  })

  app.post('/logout', async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const { cookies } = await auth.signOut(kit.request(c))
    kit.cookies(c, cookies)
    // A sign-in link that was opened while another account was open goes on.
    const back = /^\/login\/(?:tg|link)\/[\w-]{22}$/.test(form.back ?? '') ? form.back : undefined
    return c.redirect(back ?? '/login?good=signed_out', 303)
  })

  app.get('/auth/discord', async (c) => {
    const away = kit.elsewhere(c)
    if (away) return away
    const next = safeNext(c.req.query('next'))
    const begun = await auth.startDiscord(kit.request(c), next)
    if (begun.status === 'refused') return kit.sorry(c, begun, next)
    kit.cookies(c, begun.cookies)
    c.header('cache-control', 'no-store')
    return c.redirect(begun.url, 302)
  })

  app.get('/auth/discord/callback', async (c) => {
    c.header('cache-control', 'no-store')
    const ending = await auth.finishDiscord(kit.request(c), new URL(c.req.url).searchParams)
    if (ending.status === 'asks_link') {
      kit.cookies(c, ending.cookies)
      return c.redirect('/link/confirm', 303)
    }
    if (ending.status === 'refused' && ending.linking) {
      kit.cookies(c, ending.cookies)
      return c.redirect(`/link?problem=${ending.problem}`, 303)
    }
    if (ending.status === 'refused') return kit.sorry(c, ending)
    // The library's default leads to the front page: the profile says more.
    return kit.welcome(c, ending, ending.next === '/' ? null : safeNext(ending.next))
  })

  return app
}
