import type { IncomingHttpHeaders } from 'node:http'
import type { ParsedBody } from './body.js'

/** What a route's handler is given. */
export interface RouteCall {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: ParsedBody
  readonly headers: IncomingHttpHeaders
  /** The reason for the audit log, decoded. */
  readonly reason: string | null
  /** The bearer token, for the routes that take one. */
  readonly bearer: string | null
}

export interface Reply {
  readonly status: number
  /** JSON unless it is a Buffer or text with its own content type. Absent: no body, no content type. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Who may call: the bot, a person's bearer token, or anyone (the route checks for itself). */
type Door = 'bot' | 'bot-or-bearer' | 'open'

export interface Route {
  readonly method: string
  /** Such as `/guilds/:guild/members/:user`; it also names the rate limit. */
  readonly template: string
  readonly door: Door
  readonly handle: (call: RouteCall) => Reply | Promise<Reply>
}

export interface Match {
  readonly route: Route
  readonly params: Record<string, string>
}

/** Finds the route of a decoded path. `wrong-method` when the path exists for other methods only. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  segments: readonly string[],
): Match | 'wrong-method' | null {
  let pathKnown = false
  for (const route of routes) {
    const params = matchTemplate(route.template, segments)
    if (!params) continue
    if (route.method === method) return { route, params }
    pathKnown = true
  }
  return pathKnown ? 'wrong-method' : null
}

function matchTemplate(template: string, segments: readonly string[]): Record<string, string> | null {
  const parts = template.slice(1).split('/')
  if (parts.length !== segments.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = segment
    else if (part !== segment) return null
  }
  return params
}

/** Splits a path into decoded segments, without the `/api` and version prefix; null when it is malformed or not below `/api`. */
export function apiSegments(pathname: string): string[] | null {
  const match = /^\/api(?:\/v(\d+))?(\/.*)$/.exec(pathname)
  if (!match?.[2] || (match[1] !== undefined && match[1] !== '10' && match[1] !== '9')) return null
  try {
    return match[2].slice(1).replace(/\/$/, '').split('/').map(decodeURIComponent)
  } catch {
    return null
  }
}
