// Seconds of processor time, which say what a run costs also where other work takes the same cores.
// @ts-check
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** @param {number} pid @returns {{ parent: number, own: number, ended: number } | undefined} undefined: there is no such process */
function timesOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Behind the name, which may hold anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [user = 0, system = 0, userEnded = 0, systemEnded = 0] = fields.slice(11, 15)
    return { parent: fields[1] ?? 0, own: user + system, ended: userEnded + systemEnded }
  } catch {
    return undefined
  }
}

const ticks = () => Number(execFileSync('getconf', ['CLK_TCK']).toString())

/** Of one process, so far; undefined when it has ended. @param {number} pid */
export function secondsOf(pid) {
  const times = timesOf(pid)
  return times && times.own / ticks()
}

/** The database server that the process `backend` belongs to. @param {number} backend */
export function serverOf(backend) {
  const parent = timesOf(backend)?.parent
  if (!parent) throw new Error(`no server above process ${backend}`)
  return parent
}

/** Of a database server: all its processes, also those that have ended. @param {number} server */
export function secondsOfServer(server) {
  const root = timesOf(server)
  if (!root) throw new Error(`no server ${server}`)
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => timesOf(Number(name)))
    .filter((times) => times?.parent === server)
  return children.reduce((sum, times) => sum + (times?.own ?? 0), root.own + root.ended) / ticks()
}
