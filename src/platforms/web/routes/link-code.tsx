import { Hono } from 'hono'
import { issueLinkCode } from '../../../core/linking/issue-link-code.js'
import { showCode } from '../../../core/linking/link-code.js'
import { linkRefusalPhrase } from '../../../core/linking/link-phrases.js'
import { typeLinkCode } from '../../../core/linking/type-link-code.js'
import { ADDRESS_HEADER } from '../auth/web-auth.js'
import type { WebEnv } from '../http/client-address.js'
import { CODE_PROBLEMS, CodePage } from '../views/link-code.js'
import { phraseText } from '../views/phrase.js'
import { LINK_PATH, LINK_SHEETS, type LinkKit } from './link-kit.js'

const PATH = `${LINK_PATH}/code`
const fresh = { fresh: true }

/** `/link/code`: a one-time code, shown or typed (safety.md flow 2.1). Both need a fresh sign-in. */
export function linkCodeRoutes({ kit, context, actor }: LinkKit): Hono<WebEnv> {
  const { forms, tools } = kit
  const { db } = tools.deps
  const app = new Hono<WebEnv>()

  app.get(PATH, async (c) => {
    const acting = await actor(c, PATH, fresh)
    if (acting instanceof Response) return acting
    const problem = CODE_PROBLEMS.find((word) => word === c.req.query('problem')) ?? null
    const { ui, frame } = tools.frame(c, { path: PATH, sheets: LINK_SHEETS })
    const model = {
      issued: null,
      problem: problem && ui.t(`weblink:code.problem.${problem}`),
      token: forms.token(c),
    }
    return tools.page(c, <CodePage ui={ui} frame={frame} model={model} />, 200, 'no-store')
  })

  // The only form that answers with its page: a code must not stand in an address, and nobody can read it again.
  app.post(PATH, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const acting = await actor(c, PATH, fresh)
    if (acting instanceof Response) return acting
    const result = await issueLinkCode(db, acting.who, context())
    const { ui, frame } = tools.frame(c, { path: PATH, sheets: LINK_SHEETS })
    const model =
      result.status === 'issued'
        ? { issued: { code: showCode(result.code), until: result.expiresAt }, problem: null }
        : {
            issued: null,
            problem: ui.t(
              result.status === 'admin_account'
                ? 'linking:end.refused.admin_account'
                : 'weblink:code.problem.unknown_account',
            ),
          }
    const page = <CodePage ui={ui} frame={frame} model={{ ...model, token: forms.token(c) }} />
    return tools.page(c, page, 200, 'no-store')
  })

  app.post(`${PATH}/type`, async (c) => {
    const form = await forms.read(c)
    if (!form) return tools.fail(c, { kind: 'stale_form' })
    const acting = await actor(c, PATH, fresh)
    if (acting instanceof Response) return acting
    const address = kit.request(c).headers.get(ADDRESS_HEADER) ?? ''
    const typed = { typist: acting.who, typed: form.code ?? '', address }
    const result = await typeLinkCode(db, typed, context())
    if (result.status === 'opened') return c.redirect(`${LINK_PATH}/request/${result.request}`, 303)
    if (result.status !== 'refused') return c.redirect(`${PATH}?problem=${result.status}`, 303)
    const { ui, frame } = tools.frame(c, { path: PATH, sheets: LINK_SHEETS })
    const model = { issued: null, problem: phraseText(ui, linkRefusalPhrase(result)), token: forms.token(c) }
    return tools.page(c, <CodePage ui={ui} frame={frame} model={model} />, 409, 'no-store')
  })

  return app
}
