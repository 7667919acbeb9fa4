import type { IncomingMessage } from 'node:http'
import { badRequest, TelegramError } from '../errors.js'
import { parseMultipart } from './multipart.js'
import { Params, textsOf, type UploadedFile } from './params.js'

/** Telegram's own upload limit for bots. */
const BODY_BYTES_MAX = 50 * 1024 * 1024

/** Reads the arguments of a call from its address and body. Throws a TelegramError for what cannot be read. */
export async function readParams(request: IncomingMessage, url: URL): Promise<Params> {
  const values = new Map<string, string>(url.searchParams)
  const files = new Map<string, UploadedFile>()
  const body = await readBody(request)
  if (body.length > 0) {
    const type = request.headers['content-type'] ?? ''
    const parsed = parseBody(body, type)
    for (const [name, value] of parsed.values) values.set(name, value)
    for (const [name, file] of parsed.files) files.set(name, file)
  }
  return new Params(values, files)
}

function parseBody(
  body: Buffer,
  type: string,
): { values: Map<string, string>; files: Map<string, UploadedFile> } {
  if (type.startsWith('multipart/form-data')) return parseMultipart(body, type)
  if (type.startsWith('application/json')) {
    let parsed: unknown
    try {
      parsed = JSON.parse(body.toString('utf8'))
    } catch {
      throw badRequest("can't parse JSON object")
    }
    return { values: textsOf(parsed), files: new Map() }
  }
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return { values: new Map(new URLSearchParams(body.toString('utf8'))), files: new Map() }
  }
  // Telegram ignores bodies of other types.
  return { values: new Map(), files: new Map() }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > BODY_BYTES_MAX) throw new TelegramError(413, 'Request Entity Too Large')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
