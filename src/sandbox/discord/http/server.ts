import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { ApiError, refusal } from '../errors.js'
import type { Settings } from '../options.js'
import type { RequestTrouble, Trouble } from '../trouble.js'
import { isObject } from '../validate/form.js'
import { type ParsedBody, parseBody, readBytes } from './body.js'
import { InvalidRequests } from './invalid-requests.js'
import { RateLimits } from './rate-limits.js'
import { RequestLog } from './request-log.js'
import { apiSegments, type Match, matchRoute, type Reply, type Route } from './router.js'

export interface HttpDeps {
  readonly settings: Settings
  readonly trouble: Trouble
  readonly routes: readonly Route[]
  /** Answers what is not below `/api`: the consent page and stored attachments. */
  readonly pages: (request: PageRequest) => Promise<Reply | null>
}

export interface PageRequest {
  readonly method: string
  readonly url: URL
  /** Decoded, without the `/api` prefix. */
  readonly path: string
  readonly body: ParsedBody
  readonly headers: IncomingMessage['headers']
}

/** Everything that is known of a request while it runs. */
interface Running {
  readonly method: string
  readonly url: URL
  readonly path: string
  readonly startedAt: number
  match: Match | null
  body: ParsedBody
  effective: boolean
  trouble: string | null
}

const NO_BODY: ParsedBody = { json: {}, form: null, files: [] }

/** The HTTP half of the sandbox: finds the route, enforces doors and limits, misbehaves when told, logs all. */
export class HttpFront {
  readonly server: Server
  readonly log = new RequestLog()
  readonly invalid: InvalidRequests
  readonly #deps: HttpDeps
  readonly #limits: RateLimits
  readonly #now: () => number

  constructor(deps: HttpDeps) {
    this.#deps = deps
    this.#now = deps.settings.now
    this.#limits = new RateLimits(deps.settings.rateLimits, this.#now)
    this.invalid = new InvalidRequests(deps.settings.invalidRequestsMax, this.#now)
    this.server = createServer((request, response) => {
      void this.#serve(request, response)
    })
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = addressOf(request.url ?? '/')
    const segments = apiSegments(url.pathname)
    const running: Running = {
      method: request.method ?? 'GET',
      url,
      path: segments ? `/${segments.join('/')}` : url.pathname,
      startedAt: this.#now(),
      match: null,
      body: NO_BODY,
      effective: false,
      trouble: null,
    }
    let reply: Reply | 'lost' | 'silent'
    try {
      reply = await this.#answer(request, running, segments)
    } catch (error) {
      reply = failure(error)
    }
    if (reply === 'lost') request.socket.destroy()
    else if (reply !== 'silent') this.#send(response, reply)
    this.#note(running, request, reply)
  }

  async #answer(
    request: IncomingMessage,
    running: Running,
    segments: string[] | null,
  ): Promise<Reply | 'lost' | 'silent'> {
    if (!isLoopbackHost(request.headers.host))
      return { status: 421, body: { message: '421: Misdirected Request', code: 0 } }
    const bytes = await readBytes(request)
    const found = segments ? matchRoute(this.#deps.routes, running.method, segments) : null
    if (found && found !== 'wrong-method') running.match = found
    const trouble = this.#deps.trouble.forRequest(
      running.method,
      running.path,
      running.match?.route.template ?? null,
    )
    running.trouble = trouble?.kind ?? null
    running.body = await parseBody(bytes, request.headers['content-type'] ?? '')
    const early = trouble ? await beforeEffect(trouble) : null
    if (early) return early
    const reply = found
      ? await this.#callRoute(request, running, found)
      : await this.#callPage(request, running)
    running.effective = reply.status < 400
    return trouble?.kind === 'lose-after' ? 'lost' : reply
  }

  async #callPage(request: IncomingMessage, running: Running): Promise<Reply> {
    const { method, url, path, body } = running
    const reply = await this.#deps.pages({ method, url, path, body, headers: request.headers })
    if (!reply) throw refusal('notFound')
    return reply
  }

  async #callRoute(
    request: IncomingMessage,
    running: Running,
    found: Match | 'wrong-method',
  ): Promise<Reply> {
    const banned = this.invalid.bannedForSeconds()
    if (banned > 0)
      return {
        status: 429,
        body: 'error code: 1015',
        headers: { 'content-type': 'text/plain', 'retry-after': String(banned) },
      }
    if (found === 'wrong-method') throw refusal('methodNotAllowed')
    const bearer = this.#door(request, found.route)
    const { headers, refused } = this.#limits.take(
      `${found.route.method} ${found.route.template}`,
      found.params,
    )
    if (refused) {
      const body = {
        message: 'You are being rate limited.',
        retry_after: refused.retryAfterSeconds,
        global: refused.global,
      }
      return { status: 429, body, headers }
    }
    const call = {
      params: found.params,
      query: running.url.searchParams,
      body: running.body,
      headers: request.headers,
      reason: auditReason(request),
      bearer,
    }
    const { handle } = found.route
    const reply = await (async () => handle(call))().catch(failure)
    return { ...reply, headers: { ...headers, ...reply.headers } }
  }

  /** Checks the Authorization header; gives the bearer token where one opens the door. */
  #door(request: IncomingMessage, route: Route): string | null {
    const [scheme, credential] = (request.headers.authorization ?? '').split(' ')
    const bearer = scheme === 'Bearer' && credential ? credential : null
    if (route.door === 'open') return bearer
    if (scheme === 'Bot' && credential === this.#deps.settings.token) return null
    if (route.door === 'bot-or-bearer' && bearer) return bearer
    throw refusal('unauthorized')
  }

  #send(response: ServerResponse, reply: Reply): void {
    const headers: Record<string, string> = { ...reply.headers }
    let body: string | Buffer | undefined
    if (Buffer.isBuffer(reply.body)) body = reply.body
    else if (reply.body !== undefined && headers['content-type']) body = String(reply.body)
    else if (reply.body !== undefined) {
      headers['content-type'] = 'application/json'
      body = JSON.stringify(reply.body)
    }
    if (reply.status === 429 && headers['x-ratelimit-scope']) headers.via = '1.1 sandbox'
    this.invalid.note(reply.status, headers['x-ratelimit-scope'])
    response.writeHead(reply.status, headers)
    response.end(body)
  }

  #note(running: Running, request: IncomingMessage, reply: Reply | 'lost' | 'silent'): void {
    this.log.add({
      method: running.method,
      path: running.path,
      route: running.match?.route.template ?? null,
      query: Object.fromEntries(running.url.searchParams),
      body: withoutSecret(running.body.json),
      reason: auditReason(request),
      startedAt: running.startedAt,
      endedAt: this.#now(),
      status: typeof reply === 'string' ? null : reply.status,
      effective: running.effective,
      trouble: running.trouble,
    })
  }
}

function addressOf(target: string): URL {
  const base = 'http://127.0.0.1'
  return URL.canParse(target, base) ? new URL(target, base) : new URL('/malformed', base)
}

function isLoopbackHost(host: string | undefined): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host ?? '')
}

function withoutSecret(body: unknown): unknown {
  return isObject(body) && 'client_secret' in body ? { ...body, client_secret: '***' } : body
}

function auditReason(request: IncomingMessage): string | null {
  const raw = request.headers['x-audit-log-reason']
  if (typeof raw !== 'string') return null
  try {
    return decodeURIComponent(raw).slice(0, 512)
  } catch {
    return raw.slice(0, 512)
  }
}

function failure(error: unknown): Reply {
  if (error instanceof ApiError) return { status: error.status, body: error.body() }
  return { status: 500, body: { message: '500: Internal Server Error', code: 0, detail: String(error) } }
}

/** The part of misbehaviour that comes before any effect; null lets the request go on. */
async function beforeEffect(trouble: RequestTrouble): Promise<Reply | 'lost' | 'silent' | null> {
  switch (trouble.kind) {
    case 'lose-before':
      return 'lost'
    case 'silent':
      return 'silent'
    case 'status':
      return {
        status: trouble.status,
        body: trouble.body ?? { message: `${trouble.status}: Sandbox trouble`, code: 0 },
      }
    case 'rate-limit': {
      const scope = trouble.scope ?? 'user'
      const seconds = trouble.retryAfterSeconds
      const headers: Record<string, string> = { 'retry-after': String(seconds), 'x-ratelimit-scope': scope }
      if (scope === 'global') headers['x-ratelimit-global'] = 'true'
      else
        Object.assign(headers, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': String(seconds) })
      const body = {
        message: 'You are being rate limited.',
        retry_after: seconds,
        global: scope === 'global',
      }
      return { status: 429, body, headers }
    }
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, trouble.ms))
      return null
    case 'lose-after':
      return null
    default:
      return trouble satisfies never
  }
}
