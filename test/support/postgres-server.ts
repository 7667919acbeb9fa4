import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type PostgresServer = {
  url: string
  port: number
  /** Ends the server: `fast` as an operator would, `immediate` as a power cut would. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>
  start(): Promise<void>
  /** Stops and removes the files. */
  destroy(): Promise<void>
}

/** Starts a PostgreSQL of its own on loopback, as an unprivileged user (it refuses to run as root). */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const bin = findBinaries()
  const user = unprivilegedUser()
  const directory = mkdtempSync(join(tmpdir(), 'ttfd-pg-'))
  if (user) chownSync(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  const run = (command: string, args: string[]) =>
    execFileSync(join(bin, command), args, {
      ...user,
      stdio: 'pipe',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
  run('initdb', ['-D', data, '-U', 'ttfd', '-A', 'trust', '-E', 'UTF8', '--no-sync'])
  const port = await freePort()
  const settings = [
    `port=${port}`,
    `unix_socket_directories=${directory}`,
    'listen_addresses=127.0.0.1',
    'max_connections=100',
  ]
  if (!durable) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off')

  const start = async () => {
    const options = settings.map((setting) => `-c ${setting}`).join(' ')
    run('pg_ctl', ['-D', data, '-w', '-t', '60', '-l', join(directory, 'log'), '-o', options, 'start'])
  }
  const stop = async (mode: 'fast' | 'immediate' = 'fast') => {
    const child = spawn(join(bin, 'pg_ctl'), ['-D', data, '-w', '-m', mode, 'stop'], {
      ...user,
      stdio: 'ignore',
    })
    await new Promise((resolve) => child.once('exit', resolve))
  }
  await start()
  return {
    url: `postgres://ttfd@127.0.0.1:${port}/postgres`,
    port,
    start,
    stop,
    async destroy() {
      await stop('immediate')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Where PostgreSQL's programs are; throws with the mending command, because no test of it is ever skipped. */
export function findBinaries(): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const found = versions
    .map((version) => join(debian, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')))
  if (!found) throw new Error('PostgreSQL is missing; mend: apt-get install postgresql')
  return found
}

function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString())
  return { uid: id('-u'), gid: id('-g') }
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
