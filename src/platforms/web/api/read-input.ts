import type { Context } from 'hono'
import type { z } from 'zod'
import type { Identity } from '../../../core/accounts/identity.js'
import type { ApiKey } from '../../../core/api-keys/api-key.js'
import { numberIn } from '../http/number-in.js'
import { ApiError, noSuchAccount } from './api-error.js'
import { requireScope } from './key-gate.js'
import { accountPath, ID_SHAPES } from './schemas.js'

const REASON_MAX = 200

/** Reads a value by its schema. Throws ApiError 400 that names the field, never what stood in it. */
export function parse<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = (issue?.path ?? []).map(String).join('.').slice(0, 64)
  const wrong = issue?.code === 'unrecognized_keys' ? 'There is a field that is not known' : 'Not valid'
  throw new ApiError('bad_request', field === '' ? `${wrong}.` : `${wrong}: ${field}.`)
}

/** Reads a query; a name given twice is refused. */
export function queryOf<S extends z.ZodType>(c: Context, schema: S): z.infer<S> {
  const all = Object.entries(c.req.queries())
  if (all.some(([, values]) => values.length > 1))
    throw new ApiError('bad_request', 'A parameter is given twice.')
  return parse(schema, Object.fromEntries(all.map(([name, values]) => [name, values[0]])))
}

/** Reads a JSON body. Throws ApiError 400 or 415. */
export async function jsonBody(c: Context): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? ''))
    throw new ApiError('unsupported_media_type', 'Send the body as application/json.')
  const bytes = await c.req.arrayBuffer()
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new ApiError('bad_request', 'The body is not JSON in UTF-8.')
  }
}

/** Whom a platform and an id name. An id of the wrong shape is an unknown one; an e-mail needs its scope. */
export function identityOf(key: ApiKey, platform: Identity['platform'], id: string): Identity {
  if (platform === 'website') requireScope(key, 'identities')
  if (!ID_SHAPES[platform].test(id)) throw noSuchAccount()
  return { platform, id: platform === 'website' ? id.toLowerCase() : id }
}

/** Whom the path of a request names. */
export function whoOf(c: Context, key: ApiKey): Identity | { accountId: number } {
  const { platform, id } = parse(accountPath, c.req.param())
  if (platform !== 'account') return identityOf(key, platform, id)
  const accountId = numberIn(id)
  if (accountId === null) throw noSuchAccount()
  return { accountId }
}

/** Words for the ledger: one line, nothing invisible, at most 200 characters. Throws ApiError 400 when nothing is left. */
export function cleanReason(raw: string): string {
  const line = raw
    .replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '')
    .normalize('NFC')
    .trim()
  const cut = [...line].slice(0, REASON_MAX).join('').trim()
  if (cut === '') throw new ApiError('bad_request', 'Not valid: reason.')
  return cut
}
