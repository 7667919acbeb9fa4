import type { IncomingMessage } from 'node:http'
import { ApiError, refusal } from '../errors.js'
import type { Json } from '../model/types.js'
import { isObject } from '../validate/form.js'

const BODY_BYTES_MAX = 26 * 1024 * 1024

export interface UploadedFile {
  /** The n of `files[n]`, by which `attachments` speaks of it. */
  readonly index: string
  readonly name: string
  readonly type: string
  readonly bytes: Buffer
}

export interface ParsedBody {
  /** The JSON value, `{}` when there was none. */
  readonly json: unknown
  readonly form: URLSearchParams | null
  readonly files: readonly UploadedFile[]
}

/** Collects the bytes of a request; too many are refused with 413. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_BYTES_MAX) throw refusal('tooLarge')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function parseJson(text: string): unknown {
  if (text === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw refusal('invalidJson')
  }
}

/** Reads a body by its content type: JSON, a form, or multipart with `payload_json` and `files[n]`. */
export async function parseBody(bytes: Buffer, contentType: string): Promise<ParsedBody> {
  if (bytes.length === 0) return { json: {}, form: null, files: [] }
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(bytes.toString('utf8'))
    return { json: Object.fromEntries(form), form, files: [] }
  }
  if (contentType.startsWith('multipart/form-data')) return parseMultipart(bytes, contentType)
  return { json: parseJson(bytes.toString('utf8')), form: null, files: [] }
}

async function parseMultipart(bytes: Buffer, contentType: string): Promise<ParsedBody> {
  const fields = await new Response(new Uint8Array(bytes), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw new ApiError(400, 50035, 'Invalid Form Body')
    })
  const files: UploadedFile[] = []
  let json: unknown = {}
  for (const [name, value] of fields) {
    if (name === 'payload_json') json = parseJson(typeof value === 'string' ? value : await value.text())
    else if (typeof value !== 'string') {
      files.push({
        index: /^files\[(\d+)\]$/.exec(name)?.[1] ?? name,
        name: value.name,
        type: value.type || 'application/octet-stream',
        bytes: Buffer.from(await value.arrayBuffer()),
      })
    }
  }
  return { json, form: null, files }
}

/** The body as an object; anything else is an invalid form. */
export function bodyObject(body: ParsedBody): Json {
  if (isObject(body.json)) return body.json
  throw new ApiError(400, 50035, 'Invalid Form Body', {
    _errors: [{ code: 'DICT_TYPE_CONVERT', message: 'Only dictionaries may be used in a DictType' }],
  })
}

/** The body as a list of objects. */
export function bodyList(body: ParsedBody): Json[] {
  if (Array.isArray(body.json) && body.json.every(isObject)) return body.json
  throw new ApiError(400, 50035, 'Invalid Form Body', {
    _errors: [{ code: 'LIST_TYPE_CONVERT', message: 'Only iterables may be used in a ListType' }],
  })
}
