import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * Names this process among all that use the database: host, process id, where that id means something (this boot, this
 * pid namespace), and a random part.
 */
export function makeHolder(): string {
  return [hostname(), process.pid, processSpace(), randomUUID().slice(0, 8)].join(':')
}

/** Whether a holder is known to be dead: a process of this very machine that is gone. Of others nothing is known. */
export function isDeadHolder(holder: string): boolean {
  return holderState(holder) === 'dead'
}

export function holderState(holder: string): 'alive' | 'dead' | 'unknown' {
  const [, pid, space] = holder.split(':')
  if (space !== processSpace() || !/^\d+$/.test(pid ?? '')) return 'unknown'
  try {
    process.kill(Number(pid), 0)
    // An earlier process of our own number.
    return Number(pid) === process.pid ? 'dead' : 'alive'
  } catch (error) {
    return (error as { code?: string }).code === 'ESRCH' ? 'dead' : 'alive'
  }
}

/** Two processes with equal values see each other's ids. Where that cannot be told, a value of its own. */
function processSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
    return createHash('sha256')
      .update(boot)
      .update(readlinkSync('/proc/self/ns/pid'))
      .digest('hex')
      .slice(0, 12)
  } catch {
    return fallback
  }
}

const fallback = randomUUID().slice(0, 12)
