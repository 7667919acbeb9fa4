// @ts-check
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../bin/ttfd', import.meta.url))
const PRELOAD = fileURLToPath(new URL('./preload.js', import.meta.url))
const READY_MS = 120_000
const CLI_MS = 60_000

/** One process of the built program, which can be killed and started again. */
export class Program {
  /** @type {import('node:child_process').ChildProcess | null} */
  #child = null
  /** @type {Record<string, string>} */
  #env
  #args
  #log
  #said = ''
  #isWanted = false
  /** How it ended though nobody asked it to. @type {string[]} */
  crashes = []

  /** @param {Record<string, string>} env @param {string} only parts, or `` for all @param {string} log file */
  constructor(env, only, log) {
    const { PATH = '', HOME = '' } = process.env
    this.#env = { PATH, HOME, LANG: 'ru_RU.UTF-8', NODE_ENV: 'production', ...env }
    this.#args = only === '' ? [] : ['--only', only]
    this.#log = createWriteStream(log, { flags: 'a' })
  }

  get isAlive() {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null
  }

  start() {
    if (this.isAlive) return
    this.#said = ''
    this.#isWanted = true
    const child = spawn(process.execPath, ['--import', PRELOAD, BIN, 'start', ...this.#args], {
      env: this.#env,
      cwd: this.#env.DATA_DIR,
    })
    this.#child = child
    this.#log.write(`\n== ${new Date().toISOString()} started, pid ${child.pid}\n`)
    const take = (/** @type {Buffer} */ chunk) => {
      this.#said = `${this.#said}${chunk}`.slice(-20_000)
      this.#log.write(chunk)
    }
    child.stdout.on('data', take)
    child.stderr.on('data', take)
    child.once('exit', (code, signal) => {
      if (this.#isWanted) this.crashes.push(`${signal ?? code}: ${this.#said.trim().split('\n').at(-1)}`)
      this.#log.write(`\n== ${new Date().toISOString()} ended: ${signal ?? code}\n`)
    })
  }

  /** Resolves once it has said everything that it says at start; throws when it ends before. */
  async ready() {
    const end = Date.now() + READY_MS
    while (!/Готово\./.test(this.#said)) {
      if (!this.isAlive || Date.now() > end) throw new Error(`the program did not start:\n${this.#said}`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    const child = this.#child
    if (!child || !this.isAlive) return child?.exitCode ?? null
    this.#isWanted = false
    const exit = once(child, 'exit')
    child.kill(signal)
    const [code] = await exit
    return /** @type {number | null} */ (code)
  }

  /** Another `ttfd` command beside it. @param {string[]} args */
  async cli(...args) {
    const child = spawn(process.execPath, [BIN, ...args], {
      env: this.#env,
      cwd: this.#env.DATA_DIR,
      timeout: CLI_MS,
    })
    const said = { out: '', err: '' }
    child.stdout.on('data', (chunk) => {
      said.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      said.err += chunk
    })
    const [code] = await once(child, 'close')
    return { code: /** @type {number | null} */ (code), ...said }
  }
}
