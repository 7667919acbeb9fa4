import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { built } from './built.js'

const BIN = fileURLToPath(new URL('../../bin/ttfd', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The built program as an operator runs it: a process of its own. */
export class Program {
  readonly #env: NodeJS.ProcessEnv
  readonly #run: string[]
  #child: ChildProcess | null = null
  output = ''
  readonly #watchers = new Set<() => void>()

  /** `run` stands before its command, as that of a host does. */
  constructor(env: Record<string, string>, run: string[] = []) {
    built('cli/main.js')
    // Nothing of the developer's own settings may reach it.
    const { PATH = '', HOME = '' } = process.env
    this.#env = { PATH, HOME, LANG: 'ru_RU.UTF-8', NODE_ENV: 'production', ...env }
    this.#run = run
  }

  /** Starts it; resolves at its last start line. Rejects with its output when it ends before. */
  async start(args: string[] = []): Promise<void> {
    this.spawn(args)
    await this.line(/Готово\./)
  }

  spawn(args: string[] = []): void {
    this.output = ''
    // Away from the repository, so that no `.env` of a developer is read.
    const [command = '', ...before] = [...this.#run, process.execPath]
    const child = spawn(command, [...before, BIN, 'start', ...args], {
      env: this.#env,
      cwd: this.#env.DATA_DIR ?? '/tmp',
    })
    this.#child = child
    const take = (chunk: Buffer) => {
      this.output += chunk
      for (const watcher of [...this.#watchers]) watcher()
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)
    child.once('exit', () => {
      for (const watcher of [...this.#watchers]) watcher()
    })
  }

  /** Resolves with the first line that fits, once it is printed. */
  async line(pattern: RegExp, timeoutMs = 60_000): Promise<string> {
    const child = this.#child
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer)
        this.#watchers.delete(look)
        act()
      }
      const look = () => {
        const found = this.output.split('\n').find((line) => pattern.test(line))
        if (found !== undefined) finish(() => resolve(found))
        else if (child?.exitCode !== null || child.signalCode !== null) {
          finish(() => reject(new Error(`the program ended before ${pattern}:\n${this.output}`)))
        }
      }
      const timer = setTimeout(
        () => finish(() => reject(new Error(`no line ${pattern} in ${timeoutMs} ms:\n${this.output}`))),
        timeoutMs,
      )
      this.#watchers.add(look)
      look()
    })
  }

  /** Of the running process. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Sends a signal and resolves with how it ended and after how many milliseconds. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<{ code: number | null; ms: number }> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null)
      return { code: child?.exitCode ?? null, ms: 0 }
    const began = performance.now()
    const exit = once(child, 'exit')
    child.kill(signal)
    const [code] = (await exit) as [number | null]
    return { code, ms: performance.now() - began }
  }

  /** Runs another `ttfd` command beside it, as a second terminal would. */
  cli(...args: string[]): { code: number | null; out: string; err: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
      env: this.#env,
      cwd: this.#env.DATA_DIR ?? '/tmp',
      encoding: 'utf8',
    })
    return { code: status, out: stdout, err: stderr }
  }

  /** Rows of a read-only statement, by psql beside the running program: a command of ours takes fifty times as long. */
  sql<T>(statement: string): T[] {
    const { DATABASE_URL, DATA_DIR = '' } = this.#env
    const place = DATABASE_URL ? ['-d', DATABASE_URL] : ['-h', DATA_DIR, '-U', 'postgres', '-d', 'postgres']
    const rows = `select coalesce(json_agg(r), '[]') from (${statement.replace(/;\s*$/, '')}) as r`
    const args = ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', ...place, '-c', rows]
    const { status, stdout, stderr } = spawnSync('psql', args, { encoding: 'utf8' })
    if (status !== 0) throw new Error(`psql: ${stderr}${stdout}`)
    return JSON.parse(stdout) as T[]
  }
}

/** Another command in a process of its own, to be disturbed while it works. */
export function startCommand(args: string[], { cwd, env }: { cwd: string; env: Record<string, string> }) {
  const { PATH = '', HOME = '' } = process.env
  return spawn(process.execPath, [BIN, ...args], { cwd, env: { PATH, HOME, LANG: 'ru_RU.UTF-8', ...env } })
}

/** A program that is killed when the running test ends, however it ends. */
export function program(env: Record<string, string>, run: string[] = []): Program {
  const made = new Program(env, run)
  onTestFinished(async () => {
    await made.end('SIGKILL')
  })
  return made
}

export { ROOT }
