import { isIP } from 'node:net'
import { z } from 'zod'
import type { ProblemCode } from './problems.js'

type Values = Record<string, string | number>

/** The value was not understood. Carries a code and values, so that it prints in any language. */
export class FieldError extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly values: Values = {},
  ) {
    super(code)
  }
}

/**
 * A variable that may be unset; an empty or blank one counts as unset. `read` gets the trimmed text and throws
 * FieldError for what it does not understand.
 */
export function field<T>(fallback: T, read: (text: string) => T) {
  return z
    .string()
    .optional()
    .transform((raw, ctx): T => {
      const text = raw?.trim() ?? ''
      if (text === '') return fallback
      try {
        return read(text)
      } catch (error) {
        if (!(error instanceof FieldError)) throw error
        ctx.addIssue({ code: 'custom', params: { problem: error.code, values: error.values } })
        return z.NEVER
      }
    })
}

export function number(fallback: number, { min, max, whole = true }: NumberLimits) {
  return field(fallback, (text) => {
    const value = Number(text)
    const fits = Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value))
    if (!fits) throw new FieldError('not_a_number', { value: text, min, max })
    return value
  })
}
type NumberLimits = { min: number; max: number; whole?: boolean }

const ON = ['on', 'true', '1', 'yes']
const OFF = ['off', 'false', '0', 'no']

export function onOff(fallback: boolean) {
  return field(fallback, (text) => {
    const word = text.toLowerCase()
    if (ON.includes(word)) return true
    if (OFF.includes(word)) return false
    throw new FieldError('not_a_switch', { value: text })
  })
}

export function oneOf<const T extends string>(fallback: T, choices: readonly T[]) {
  return field<T>(fallback, (text) => {
    const found = choices.find((choice) => choice === text.toLowerCase())
    if (!found) throw new FieldError('not_a_choice', { value: text, choices: choices.join(', ') })
    return found
  })
}

/** An http or https address without a slash at its end. Credentials, query and fragment are refused. */
export function httpUrl({ siteRoot = false } = {}) {
  return field<string | null>(null, (text) => {
    const code: ProblemCode = siteRoot ? 'not_a_site_root' : 'not_a_url'
    const url = URL.canParse(text) ? new URL(text) : null
    if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
      throw new FieldError(code)
    if (siteRoot && url.pathname !== '/') throw new FieldError(code)
    return url.href.replace(/\/+$/, '')
  })
}

/** An address that may hold a password: it is never repeated in a message. */
export function secretUrl(protocols: RegExp, code: ProblemCode) {
  return field<string | null>(null, (text) => {
    if (!URL.canParse(text) || !protocols.test(new URL(text).protocol)) throw new FieldError(code)
    return text
  })
}

/** A secret of ours: long enough that nobody guesses it. */
export function ownSecret(lengthMin: number) {
  return field<string | null>(null, (text) => {
    if (text.length < lengthMin) throw new FieldError('too_short', { min: lengthMin })
    return text
  })
}

export function matching(pattern: RegExp, code: ProblemCode) {
  return field<string | null>(null, (text) => {
    if (!pattern.test(text)) throw new FieldError(code)
    return text
  })
}

/** A list by commas or blanks, doubles removed. */
export function list(isGood: (item: string) => boolean, code: ProblemCode) {
  return field<string[]>([], (text) => {
    const items = [...new Set(text.split(/[\s,;]+/).filter((item) => item !== ''))]
    const bad = items.filter((item) => !isGood(item))
    if (bad.length > 0) throw new FieldError(code, { value: bad.join(', ') })
    return items
  })
}

/** An IP address, or a range in CIDR notation. */
export function isAddressOrRange(item: string): boolean {
  const [address = '', prefix, ...rest] = item.split('/')
  const family = isIP(address)
  if (family === 0 || rest.length > 0) return false
  if (prefix === undefined) return true
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128)
}

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
