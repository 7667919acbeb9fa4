import type { OldFields } from './old-fields.js'
import { storable } from './text.js'

const ID_MAX = 64

/**
 * The achievements of a record: a list of ids, of objects that bear one, an object whose keys are ids, or the JSON text
 * of any of these.
 */
export function achievementsOf(fields: OldFields): string[] {
  const value = parsed(fields.raw.achievements)
  if (value === null || value === undefined || value === '') return []
  const ids = idsIn(value)
  if (ids === null) {
    fields.reject('achievements', 'not_a_list', value)
    return []
  }
  return [...new Set(ids)]
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function idsIn(value: unknown): string[] | null {
  if (Array.isArray(value)) return value.flatMap((item) => idOf(item) ?? [])
  if (typeof value !== 'object' || value === null) return null
  return Object.entries(value).flatMap(([key, held]) => (held ? (idOf(key) ?? []) : []))
}

function idOf(item: unknown): string | null {
  if (typeof item === 'string') return storable(item).slice(0, ID_MAX).toWellFormed() || null
  if (typeof item === 'number') return String(item)
  if (typeof item !== 'object' || item === null) return null
  const { id, achievement_id } = item as { id?: unknown; achievement_id?: unknown }
  const named = achievement_id ?? id
  return typeof named === 'string' || typeof named === 'number' ? idOf(named) : null
}
