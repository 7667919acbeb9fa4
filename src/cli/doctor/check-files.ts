import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Config } from '../../config/config.js'
import { SECRET_FILES } from '../../config/secrets.js'
import { type Finding, fail, ok, warn } from '../../core/doctor/finding.js'

/** Below this the program stops writing. */
const FREE_BYTES_MIN = 200 * 1024 * 1024
const MEBIBYTE = 1024 * 1024
const OTHERS = 0o077

/** Rights and room of the data directory. */
export function checkFiles(
  { dataDir, rootDataDir }: Pick<Config, 'dataDir' | 'rootDataDir'>,
  { freeBytesMin = FREE_BYTES_MIN } = {},
): Finding[] {
  return [...checkRights(dataDir), checkRoom(rootDataDir, freeBytesMin)]
}

function checkRights(dataDir: string): Finding[] {
  if (!existsSync(dataDir)) {
    const parent = nearestFolder(dataDir)
    return isWritable(parent)
      ? [ok('files_new', { path: dataDir })]
      : [fail('files_not_writable', { path: parent })]
  }
  if (!isWritable(dataDir)) return [fail('files_not_writable', { path: dataDir })]
  const findings: Finding[] = []
  if (isOpen(dataDir)) findings.push(warn('folder_open', { path: dataDir, mode: modeOf(dataDir) }))
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name)
    const isSecret = Object.values(SECRET_FILES).some((file) => file === name)
    if (!statSync(path, { throwIfNoEntry: false })?.isFile() || !isOpen(path)) continue
    findings.push(
      (isSecret ? fail : warn)(isSecret ? 'secret_open' : 'file_open', { path, mode: modeOf(path) }),
    )
  }
  return findings.length > 0 ? findings : [ok('files_ok', { path: dataDir })]
}

function checkRoom(rootDataDir: string, freeBytesMin: number): Finding {
  const path = nearestFolder(rootDataDir)
  const { bavail, bsize } = statfsSync(path)
  const free = bavail * bsize
  const values = { path, free: Math.floor(free / MEBIBYTE), needed: Math.floor(freeBytesMin / MEBIBYTE) }
  return free < freeBytesMin ? fail('disk_low', values) : ok('disk_ok', values)
}

function nearestFolder(path: string): string {
  let at = path
  while (!existsSync(at)) at = dirname(at)
  return at
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}

function isOpen(path: string): boolean {
  return (statSync(path).mode & OTHERS) !== 0
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8).padStart(4, '0')
}
