import { openDiscordLink } from '../../core/linking/discord-link-request.js'
import type {
  BrowserRequest,
  FinishedDiscord,
  Refused,
  SignInProblem,
} from '../../platforms/web/auth/web-auth.js'
import { type AuthCaller, refusal } from './call-auth.js'
import { newScope } from './sign-in-scope.js'
import type { WebAuthDeps } from './web-auth.js'

type Deps = Pick<WebAuthDeps, 'discord' | 'log'>

/** Where the library thinks that it sends people; read here and never followed. */
const ENDED_BADLY = '/login'

/** Begins a sign-in at Discord: the browser gets a state cookie and goes to `url`. */
export async function startDiscord(
  { discord, log }: Deps,
  caller: AuthCaller,
  request: BrowserRequest,
  next: string | null,
): Promise<{ status: 'go'; url: string; cookies: readonly string[] } | Refused> {
  if (!discord) return refusal('discord_off')
  const scope = newScope({ locale: request.locale, current: request.visitor })
  const answer = await caller.call(request, scope, {
    method: 'POST',
    path: '/sign-in/social',
    body: {
      provider: 'discord',
      callbackURL: next ?? '/',
      errorCallbackURL: ENDED_BADLY,
      disableRedirect: true,
    },
  })
  if (answer.retryAfter !== null) return refusal('too_many', { seconds: answer.retryAfter })
  const url = answer.body?.url
  if (answer.status !== 200 || typeof url !== 'string') {
    log.warn({ status: answer.status }, 'a sign-in with Discord could not begin')
    return refusal('internal')
  }
  return { status: 'go', url, cookies: answer.cookies }
}

/** Where the library thinks that a link ends; tells it apart from a sign-in. */
const LINKING = '/link'

/** Begins linking a Discord login to the visitor's account. Discord asks for consent even if it was given before. */
export async function startDiscordLink(
  { discord, log }: Deps,
  caller: AuthCaller,
  request: BrowserRequest,
): Promise<{ status: 'go'; url: string; cookies: readonly string[] } | Refused> {
  if (!discord) return refusal('discord_off')
  const scope = newScope({ locale: request.locale, current: request.visitor })
  const answer = await caller.call(request, scope, {
    method: 'POST',
    path: '/link-social',
    body: {
      provider: 'discord',
      callbackURL: LINKING,
      errorCallbackURL: LINKING,
      disableRedirect: true,
      additionalParams: { prompt: 'consent' },
    },
  })
  if (answer.retryAfter !== null) return refusal('too_many', { seconds: answer.retryAfter })
  const url = answer.body?.url
  if (answer.status !== 200 || typeof url !== 'string') {
    log.warn({ status: answer.status }, 'a link with Discord could not begin')
    return refusal('internal')
  }
  return { status: 'go', url, cookies: answer.cookies }
}

const PARAMETERS = ['code', 'state', 'error', 'error_description'] as const
const PARAMETER_MAX = 2_048

/** Ends a sign-in at Discord: whatever came back, the browser is either signed in or told why not. */
export async function finishDiscord(
  { discord, log, db, context }: WebAuthDeps,
  caller: AuthCaller,
  request: BrowserRequest,
  query: URLSearchParams,
): Promise<FinishedDiscord> {
  if (!discord) return refusal('discord_off')
  const passed = new URLSearchParams()
  for (const name of PARAMETERS) {
    const value = query.get(name)
    if (value !== null && value.length <= PARAMETER_MAX) passed.set(name, value)
  }
  const scope = newScope({ locale: request.locale, current: request.visitor })
  const answer = await caller.call(request, scope, { method: 'GET', path: `/callback/discord?${passed}` })
  const { cookies } = answer
  if (scope.made) {
    return { status: 'signed_in', accountId: scope.made.accountId, next: answer.location, cookies }
  }
  if (answer.retryAfter !== null) return refusal('too_many', { seconds: answer.retryAfter })
  const code = errorIn(answer.location)
  const linking = isLinkEnd(answer.location)
  if (code === 'confirm_link' && scope.asksLink && scope.discord && request.visitor) {
    await openDiscordLink(db, { sessionId: request.visitor.sessionId, profile: scope.discord }, context())
    return { status: 'asks_link', cookies }
  }
  const problem = scope.problem ?? PROBLEMS[code ?? ''] ?? 'internal'
  if (problem === 'internal') log.warn({ code, status: answer.status }, 'a sign-in with Discord failed')
  return refusal(problem, linking ? { cookies, linking } : { cookies })
}

/** What the library or Discord calls a failure, and what it is called here. */
const PROBLEMS: Record<string, SignInProblem> = {
  access_denied: 'denied',
  state_mismatch: 'start_again',
  state_not_found: 'start_again',
  state_invalid: 'start_again',
  invalid_callback_request: 'start_again',
  no_code: 'start_again',
  invalid_code: 'discord_code',
  unable_to_get_user_info: 'discord_failing',
  unable_to_link_account: 'start_again',
  server_error: 'discord_failing',
  temporarily_unavailable: 'discord_failing',
  invalid_scope: 'discord_setup',
  unauthorized_client: 'discord_setup',
  unsupported_response_type: 'discord_setup',
  invalid_request: 'discord_setup',
}

function errorIn(location: string | null): string | null {
  if (location === null || !URL.canParse(location, 'http://localhost')) return null
  return new URL(location, 'http://localhost').searchParams.get('error')
}

function isLinkEnd(location: string | null): boolean {
  if (location === null || !URL.canParse(location, 'http://localhost')) return false
  return new URL(location, 'http://localhost').pathname === LINKING
}
