// A PostgreSQL of its own for tests and benches. Plain JavaScript, so that benches run it without a compiler.
// @ts-check
import { execFileSync, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * @typedef {object} PostgresServer
 * @property {string} url of the database `postgres`
 * @property {number} port
 * @property {string} bin where its programs are
 * @property {(mode?: 'fast' | 'immediate') => Promise<void>} stop `fast` as an operator would, `immediate` as a power cut would
 * @property {() => Promise<void>} start
 * @property {() => Promise<void>} destroy stops it and removes its files
 */

// Hundreds of small databases come and go: nobody tidies them up, plans them twice or writes down how to mend them.
const FORGETFUL = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_wal_size=4GB',
  'checkpoint_timeout=1h',
  'autovacuum=off',
  'jit=off',
  'wal_level=minimal',
  'max_wal_senders=0',
]

/**
 * Starts a server on loopback, as an unprivileged user (it refuses to run as root).
 * @param {{ durable?: boolean, settings?: string[] }} [options] durable: PostgreSQL's own default durability; else fast and forgetful
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres({ durable = false, settings: more = [] } = {}) {
  const bin = findBinaries()
  const user = unprivilegedUser()
  const directory = mkdtempSync(join(tmpdir(), 'ttfd-pg-'))
  if (user) chownSync(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  const environment = { ...process.env, LC_ALL: 'C.UTF-8' }
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'ttfd', '-A', 'trust', '-E', 'UTF8', '--no-sync'], {
    ...user,
    cwd: directory,
    stdio: 'pipe',
    env: environment,
  })
  const port = await freePort()
  const settings = [
    `port=${port}`,
    `unix_socket_directories=${directory}`,
    'listen_addresses=127.0.0.1',
    // One test alone takes fifty connections, beside the pools of those that run at the same time.
    `max_connections=${durable ? 100 : 300}`,
    ...(durable ? [] : FORGETFUL),
    ...more,
  ]
  /** @param {string[]} args */
  const control = (args) =>
    new Promise((resolve, reject) => {
      const child = spawn(join(bin, 'pg_ctl'), ['-D', data, '-w', '-t', '60', ...args], {
        ...user,
        cwd: directory,
        stdio: 'ignore',
        env: environment,
      })
      child.once('error', reject)
      child.once('exit', (code) =>
        code === 0 ? resolve(undefined) : reject(new Error(`pg_ctl ${args[0]}: exit ${code}`)),
      )
    })
  const start = () =>
    control([
      '-l',
      join(directory, 'log'),
      '-o',
      settings.map((setting) => `-c ${setting}`).join(' '),
      'start',
    ])
  /** @param {'fast' | 'immediate'} [mode] */
  const stop = (mode = 'fast') => control(['-m', mode, 'stop'])
  await start()
  return {
    url: `postgres://ttfd@127.0.0.1:${port}/postgres`,
    port,
    bin,
    start: async () => void (await start()),
    stop: async (mode) => void (await stop(mode)),
    async destroy() {
      // Already stopped is as good.
      await stop('immediate').catch(() => {})
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Where PostgreSQL's programs are; throws with the mending command, because no test of it is ever skipped. */
function findBinaries() {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions
    .map((version) => join(debian, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')))
  if (!found) throw new Error('PostgreSQL is missing; mend: apt-get install postgresql')
  return found
}

function unprivilegedUser() {
  if (process.getuid?.() !== 0) return undefined
  /** @param {string} flag */
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres']).toString())
  return { uid: id('-u'), gid: id('-g') }
}

/** Below what systems hand out by themselves, so that nobody is given the port before it is used. */
const PORTS = { from: 12_000, to: 30_000 }
/** Processes that run at the same time have different remainders, as good as always, and so different ports. */
const SHARES = 32
const ROUNDS = Math.floor((PORTS.to - PORTS.from) / SHARES)
let round = randomInt(ROUNDS)

/**
 * A port that nobody listens on now, and that this process has not given for hundreds of calls.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    round = (round + 1) % ROUNDS
    const port = PORTS.from + round * SHARES + (process.pid % SHARES)
    if (await isFree(port)) return port
  }
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
