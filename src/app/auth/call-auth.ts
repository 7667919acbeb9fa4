import { sql } from 'kysely'
import type { Database } from '../../db/connect.js'
import {
  ADDRESS_HEADER,
  type BrowserRequest,
  type Refused,
  type SignInProblem,
} from '../../platforms/web/auth/web-auth.js'
import type { Auth } from './create-auth.js'
import { newScope, type Scopes, type SignInScope } from './sign-in-scope.js'

type Asking = Pick<BrowserRequest, 'headers' | 'locale'>

/** What the library answered. `body` is its JSON, or null. */
export type AuthAnswer = {
  status: number
  body: Record<string, unknown> | null
  location: string | null
  cookies: string[]
  /** Seconds to wait after a 429. */
  retryAfter: number | null
}

/** The only way to the library: requests whose path, body and headers the program builds. */
export type AuthCaller = {
  call(
    request: Asking,
    scope: SignInScope,
    what: { method: 'GET' | 'POST'; path: string; body?: object },
  ): Promise<AuthAnswer>
  /** The id of the browser's session, and cookies that the answer must carry. */
  session(request: Asking): Promise<{ session: string | null; cookies: string[] }>
  /** Makes a session for a user whom the scope has proven. */
  open(request: Asking, scope: SignInScope, userId: string): Promise<{ cookies: string[] }>
  signOut(request: Asking): Promise<string[]>
  /** Cookies that clear a session which is over. */
  clearing(request: Asking): Promise<string[]>
  admits(request: Pick<Asking, 'headers'>, what: string): Promise<boolean>
}

export type CallerSettings = { publicUrl: string; signinPerMinute: number }

export function createCaller(
  auth: Auth,
  scopes: Scopes,
  { publicUrl, signinPerMinute }: CallerSettings,
  db: Database,
  newId: () => string,
): AuthCaller {
  const headersOf = ({ headers }: Pick<Asking, 'headers'>, json: boolean) => {
    const own = new Headers()
    for (const name of ['cookie', 'user-agent', ADDRESS_HEADER]) {
      const value = headers.get(name)
      if (value !== null) own.set(name, value)
    }
    // Where the request came from was checked with the form's token (platforms/web/auth/forms.ts); to the library it
    // comes from us.
    own.set('origin', publicUrl)
    if (json) own.set('content-type', 'application/json')
    return own
  }

  const caller: AuthCaller = {
    async call(request, scope, { method, path, body }) {
      const response = await scopes.run(scope, () =>
        auth.handler(
          new Request(`${publicUrl}/auth${path}`, {
            method,
            headers: headersOf(request, body !== undefined),
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          }),
        ),
      )
      const text = await response.text()
      if (scope.failure !== null) throw scope.failure
      return {
        status: response.status,
        body: readJson(text),
        location: response.headers.get('location'),
        cookies: response.headers.getSetCookie(),
        retryAfter: response.status === 429 ? Number(response.headers.get('x-retry-after') ?? 60) : null,
      }
    },
    async session(request) {
      const { headers, response } = await auth.api.getSession({
        headers: headersOf(request, false),
        returnHeaders: true,
      })
      return { session: response?.session.id ?? null, cookies: headers.getSetCookie() }
    },
    async open(request, scope, userId) {
      const { headers } = await scopes.run(scope, () =>
        auth.api.openSession({ headers: headersOf(request, false), body: { userId }, returnHeaders: true }),
      )
      return { cookies: headers.getSetCookie() }
    },
    async signOut(request) {
      const scope = newScope({ locale: request.locale, current: null })
      const { cookies } = await caller.call(request, scope, { method: 'POST', path: '/sign-out', body: {} })
      return cookies
    },
    clearing: (request) => caller.signOut(request),
    async admits({ headers }, what) {
      if (signinPerMinute === 0) return true
      const key = `${headers.get(ADDRESS_HEADER) ?? ''}|${what}`
      const now = Date.now()
      const { rows } = await sql<{ count: number }>`
        insert into ttfd.website_rate_limits as r (id, key, count, last_request) values (${newId()}, ${key}, 1, ${now})
        on conflict (key) do update set
          count = case when r.last_request <= ${now - 60_000} then 1 else r.count + 1 end,
          last_request = case when r.last_request <= ${now - 60_000} then ${now} else r.last_request end
        returning count`.execute(db.kysely)
      return (rows[0]?.count ?? 0) <= signinPerMinute
    },
  }
  return caller
}

export function refusal(problem: SignInProblem, more: Partial<Refused> = {}): Refused {
  return { status: 'refused', problem, cookies: [], ...more }
}

function readJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
