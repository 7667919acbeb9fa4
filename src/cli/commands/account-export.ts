import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Command } from 'commander'
import { newId } from '../../core/events/new-id.js'
import { exportAccount } from '../../core/export/export-account.js'
import { tellExport } from '../../core/export/tell-export.js'
import { resolveAccount } from '../../core/profiles/read-profile.js'
import { type Cli, type ExitCode, GOOD, printJson, RefusedError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import { accountNamed, audit } from '../operator.js'
import type { Done } from '../program.js'

type Options = { out?: string; json?: boolean }

/** `ttfd account export ACCOUNT [--out FILE]`: everything that is held of one person, as the member's own download. */
export function accountExportCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('export')
    .description(t('deletion:cli.export'))
    .argument('<account>', t('cli:argument.account'))
    .option('--out <file>', t('deletion:cli.option.out'))
    .option('--json', t('cli:option.json'))
    .action(async (word: string, options: Options) => done(await exportIt(cli, word, options)))
}

async function exportIt(cli: Cli, word: string, { out, json = false }: Options): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const asked = await accountNamed(cli, db.kysely, word)
    const accountId = await resolveAccount(db.kysely, asked)
    if (accountId === null) {
      const text = t('deletion:cli.error.unknown_account', { account: asked })
      throw new RefusedError('unknown_account', text, null)
    }
    await audit(db.kysely, { act: 'account_export', accountId, detail: {} })
    await tellExport(db, { accountId, by: 'operator' }, () => newId(Date.now()))
    const pieces = exportAccount(db.kysely, accountId, { now: new Date() })
    if (out === undefined) {
      // Line by line, as a pipe takes it; the last piece brings the last line's end itself.
      let rest = ''
      for await (const piece of pieces) {
        const lines = (rest + piece).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) cli.out(line)
      }
      return GOOD
    }
    const file = resolve(cli.cwd, out)
    await writeOwn(cli, file, pieces)
    if (json) printJson(cli, { account: accountId, file })
    else cli.out(t('deletion:cli.exported', { account: accountId, file }))
    return GOOD
  })
}

/** Writes a file that nobody else may read, and never over one that is there. One that broke off is taken away. */
async function writeOwn({ t }: Cli, file: string, pieces: AsyncIterable<string>): Promise<void> {
  let made = false
  const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 })
  stream.once('open', () => {
    made = true
  })
  try {
    await pipeline(Readable.from(pieces), stream)
  } catch (error) {
    if (made) await rm(file, { force: true })
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new RefusedError('file_exists', t('deletion:cli.file_exists', { file }), null)
    if (syscall === undefined) throw error
    throw new RefusedError('file_failed', t('deletion:cli.file_failed', { file, why: code ?? '?' }), null)
  }
}
