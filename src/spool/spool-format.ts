import { crc32 } from 'node:zlib'
import type { Award } from '../core/progression/award.js'

/** Raised when what an entry means changes; older ones stay readable. */
export const SPOOL_VERSION = 1

/** The first line of a spool file: whose it is. */
export type SpoolHeader = {
  ttfd_spool: number
  /** Keyed hash of where the database is, which is known also while it is away. */
  place: string
  /** The database's own id; null when it was never reached since this directory is used. */
  database: string | null
  made_at: string
}

export type SpoolLine = { award: Award } | { damaged: string }

export function encodeHeader(header: SpoolHeader): string {
  return `${JSON.stringify(header)}\n`
}

/** Reads a file's first line; null when it is none of ours. */
export function decodeHeader(line: string): SpoolHeader | null {
  const value = parse(line) as Partial<SpoolHeader> | null
  if (typeof value?.ttfd_spool !== 'number' || typeof value.place !== 'string') return null
  return {
    ttfd_spool: value.ttfd_spool,
    place: value.place,
    database: typeof value.database === 'string' ? value.database : null,
    made_at: String(value.made_at ?? ''),
  }
}

/** One award as a line: checksum and JSON, so that a torn or overwritten one is known as such. */
export function encodeEntry(award: Award): string {
  const json = JSON.stringify(award)
  return `${checksum(json)} ${json}\n`
}

export function decodeEntry(line: string): SpoolLine {
  const json = line.slice(9)
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return { damaged: 'checksum' }
  const award = parse(json) as (Award & { occurredAt: unknown }) | null
  const occurredAt = new Date(String(award?.occurredAt))
  if (!award?.key || !award.who || !award.act || Number.isNaN(occurredAt.getTime()))
    return { damaged: 'shape' }
  return { award: { ...award, occurredAt } }
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
