import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'

/** Another living process holds the data directory; two at once would destroy the embedded database. */
export class DirectoryInUseError extends Error {
  readonly directory: string
  readonly pid: number | null
  constructor(directory: string, pid: number | null) {
    super(`${directory} is in use by ${pid === null ? 'another program' : `process ${pid}`}`)
    this.name = 'DirectoryInUseError'
    this.directory = directory
    this.pid = pid
  }
}

const STALE_MS = 10_000

/**
 * Locks a directory for this process and returns the release. A lock whose owner is known to be dead on this host
 * (kill -9, power cut) is taken over at once, one from elsewhere after 10 s without a sign of life.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const owner = join(directory, 'owner.json')
  const lockPath = join(directory, 'ttfd.lock')
  const attempt = () =>
    lockfile.lock(directory, {
      lockfilePath: lockPath,
      stale: STALE_MS,
      update: 2_000,
      realpath: false,
      // The default throws from a timer. A lock stolen after a long suspend is reported by the database itself.
      onCompromised: () => {},
    })
  let release: () => Promise<void>
  try {
    release = await attempt()
  } catch (error) {
    if ((error as { code?: string }).code !== 'ELOCKED') throw error
    const held = readOwner(owner)
    if (!held || held.host !== hostname() || isAlive(held))
      throw new DirectoryInUseError(directory, held?.pid ?? null)
    rmSync(lockPath, { recursive: true, force: true })
    release = await attempt().catch(() => {
      throw new DirectoryInUseError(directory, null)
    })
  }
  const me: Owner = { host: hostname(), pid: process.pid, started: startOf(process.pid) }
  writeFileSync(owner, JSON.stringify(me), { mode: 0o600 })
  return async () => {
    rmSync(owner, { force: true })
    await release()
  }
}

type Owner = { host: string; pid: number; started: string | null }

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch {
    return null
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    if ((error as { code?: string }).code === 'ESRCH') return false
  }
  const started = startOf(owner.pid)
  return started === null || owner.started === null || started === owner.started
}

/** When a process started (clock ticks since boot), so that a reused process id is not taken for its predecessor. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie is dead, though its entry remains until its parent looks.
    return fields[0] === 'Z' ? 'dead' : (fields[19] ?? null)
  } catch {
    return null
  }
}
