// What the whole program holds: worker, site and both bots in one process, on PostgreSQL, connected to the sandbox's
// servers in other processes. Idle, and after a million awards that were paid, ranked and delivered. Beside it a process
// that has only connected the same libraries. Resident memory as it is, without asking for a collection.
// @ts-check
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { startDiscordSandbox } from '../dist/sandbox/discord/server.js'
import { startTelegramSandbox } from '../dist/sandbox/telegram/start-telegram-sandbox.js'
import { freePort } from '../test/support/postgres-server.js'
import { benchDatabase } from './support/bench-database.js'

const ACCOUNTS = 10_000
const AWARDS = 1_000_000
const SETTLE_MS = 8_000
const DRAIN_MS_MAX = 60_000
const FILE = fileURLToPath(new URL('./support/program-server.js', import.meta.url))

/**
 * @param {{ server: { url: string }, say: (line: string) => void, quick?: boolean }} options
 * @returns {Promise<import('./support/report.js').Figure[]>}
 */
export async function benchMemory({ server, say, quick = false }) {
  const count = quick ? AWARDS / 20 : AWARDS
  const { db, url } = await benchDatabase(server.url, ACCOUNTS, 'bench_memory')
  const [telegram, discord] = [await startTelegramSandbox(), await startDiscordSandbox()]
  const dataDir = mkdtempSync(join(tmpdir(), 'ttfd-memory-'))
  const environment = async () => ({
    PATH: process.env.PATH ?? '',
    LANG: 'C.UTF-8',
    DATABASE_URL: url,
    DATA_DIR: dataDir,
    SANDBOX: 'off',
    PORT: String(await freePort()),
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_BASE: discord.apiUrl,
    LOG_LEVEL: 'error',
  })
  const started = [
    startProcess('program', await environment()),
    startProcess('libraries', await environment()),
  ]
  try {
    const [program, libraries] = await Promise.all(started)
    if (!program || !libraries) throw new Error('two processes were started')
    await sleep(SETTLE_MS)
    const [idle, bare] = [(await program.ask({})).rss, (await libraries.ask({})).rss]
    say(`idle: ${idle.toFixed(0)} MiB, its libraries alone ${bare.toFixed(0)} MiB`)
    await program.ask({ awards: { count, accounts: ACCOUNTS } })
    await drained(db)
    await sleep(SETTLE_MS)
    const after = (await program.ask({})).rss
    say(`after ${count} awards: ${after.toFixed(0)} MiB`)
    const row = (/** @type {string} */ name, /** @type {number} */ ours, /** @type {string} */ aim) => {
      return { name, ours, outside: bare, unit: 'MiB', ratio: ours / bare, aim }
    }
    return [
      row(
        'resident memory of the whole program on PostgreSQL, idle; outside: the same libraries, connected',
        idle,
        '<= 200 MiB',
      ),
      row(`the same after ${count} awards`, after, '<= 300 MiB'),
    ]
  } finally {
    for (const each of await Promise.allSettled(started)) if (each.status === 'fulfilled') each.value.stop()
    await telegram.close()
    await discord.close()
    await db.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** Until every event's deliveries have ended, or are held back by a limit of a platform. @param {any} db */
async function drained(db) {
  for (const until = Date.now() + DRAIN_MS_MAX; Date.now() < until; await sleep(500)) {
    const { rows } = await sql`select from ttfd.deliveries where state = 'open' limit 1`.execute(db.kysely)
    if (rows.length === 0) return
  }
  throw new Error('the deliveries of the awards were not carried')
}

/** @param {'program' | 'libraries'} kind @param {Record<string, string>} env */
async function startProcess(kind, env) {
  const child = fork(FILE, [kind], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env })
  const ended = once(child, 'exit').then(() => {
    throw new Error(`a process of the bench ended (${kind})`)
  })
  // In the end it is meant to.
  ended.catch(() => {})
  const answered = () => Promise.race([once(child, 'message'), ended])
  /** @param {object} order @returns {Promise<any>} */
  const ask = async (order) => {
    const answer = answered()
    child.send(order)
    return (await answer)[0]
  }
  await answered()
  return { ask, stop: () => void child.kill('SIGKILL') }
}
