import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { isDeadHolder } from '../../app/holder.js'
import { checkBackup } from '../../backup/check-backup.js'
import { BackupError, type EndLine, type Header } from '../../backup/format.js'
import {
  countAccounts,
  DatabaseInUseError,
  DatabaseNotEmptyError,
  restoreBackup,
} from '../../backup/restore-backup.js'
import { checkOfKey } from '../../backup/write-backup.js'
import type { Config } from '../../config/config.js'
import { adoptSecrets, loadSecrets } from '../../config/secrets.js'
import { withClient } from '../../db/with-client.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED, RefusedError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import { actorName } from '../operator.js'
import type { Done } from '../program.js'
import { workBar } from '../work-bar.js'

type Options = { replace?: boolean; anyKey?: boolean; json?: boolean }
type Whole = { header: Header; end: EndLine; bytes: number }

/** `ttfd restore FILE`: puts the database of this installation in the place of what a backup holds, whole or not at all. */
export function restoreCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('restore')
    .description(t('backup:command.restore'))
    .argument('<file>', t('backup:argument.file'))
    .option('--replace', t('backup:option.replace'))
    .option('--any-key', t('backup:option.any_key'))
    .option('--json', t('cli:option.json'))
    .action(async (file: string, options: Options) => done(await restore(cli, file, options)))
}

async function restore(cli: Cli, file: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  const path = resolve(cli.cwd, file)
  const whole = await check(cli, path)
  return withDatabase<ExitCode>(
    cli,
    config,
    async (db) => {
      const accounts = await withClient(db, countAccounts)
      if (accounts > 0 && !options.replace)
        throw new RefusedError('has_accounts', t('backup:error.has_accounts', { count: accounts }), null)
      if (accounts > 0 && !(await confirmReplace(cli, db.place, accounts))) return REFUSED
      checkKey(cli, config, whole, options)
      const bar = workBar(cli, t('backup:restoring'))
      const restored = await restoreBackup(db, path, {
        header: whole.header,
        end: whole.end,
        timeZone: config.timeZone,
        replace: options.replace ?? false,
        isDead: isDeadHolder,
        actor: actorName(),
        onBytes: (bytes) => bar.show(bytes, whole.bytes),
      })
        .catch((error) => {
          throw explain(cli, error, path)
        })
        .finally(bar.clear)
      const { made_at } = whole.header
      if (options.json) {
        printJson(cli, { made_at, rows: restored.rows, erased_again: restored.erasedAgain })
        return GOOD
      }
      cli.out(t('backup:restored', { at: made_at, rows: restored.rows, place: db.place }))
      cli.out(t('backup:ended'))
      if (restored.erasedAgain > 0) cli.out(t('backup:erased_again', { count: restored.erasedAgain }))
      cli.out(t('backup:look'))
      return GOOD
    },
    { create: true },
  )
}

async function check(cli: Cli, path: string): Promise<Whole> {
  const bar = workBar(cli, cli.t('backup:checking'))
  try {
    const { size } = await stat(path)
    return { ...(await checkBackup(path, (bytes) => bar.show(bytes, size))), bytes: size }
  } catch (error) {
    throw explain(cli, error, path)
  } finally {
    bar.clear()
  }
}

/** Secrets of the file go where none are; erased people are remembered under the key that the backup was made with only. */
function checkKey(cli: Cli, config: Config, { header, end }: Whole, { anyKey = false }: Options): void {
  const { keys, id_hash_key_check: expected } = header
  if (keys) adoptSecrets(config, { sessionSecret: keys.session_secret, idHashKey: keys.id_hash_key })
  if (anyKey || expected === null || checkOfKey(loadSecrets(config).idHashKey) === expected) return
  // With nobody to remember another key does no harm.
  if ((end.tables['ttfd.erased_identities'] ?? 0) === 0) return
  throw new RefusedError(
    'other_key',
    cli.t('backup:error.other_key', { directory: config.dataDir }),
    cli.t('backup:error_mend.other_key', { directory: config.dataDir }),
  )
}

/** What is lost is named, and its place has to be typed: nobody replaces a database by a slip. */
async function confirmReplace(cli: Cli, place: string, accounts: number): Promise<boolean> {
  const question = cli.t('backup:ask', { count: accounts, place })
  const answer = cli.ask ? await cli.ask(`${question} `) : await cli.input()
  if (answer === null || (!cli.ask && answer.trim() === ''))
    throw new RefusedError('needs_typing', cli.t('backup:error.needs_typing', { place }), null)
  if (answer.trim() === place) return true
  cli.err(cli.t('backup:not_typed'))
  return false
}

function explain({ t }: Cli, error: unknown, path: string): unknown {
  if (error instanceof BackupError)
    return new RefusedError(
      error.fault,
      t(`backup:error.${error.fault}`, { file: path, detail: error.detail }),
      null,
    )
  if (error instanceof DatabaseInUseError)
    return new RefusedError('in_use', t('backup:error.in_use', { holder: error.holder }), null)
  if (error instanceof DatabaseNotEmptyError)
    return new RefusedError('has_accounts', t('backup:error.has_accounts', { count: error.accounts }), null)
  const { code, message } = error as { code?: string; message: string }
  if (code === 'ENOENT') return new RefusedError('no_file', t('backup:error.no_file', { file: path }), null)
  if (code === '55P03') return new RefusedError('locked', t('backup:error.locked'), null)
  if (code === '2BP01') return new RefusedError('needed', t('backup:error.needed', { reason: message }), null)
  return error
}
