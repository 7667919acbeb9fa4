import { badRequest } from '../errors.js'
import type { UploadedFile } from './params.js'

interface Part {
  name: string
  filename: string | undefined
  bytes: Buffer
}

/**
 * Splits a multipart/form-data body into texts and files. Written here because clients take the liberties
 * that RFC 7578 readers must allow (header names in any case, no space after `;`, unquoted file names) and
 * Node's own parser refuses some of them.
 */
export function parseMultipart(
  body: Buffer,
  contentType: string,
): { values: Map<string, string>; files: Map<string, UploadedFile> } {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const mark = boundary?.[1] ?? boundary?.[2]
  if (!mark) throw badRequest('boundary of multipart/form-data is missing')
  const values = new Map<string, string>()
  const files = new Map<string, UploadedFile>()
  for (const part of splitParts(body, Buffer.from(`--${mark}`))) {
    if (part.filename === undefined) values.set(part.name, part.bytes.toString('utf8'))
    else files.set(part.name, { filename: part.filename, bytes: new Uint8Array(part.bytes) })
  }
  return { values, files }
}

function* splitParts(body: Buffer, delimiter: Buffer): Generator<Part> {
  let start = body.indexOf(delimiter)
  while (start >= 0) {
    const from = start + delimiter.length
    if (body.subarray(from, from + 2).toString() === '--') return
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), from)
    if (next < 0) throw badRequest('multipart/form-data body is cut off')
    const part = readPart(body.subarray(from + 2, next))
    if (part) yield part
    start = next + 2
  }
}

function readPart(chunk: Buffer): Part | undefined {
  const headerEnd = chunk.indexOf('\r\n\r\n')
  if (headerEnd < 0) return undefined
  const headers = chunk.subarray(0, headerEnd).toString('utf8')
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? ''
  const name = attribute(disposition, 'name')
  if (name === undefined) return undefined
  return { name, filename: attribute(disposition, 'filename'), bytes: chunk.subarray(headerEnd + 4) }
}

function attribute(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\r\\n]*))`, 'i').exec(disposition)
  return match ? (match[1] ?? match[2] ?? '').trim() : undefined
}
