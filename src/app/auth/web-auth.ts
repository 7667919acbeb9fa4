import { createHmac } from 'node:crypto'
import { enterByOperatorLink } from '../../core/website/operator-link.js'
import { dropSession, readVisitor } from '../../core/website/sessions.js'
import type { LinkBrowser } from '../../core/website/sign-in-link.js'
import { deriveSignInKey } from '../../core/website/sign-in-token.js'
import { enterByTelegramLink } from '../../core/website/telegram-sign-in.js'
import { tellSignIn } from '../../core/website/tell-sign-in.js'
import type { BrowserRequest, Refused, SignedIn, WebAuth } from '../../platforms/web/auth/web-auth.js'
import { type AuthCaller, createCaller, refusal } from './call-auth.js'
import { type AuthDeps, createAuth } from './create-auth.js'
import { finishDiscord, startDiscord, startDiscordLink } from './discord-flow.js'
import { createEmailFlow } from './email-flow.js'
import { createSecurityFlow } from './security-flow.js'
import { newScope } from './sign-in-scope.js'

export type WebAuthDeps = Omit<AuthDeps, 'settings'> & {
  /** Read when the first request comes: with PORT=0 the address is known only then. */
  settings: () => AuthDeps['settings']
  /** ADMIN_ACCOUNTS, as `telegram:1`. */
  admins: ReadonlySet<string>
}

/** Signing in as the website sees it, over the login library. */
export function createWebAuth(deps: WebAuthDeps): WebAuth {
  const { db, context, admins, scopes } = deps
  let built: AuthCaller | null = null
  const caller = () => {
    built ??= createCaller(
      createAuth({ ...deps, settings: deps.settings() }),
      scopes,
      deps.settings(),
      db,
      () => context().newId(),
    )
    return built
  }
  const key = (purpose: string) => createHmac('sha256', deps.settings().secret).update(purpose).digest('hex')
  const triesKey = () => key('sign-in tries')
  const email = createEmailFlow({ ...deps, caller, triesKey })
  const security = createSecurityFlow({ ...deps, triesKey, emailKey: () => key('new addresses') })

  /** Makes the session of somebody whom a link has just proven. */
  async function open(
    request: BrowserRequest,
    proven: { userId: string; accountId: number; linkId: string },
    by: 'telegram' | 'operator',
    maker: NonNullable<ReturnType<typeof newScope>['proven']>['maker'],
    browser: LinkBrowser,
  ): Promise<SignedIn | Refused> {
    const { userId, accountId, linkId } = proven
    const scope = newScope({
      locale: request.locale,
      current: request.visitor,
      proven: { userId, accountId, maker },
    })
    const { cookies } = await caller().open(request, scope, userId)
    if (!scope.made) return refusal(scope.problem ?? 'internal')
    await tellSignIn(db, { accountId, linkId, by, device: browser.device }, context().newId)
    return { status: 'signed_in', accountId: scope.made.accountId, cookies }
  }

  return {
    admins,
    get linkKey() {
      return deriveSignInKey(deps.settings().secret)
    },
    seal: (about) => createHmac('sha256', key('website forms')).update(about).digest('base64url'),
    ways() {
      const mail = deps.letters !== null
      const { registrationOpen } = deps.settings()
      const registration = mail ? 'mail' : registrationOpen ? 'open' : 'closed'
      return { discord: deps.discord !== null, mail, registration }
    },
    async visitor(request) {
      const { session, cookies } = await caller().session(request)
      if (!session) return { visitor: null, cookies }
      const visitor = await readVisitor(db.kysely, session, context().now)
      if (visitor) return { visitor, cookies }
      // The identity that made it has left the account: the session goes with it.
      await dropSession(db, session)
      return { visitor: null, cookies: await caller().clearing(request) }
    },
    startDiscord: (request, next) => startDiscord(deps, caller(), request, next),
    startDiscordLink: (request) => startDiscordLink(deps, caller(), request),
    finishDiscord: (request, query) => finishDiscord(deps, caller(), request, query),
    ...email,
    ...security,
    async enterByTelegram(request, token, browser) {
      const entered = await enterByTelegramLink(db, token, browser, {
        ...context(),
        key: deriveSignInKey(deps.settings().secret),
      })
      if (entered.status === 'not_yet') return entered
      return open(request, entered, 'telegram', { by: 'telegram', id: entered.telegramId }, browser)
    },
    async enterByOperator(request, token, browser) {
      const entered = await enterByOperatorLink(db, token, {
        ...context(),
        key: deriveSignInKey(deps.settings().secret),
        admins,
      })
      if (entered.status === 'gone') return refusal('link_over')
      if (entered.status === 'admin_account') return refusal('admin_link')
      return open(request, entered, 'operator', { by: 'operator', accountId: entered.accountId }, browser)
    },
    admits: (request, what) => caller().admits(request, what),
    signOut: async (request) => ({ cookies: await caller().signOut(request) }),
  }
}
