import { badRequest } from '../errors.js'

export interface UploadedFile {
  filename: string
  bytes: Uint8Array
}

/**
 * One call's arguments. Telegram takes query strings, forms, multipart and JSON alike and reads every value
 * as text; objects inside are JSON text. So do we.
 */
export class Params {
  constructor(
    private readonly values: ReadonlyMap<string, string>,
    readonly files: ReadonlyMap<string, UploadedFile> = new Map(),
  ) {}

  has(name: string): boolean {
    return this.values.has(name)
  }

  /** The text of an argument, or an empty string. */
  text(name: string): string {
    return this.values.get(name) ?? ''
  }

  /** A whole number, or undefined when the argument is absent. Anything else is refused with 400. */
  integer(name: string): number | undefined {
    const value = this.values.get(name)
    if (value === undefined || value === '') return undefined
    if (!/^-?\d{1,16}$/.test(value.trim())) throw badRequest(`invalid ${name} specified`)
    return Number(value)
  }

  /** True for `true`, `yes` and `1` in any case, false otherwise: Telegram's own reading. */
  flag(name: string): boolean {
    return ['true', 'yes', '1'].includes(this.text(name).toLowerCase())
  }

  /** Parsed JSON, or undefined when the argument is absent. `what` names the object in the error. */
  json(name: string, what: string): unknown {
    const value = this.values.get(name)
    if (value === undefined || value === '') return undefined
    try {
      return JSON.parse(value)
    } catch {
      throw badRequest(`can't parse ${what} JSON object`)
    }
  }

  /** All arguments as plain values, files by name and size only: for the request log. */
  summary(): Record<string, unknown> {
    const result: Record<string, unknown> = Object.fromEntries(this.values)
    for (const [name, file] of this.files) {
      result[name] = { filename: file.filename, bytes: file.bytes.length }
    }
    return result
  }
}

/** Reads JSON object values as the texts that Telegram would see. Null means absent. */
export function textsOf(body: unknown): Map<string, string> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('object expected as request body')
  }
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(body)) {
    if (value === null || value === undefined) continue
    values.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return values
}
