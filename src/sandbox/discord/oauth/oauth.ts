import { localeFrom } from '../../../i18n/translate.js'
import { refusal } from '../errors.js'
import type { Reply, Route, RouteCall } from '../http/router.js'
import type { PageRequest } from '../http/server.js'
import { userPayload } from '../model/payloads.js'
import type { Json, User } from '../model/types.js'
import type { World } from '../model/world.js'
import type { Settings } from '../options.js'
import { type AuthorizeRequest, decide, readAuthorize } from './authorize.js'
import { type GrantProblem, Grants, type TokenAnswer } from './grants.js'
import { consentPage, pagePolicy, problemPage } from './page.js'

const STATUS: Readonly<Record<GrantProblem, number>> = {
  invalid_client: 401,
  invalid_grant: 400,
  invalid_request: 400,
  unsupported_grant_type: 400,
}

/** Discord's OAuth2: the consent page, the token endpoint, and what a bearer token shows. */
export class OAuth {
  readonly grants: Grants
  readonly #settings: Settings
  readonly #world: World

  constructor(settings: Settings, world: World) {
    this.#settings = settings
    this.#world = world
    this.grants = new Grants(settings)
  }

  /** People who can sign in: all invented humans. */
  people(): User[] {
    return [...this.#world.users.values()].filter((one) => !one.bot)
  }

  /**
   * Does what a person would do on the consent page of `address`, and gives the address to which the browser
   * would be sent. `userId` null means *Cancel*. Throws when the page would only show a problem.
   */
  authorize(address: string, userId: string | null): string {
    const request = readAuthorize(this.#settings, new URL(address).searchParams)
    if ('show' in request) throw new Error(`The consent page refuses: ${request.show}`)
    return 'redirect' in request ? request.redirect : decide(this.grants, request, userId)
  }

  /** The consent page (GET) and its form (POST). */
  page(request: PageRequest): Reply {
    const asked = readAuthorize(this.#settings, request.url.searchParams)
    const accepted = request.headers['accept-language']
    const locale = accepted === undefined ? this.#settings.locale : localeFrom(accepted)
    if ('show' in asked) return html(400, problemPage(locale, asked.show), null)
    if ('redirect' in asked) return redirect(asked.redirect)
    if (request.method === 'POST') return this.#decided(request, asked)
    const query = request.url.searchParams.toString()
    const origin = new URL(asked.redirectUri).origin
    return html(200, consentPage({ locale, request: asked, people: this.people(), query }), origin)
  }

  #decided(request: PageRequest, asked: AuthorizeRequest): Reply {
    // Only the page's own form may decide, or any site could sign a visitor in.
    const { origin, host } = request.headers
    if (origin !== undefined && origin !== `http://${host}`)
      return { status: 403, body: { message: '403: Forbidden', code: 0 } }
    const userId = request.body.form?.get('user') ?? ''
    const allowed = request.body.form?.get('decision') === 'allow'
    if (allowed && !this.people().some((one) => one.id === userId)) throw refusal('unknownUser')
    return redirect(decide(this.grants, asked, allowed ? userId : null))
  }

  /** What /users/@me shows to a bearer: e-mail only with its scope. */
  bearerUser(token: string): { id: string; payload: Json } {
    const grant = this.grants.bearer(token)
    if (!grant?.scopes.includes('identify')) throw refusal('unauthorized')
    const user = this.#world.user(grant.userId)
    const email = grant.scopes.includes('email')
      ? { email: user.email, verified: user.email !== null && user.verified }
      : {}
    return {
      id: user.id,
      payload: { ...userPayload(user), mfa_enabled: false, locale: user.locale, premium_type: 0, ...email },
    }
  }

  routes(): Route[] {
    return [
      { method: 'POST', template: '/oauth2/token', door: 'open', handle: (call) => this.#token(call) },
      {
        method: 'POST',
        template: '/oauth2/token/revoke',
        door: 'open',
        handle: (call) => {
          if (!this.#isClient(call)) return problem('invalid_client')
          this.grants.revoke(call.body.form?.get('token') ?? '')
          return { status: 200, body: {} }
        },
      },
      {
        method: 'GET',
        template: '/oauth2/@me',
        door: 'open',
        handle: (call) => {
          const grant = this.grants.bearer(call.bearer ?? '')
          if (!grant) throw refusal('unauthorized')
          const body = {
            application: { id: this.#settings.clientId, name: 'TTFD' },
            scopes: grant.scopes,
            expires: new Date(grant.expiresAt).toISOString(),
            user: userPayload(this.#world.user(grant.userId)),
          }
          return { status: 200, body }
        },
      },
    ]
  }

  #token(call: RouteCall): Reply {
    const { form } = call.body
    if (!form) return problem('invalid_request')
    if (!this.#isClient(call)) return problem('invalid_client')
    const answer = this.#granted(form)
    return typeof answer === 'string'
      ? problem(answer)
      : { status: 200, body: answer, headers: { 'cache-control': 'no-store' } }
  }

  #granted(form: URLSearchParams): TokenAnswer | GrantProblem {
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return this.grants.redeem(form.get('code'), form.get('redirect_uri'), form.get('code_verifier'))
      case 'refresh_token':
        return this.grants.refresh(form.get('refresh_token'))
      default:
        return 'unsupported_grant_type'
    }
  }

  #isClient(call: RouteCall): boolean {
    const basic = /^Basic (.+)$/.exec(call.headers.authorization ?? '')?.[1]
    if (basic) {
      const [id, secret] = Buffer.from(basic, 'base64').toString('utf8').split(':')
      return this.grants.knowsClient(decodeURIComponent(id ?? ''), decodeURIComponent(secret ?? ''))
    }
    const { form } = call.body
    return this.grants.knowsClient(form?.get('client_id') ?? null, form?.get('client_secret') ?? null)
  }
}

function problem(name: GrantProblem): Reply {
  const description = name === 'invalid_grant' ? { error_description: 'Invalid "code" in request.' } : {}
  return { status: STATUS[name], body: { error: name, ...description } }
}

function redirect(location: string): Reply {
  return { status: 302, headers: { location, 'cache-control': 'no-store' } }
}

function html(status: number, body: string, formTarget: string | null): Reply {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': pagePolicy(formTarget),
    // Not `no-referrer`: browsers then send `Origin: null` with the form, and it would be refused.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  }
  return { status, body, headers }
}
