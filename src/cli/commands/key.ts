import { randomBytes } from 'node:crypto'
import { Command } from 'commander'
import {
  API_SCOPES,
  type ApiKey,
  type ApiScope,
  AWARD_MAX,
  DAILY_MAX,
  DAILY_MAX_HIGHEST,
  isKeyName,
  SECRET_BYTES,
} from '../../core/api-keys/api-key.js'
import { createKey, listKeys, revokeKey } from '../../core/api-keys/manage-keys.js'
import { type Cli, type ExitCode, GOOD, printJson, RefusedError, WrongUseError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import { actorName } from '../operator.js'
import type { Done } from '../program.js'
import { renderTable } from '../table.js'
import { wholeNumber } from '../whole-number.js'

type CreateOptions = { scopes: string; dailyXp?: string; uncapped?: boolean; json?: boolean }
type Options = { json?: boolean }

/** `ttfd key create|list|revoke`: keys with which other programs use the HTTP API. */
export function keyCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  const key = new Command('key').description(t('api:cli.key'))
  key
    .command('create')
    .description(t('api:cli.create'))
    .argument('<name>', t('api:cli.argument.name'))
    .requiredOption('--scopes <list>', t('api:cli.option.scopes', { scopes: API_SCOPES.join(', ') }))
    .option('--daily-xp <n>', t('api:cli.option.daily_xp', { max: DAILY_MAX }))
    .option('--uncapped', t('api:cli.option.uncapped'))
    .option('--json', t('cli:option.json'))
    .action(async (name: string, options: CreateOptions) => done(await create(cli, name, options)))
  key
    .command('list', { isDefault: true })
    .description(t('api:cli.list'))
    .option('--json', t('cli:option.json'))
    .action(async (options: Options) => done(await list(cli, options)))
  key
    .command('revoke')
    .description(t('api:cli.revoke'))
    .argument('<name>', t('api:cli.argument.name'))
    .option('--json', t('cli:option.json'))
    .action(async (name: string, options: Options) => done(await revoke(cli, name, options)))
  return key
}

async function create(cli: Cli, name: string, options: CreateOptions): Promise<ExitCode> {
  const { t } = cli
  if (!isKeyName(name)) throw new WrongUseError(t('api:cli.not_a_name'))
  const wanted = {
    name,
    scopes: scopesOf(cli, options.scopes),
    dailyMax: options.dailyXp === undefined ? DAILY_MAX : wholeNumber(t, options.dailyXp, DAILY_MAX_HIGHEST),
    awardMax: AWARD_MAX,
    uncapped: options.uncapped ?? false,
  }
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const making = { now: new Date(), actor: actorName(), secret: randomBytes(SECRET_BYTES) }
    const made = await createKey(db, wanted, making)
    if (!made) throw new RefusedError('key_exists', t('api:cli.exists', { name }), t('api:cli.exists_mend'))
    if (options.json) {
      printJson(cli, { key: made.text, ...wanted })
      return GOOD
    }
    cli.out(t('api:cli.created', { name }))
    cli.out(made.text)
    cli.out(t('api:cli.shown_once'))
    return GOOD
  })
}

function scopesOf({ t }: Cli, text: string): ApiScope[] {
  const words = text.split(',').map((word) => word.trim())
  const wrong = words.find((word) => !API_SCOPES.some((scope) => scope === word))
  if (wrong !== undefined)
    throw new WrongUseError(t('api:cli.not_a_scope', { word: wrong, scopes: API_SCOPES.join(', ') }))
  return API_SCOPES.filter((scope) => words.includes(scope))
}

async function list(cli: Cli, options: Options): Promise<ExitCode> {
  const { t } = cli
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const keys = await listKeys(db.kysely)
    if (options.json) printJson(cli, keys)
    else if (keys.length === 0) cli.out(t('api:cli.none'))
    else for (const line of table(cli, keys)) cli.out(line)
    return GOOD
  })
}

function table({ t, columns }: Cli, keys: readonly ApiKey[]): string[] {
  const titles = ['name', 'scopes', 'daily', 'caps', 'used', 'state'].map((name) => ({
    title: t(`api:cli.column.${name}`),
  }))
  const rows = keys.map((key) => [
    key.name,
    key.scopes.join(','),
    String(key.dailyMax),
    t(key.uncapped ? 'api:cli.uncapped' : 'api:cli.capped'),
    key.lastUsedAt?.toISOString() ?? t('api:cli.never'),
    key.revokedAt ? t('api:cli.revoked_at', { at: key.revokedAt.toISOString() }) : t('api:cli.living'),
  ])
  return renderTable(titles, rows, columns)
}

async function revoke(cli: Cli, name: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const result = await revokeKey(db, name, { now: new Date(), actor: actorName() })
    if (result === 'unknown')
      throw new RefusedError('unknown_key', t('api:cli.unknown', { name }), t('api:cli.unknown_mend'))
    if (options.json) printJson(cli, { name, result })
    else cli.out(t(`api:cli.${result}`, { name }))
    return GOOD
  })
}
