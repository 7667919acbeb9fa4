import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/config.js'
import { loadConfig } from '../config/load-config.js'
import type { ConfigProblem } from '../config/problems.js'
import { loadSecrets } from '../config/secrets.js'
import { type Database, openDatabase } from '../db/connect.js'
import { type Cli, RefusedError } from './cli.js'
import { explainError } from './explain-error.js'
import { withPatience } from './patience.js'

/** The environment is wrong; every problem is listed. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  constructor(readonly problems: readonly ConfigProblem[]) {
    super('the environment is wrong')
  }
}

/** Reads the configuration or throws ConfigError with all that is wrong. */
export function readConfig(cli: Cli): Config {
  const loaded = loadConfig(cli.env, { cwd: cli.cwd })
  if ('problems' in loaded) throw new ConfigError(loaded.problems)
  return loaded.config
}

/** Whether there is an embedded database in the directory at all. */
export function isEmbeddedThere(dataDir: string): boolean {
  return existsSync(join(dataDir, 'pgdata', 'PG_VERSION'))
}

export type OpenOptions = {
  /** Make the embedded database when there is none, and hold it alone: for `migrate`. */
  create?: boolean
}

/**
 * Opens the configured database for one command. While the program runs on the embedded database the command goes
 * through its socket. What people can mend is thrown as RefusedError.
 */
export async function withDatabase<T>(
  cli: Cli,
  config: Config,
  work: (db: Database) => Promise<T>,
  { create = false }: OpenOptions = {},
): Promise<T> {
  const explain = (error: unknown) => explainError(cli.t, error, config) ?? error
  const db = await open(cli, config, create).catch((error) => {
    throw explain(error)
  })
  try {
    return await work(db)
  } catch (error) {
    throw explain(error)
  } finally {
    await db.close()
  }
}

async function open(cli: Cli, config: Config, create: boolean): Promise<Database> {
  const { database } = config
  const idHashKey = () => loadSecrets(config).idHashKey
  if (database.kind === 'postgres') return openDatabase({ url: database.url, maxConnections: 2, idHashKey })
  const { dataDir } = database
  if (!create && !isEmbeddedThere(dataDir)) {
    throw new RefusedError(
      'table_missing',
      cli.t('cli:error.table_missing'),
      cli.t('cli:error_mend.table_missing'),
    )
  }
  const opening = openDatabase({ dataDir, attach: create ? 'never' : 'if_running', idHashKey })
  return withPatience(cli, cli.t('cli:opening'), opening)
}
