import type { ContentfulStatusCode } from 'hono/utils/http-status'

const STATUS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  closed: 409,
  out_of_range: 409,
  too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  daily_limit: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<string, ContentfulStatusCode>

export type ApiErrorCode = keyof typeof STATUS
export const API_ERROR_CODES = Object.keys(STATUS)

/** What the API answers instead of a result: `{error: {code, message}}` under the status of the code. */
export class ApiError extends Error {
  override name = 'ApiError'
  constructor(
    readonly code: ApiErrorCode,
    message: string,
    /** Seconds after which the same request may do better. */
    readonly retryAfter?: number,
  ) {
    super(message)
  }
}

/** The answer that an error makes. It says nothing that the caller did not send or may not know. */
export function errorAnswer({ code, message, retryAfter }: ApiError): Response {
  const headers = new Headers({
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  if (code === 'unauthorized') headers.set('www-authenticate', 'Bearer')
  if (retryAfter !== undefined) headers.set('retry-after', String(retryAfter))
  return new Response(JSON.stringify({ error: { code, message } }), { status: STATUS[code], headers })
}

/** One body for unknown, private, banned and deleted members: nobody learns which. */
export function noSuchAccount(): ApiError {
  return new ApiError('not_found', 'There is no such account.')
}
