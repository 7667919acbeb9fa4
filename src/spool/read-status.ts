import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { REJECTED_FILE } from './rejected-log.js'

/** What lies in a spool directory, told without touching it. */
export type SpoolOnDisk = {
  files: number
  bytes: number
  /** Of the oldest file; null when there is none. */
  oldestAt: Date | null
  /** Kept awards that could not be written. */
  rejected: number
}

export function readSpoolStatus(directory: string): SpoolOnDisk {
  if (!existsSync(directory)) return { files: 0, bytes: 0, oldestAt: null, rejected: 0 }
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.spool'))
    .map((name) => statSync(join(directory, name), { throwIfNoEntry: false }))
    .filter((stat) => stat !== undefined)
  const rejectedPath = join(directory, REJECTED_FILE)
  const rejected = existsSync(rejectedPath) ? readFileSync(rejectedPath, 'utf8').split('\n').length - 1 : 0
  const oldest = Math.min(...files.map((stat) => stat.birthtimeMs))
  return {
    files: files.length,
    bytes: files.reduce((sum, stat) => sum + stat.size, 0),
    oldestAt: files.length > 0 ? new Date(oldest) : null,
    rejected,
  }
}
