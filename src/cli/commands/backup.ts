import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { withEmbeddedCopy } from '../../backup/embedded-copy.js'
import { backupLines, NotMigratedError } from '../../backup/write-backup.js'
import { FileExistsError, writeFile } from '../../backup/write-file.js'
import type { Config } from '../../config/config.js'
import { loadSecrets } from '../../config/secrets.js'
import type { Database } from '../../db/connect.js'
import { type Cli, type ExitCode, GOOD, printJson, RefusedError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import type { Done } from '../program.js'
import { readVersion } from '../version.js'
import { workBar } from '../work-bar.js'

type Options = { withKeys?: boolean; json?: boolean }

/** `ttfd backup [FILE]`: everything that lasts, as of one moment, in one file that only its owner reads. */
export function backupCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('backup')
    .description(t('backup:command.backup'))
    .argument('[file]', t('backup:argument.new_file'))
    .option('--with-keys', t('backup:option.with_keys'))
    .option('--json', t('cli:option.json'))
    .action(async (file: string | undefined, options: Options) => done(await backup(cli, file, options)))
}

async function backup(cli: Cli, file: string | undefined, options: Options): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  const madeAt = new Date()
  const path = resolve(
    cli.cwd,
    file ?? `ttfd-${madeAt.toISOString().slice(0, 19).replaceAll(':', '-')}.backup.gz`,
  )
  const rows = await withDatabase(cli, config, (db) =>
    read(cli, config, db, (source) =>
      write(cli, config, source, { path, madeAt, withKeys: options.withKeys ?? false }),
    ),
  )
  const { size } = await stat(path)
  if (options.json) printJson(cli, { file: path, rows, bytes: size, with_keys: options.withKeys ?? false })
  else {
    cli.out(t('backup:done', { file: path, rows, size: readableSize(size), count: rows }))
    cli.out(t(options.withKeys ? 'backup:keys_inside' : keysHint(config), { directory: config.dataDir }))
  }
  return GOOD
}

/** A running program on the embedded database is held up for a copy of its files only. */
function read<T>(cli: Cli, config: Config, db: Database, work: (source: Database) => Promise<T>): Promise<T> {
  if (!db.isGuest || config.database.kind !== 'embedded') return work(db)
  return withEmbeddedCopy(db, resolve(cli.cwd, config.database.dataDir), work)
}

async function write(
  cli: Cli,
  config: Config,
  db: Database,
  { path, madeAt, withKeys }: { path: string; madeAt: Date; withKeys: boolean },
): Promise<number> {
  const { t } = cli
  const bar = workBar(cli, t('backup:writing'))
  const secrets = loadSecrets(config)
  let rows = 0
  const lines = backupLines(db, {
    madeAt,
    program: readVersion(),
    idHashKey: secrets.idHashKey,
    ...(withKeys ? { keys: { session_secret: secrets.sessionSecret, id_hash_key: secrets.idHashKey } } : {}),
    onProgress: (done, about) => {
      rows = done
      bar.show(done, about)
    },
  })
  try {
    await writeFile(path, lines)
    return rows
  } catch (error) {
    throw explain(cli, error, path)
  } finally {
    bar.clear()
  }
}

function explain({ t }: Cli, error: unknown, path: string): unknown {
  if (error instanceof FileExistsError)
    return new RefusedError('file_exists', t('backup:error.file_exists', { file: path }), null)
  if (error instanceof NotMigratedError)
    return new RefusedError('not_migrated', t('backup:error.not_migrated'), 'ttfd migrate')
  if ((error as { code?: string }).code === 'ENOENT')
    return new RefusedError('no_folder', t('backup:error.no_folder', { file: path }), null)
  return error
}

function keysHint({ given }: Config): string {
  return given.idHashKey === null ? 'backup:keep_keys' : 'backup:keep_environment'
}

/** Bytes for people. */
function readableSize(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KiB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`
}
