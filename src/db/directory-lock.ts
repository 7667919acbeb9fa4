import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
 * (kill -9, power cut) is taken over at once, one from elsewhere after 10 s without a sign of life. One whose owner
 * lives here is never taken, however long it was silent: a suspended process wakes up and writes on.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const ownerPath = join(directory, 'owner.json')
  const held = readOwner(ownerPath)
  if (held?.host === hostname()) {
    if (isAlive(held)) throw new DirectoryInUseError(directory, held.pid)
    await takeOver(directory, ownerPath, held)
  }
  let release: () => Promise<void>
  try {
    release = await lockfile.lock(directory, {
      lockfilePath: lockPathOf(directory),
      stale: STALE_MS,
      update: 2_000,
      realpath: false,
      // The default throws from a timer. A lock stolen after a long suspend is reported by the database itself.
      onCompromised: () => {},
    })
  } catch (error) {
    if ((error as { code?: string }).code !== 'ELOCKED') throw error
    throw new DirectoryInUseError(directory, readOwner(ownerPath)?.pid ?? null)
  }
  const me: Owner = { host: hostname(), pid: process.pid, started: startOf(process.pid) }
  writeFileSync(ownerPath, JSON.stringify(me), { mode: 0o600 })
  return async () => {
    rmSync(ownerPath, { force: true })
    // Gone already when somebody removed the files; there is nothing left to give back then.
    await release().catch(() => {})
  }
}

function lockPathOf(directory: string): string {
  return join(directory, 'ttfd.lock')
}

/**
 * Removes what a dead owner left. Of several processes that find it dead at once, one alone makes the mark that bears
 * the dead one's name; who comes later finds that the owner is another by then.
 */
async function takeOver(directory: string, ownerPath: string, dead: Owner): Promise<void> {
  const mark = join(directory, `takeover-${dead.pid}-${dead.started ?? 'unknown'}`)
  try {
    writeFileSync(mark, String(process.pid), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
    // Whoever made it works on it right now, or died in that moment: then it counts for as long as a silent lock.
    const made = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (Date.now() - made < STALE_MS) {
      throw new DirectoryInUseError(directory, null)
    }
  }
  try {
    const now = readOwner(ownerPath)
    if (now?.pid !== dead.pid || now.started !== dead.started)
      throw new DirectoryInUseError(directory, now?.pid ?? null)
    rmSync(lockPathOf(directory), { recursive: true, force: true })
    rmSync(ownerPath, { force: true })
  } finally {
    rmSync(mark, { force: true })
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
