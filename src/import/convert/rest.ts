import { storable } from './text.js'

export type JsonObject = Record<string, unknown>

/** The value as an object of JSON; null for a list and for what is none. */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null
}

/** Names that mean something to JavaScript itself, in the hands of careless code. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

/** A record's text without any of these needs no look into its depths: no such names, no escapes that could hide one or hold what jsonb refuses. */
const SUSPICIOUS = /__proto__|constructor|prototype|\\u(?:00[04-7]|[dD][89a-fA-F])|[\ud800-\udfff]/

export function needsLook(text: string): boolean {
  return SUSPICIOUS.test(text)
}

/** Everything of a record but the `known` fields. `onForbidden` hears of each field that stays behind for a name in it. */
export function restOf(
  raw: JsonObject,
  known: ReadonlySet<string>,
  look: boolean,
  onForbidden: (field: string) => void,
): JsonObject {
  const rest: JsonObject = {}
  for (const key in raw) {
    if (known.has(key) || holdsNothing(raw[key])) continue
    if (!look) rest[key] = raw[key]
    else {
      // Cut first: what is cut from a name may have kept it from being a forbidden one.
      const name = storable(key)
      const cleaned = FORBIDDEN.has(name) ? undefined : clean(raw[key])
      if (cleaned === undefined) onForbidden(name)
      else rest[name] = cleaned
    }
  }
  return rest
}

function holdsNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true
  if (typeof value !== 'object') return false
  return Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0
}

/** The same value as jsonb takes it; undefined when a forbidden name lies in it. At most 32 deep: records were measured. */
function clean(value: unknown): unknown {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const list = value.map(clean)
    return list.includes(undefined) ? undefined : list
  }
  const out: JsonObject = {}
  for (const [key, inner] of Object.entries(value)) {
    const name = storable(key)
    const cleaned = FORBIDDEN.has(name) ? undefined : clean(inner)
    if (cleaned === undefined) return undefined
    out[name] = cleaned
  }
  return out
}
