import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { runCli } from '../../src/cli/run-cli.js'
import { newId } from '../../src/core/events/new-id.js'
import { AwardWriter } from '../../src/core/progression/award-writer.js'
import { borrowDatabase, type Kind } from '../support/databases.js'
import { RULES } from '../support/rules.js'

export type Ran = { code: number; out: string; err: string }

export type RunOptions = {
  env?: Record<string, string>
  cwd?: string
  columns?: number | null
  /** What is piped in. */
  input?: string
}

/** Runs one `ttfd` command in this process, as an operator would type it. */
export async function ttfd(args: string[], options: RunOptions = {}): Promise<Ran> {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(args, {
    env: { LANG: 'ru_RU.UTF-8', ...options.env },
    cwd: options.cwd ?? freshFolder(),
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    columns: options.columns ?? null,
    progress: null,
    input: async () => options.input ?? null,
    exit: (exitCode) => {
      throw new Error(`exit ${exitCode}`)
    },
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** An empty folder that goes away with the running test. */
export function freshFolder(atEnd: AtEnd = onTestFinished): string {
  const folder = mkdtempSync(join(tmpdir(), 'ttfd-cli-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Takes what must be undone at the end: of the running test, or of a whole group of tests. */
export type AtEnd = (undo: () => void | Promise<void>) => unknown

/** A migrated database of its own and the environment that leads `ttfd` to it. */
export async function installation(kind: Kind, atEnd: AtEnd = onTestFinished) {
  const { db, url, dataDir, giveBack } = await borrowDatabase(kind)
  atEnd(giveBack)
  const env: Record<string, string> = {
    SANDBOX: 'off',
    LANG: 'ru_RU.UTF-8',
    DATA_DIR: dataDir ?? freshFolder(atEnd),
    ...(url === undefined ? {} : { DATABASE_URL: url }),
  }
  const run = (args: string[], more: Record<string, string> = {}, options: RunOptions = {}) =>
    ttfd(args, { ...options, env: { ...env, ...more } })

  const writer = new AwardWriter(db, { rules: () => RULES, newId: () => newId(Date.now()) })
  atEnd(() => writer.close())
  /** Gives a Telegram person XP and coins through the one door; returns the account's id. */
  const earn = async (telegramId: string, xp: number, coins = 0): Promise<number> => {
    const outcome = await writer.award({
      key: `test:${newId(Date.now())}`,
      who: { platform: 'telegram', id: telegramId },
      occurredAt: new Date(),
      source: 'telegram',
      act: { type: 'grant', event: 'xp_change', xp, coins, data: {}, silent: true },
      create: { displayName: 'Аня', username: 'anya', claimed: true },
    })
    if (outcome.status !== 'recorded') throw new Error(`not recorded: ${outcome.status}`)
    return outcome.accountId
  }
  return { db, env, run, earn }
}

/** One installation for a group of tests that do not disturb each other; the embedded database takes seconds to open. */
export function sharedInstallation(kind: Kind) {
  const undo: (() => void | Promise<void>)[] = []
  let made: Awaited<ReturnType<typeof installation>> | undefined
  beforeAll(async () => {
    made = await installation(kind, (step) => undo.push(step))
  })
  afterAll(async () => {
    for (const step of undo.reverse()) await step()
  })
  return () => {
    if (!made) throw new Error('not installed yet')
    return made
  }
}
