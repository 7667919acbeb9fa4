import type { Settings } from '../options.js'
import type { Grants } from './grants.js'

const SCOPES = ['identify', 'email', 'guilds', 'guilds.join', 'openid']

/** A checked request of an application for a person's consent. */
export interface AuthorizeRequest {
  readonly redirectUri: string
  readonly state: string | null
  readonly scopes: readonly string[]
  readonly challenge: string | null
}

/** What is wrong with a request: shown on the page when no redirect can be trusted, else sent back to the application. */
export type AuthorizeProblem =
  | { readonly show: 'unknownClient' | 'badRedirect' }
  | { readonly redirect: string }

/** Sends a person back to the application with a result. */
function returnTo(
  request: Pick<AuthorizeRequest, 'redirectUri' | 'state'>,
  result: Readonly<Record<string, string>>,
): string {
  const url = new URL(request.redirectUri)
  for (const [key, value] of Object.entries(result)) url.searchParams.set(key, value)
  if (request.state !== null) url.searchParams.set('state', request.state)
  return url.toString()
}

function isAllowedRedirect(settings: Settings, uri: string): boolean {
  if (settings.redirectUris) return settings.redirectUris.includes(uri)
  if (!URL.canParse(uri)) return false
  const { protocol, hostname } = new URL(uri)
  return ['http:', 'https:'].includes(protocol) && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

/** Reads and judges the query of an authorize address. */
export function readAuthorize(
  settings: Settings,
  query: URLSearchParams,
): AuthorizeRequest | AuthorizeProblem {
  if (query.get('client_id') !== settings.clientId) return { show: 'unknownClient' }
  const redirectUri = query.get('redirect_uri') ?? ''
  if (!isAllowedRedirect(settings, redirectUri)) return { show: 'badRedirect' }
  const state = query.get('state')
  const back = { redirectUri, state }
  const scopes = (query.get('scope') ?? '').split(' ').filter(Boolean)
  if (query.get('response_type') !== 'code')
    return { redirect: returnTo(back, { error: 'unsupported_response_type' }) }
  if (scopes.length === 0 || scopes.some((one) => !SCOPES.includes(one))) {
    return {
      redirect: returnTo(back, {
        error: 'invalid_scope',
        error_description: 'The requested scope is invalid, unknown, or malformed.',
      }),
    }
  }
  const challenge = query.get('code_challenge')
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') {
    return {
      redirect: returnTo(back, {
        error: 'invalid_request',
        error_description: 'code_challenge_method must be S256',
      }),
    }
  }
  return { redirectUri, state, scopes, challenge }
}

/** Carries out a person's decision and gives the address to which the browser goes. */
export function decide(grants: Grants, request: AuthorizeRequest, userId: string | null): string {
  if (userId === null) {
    const error_description = 'The resource owner or authorization server denied the request'
    return returnTo(request, { error: 'access_denied', error_description })
  }
  const { redirectUri, scopes, challenge } = request
  return returnTo(request, { code: grants.issueCode({ userId, scopes, redirectUri, challenge }) })
}
