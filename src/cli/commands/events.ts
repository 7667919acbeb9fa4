import { Command } from 'commander'
import { listEvents, listFailed, retryFailed } from '../../core/deliveries/list-events.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED, WrongUseError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import type { Done } from '../program.js'
import { type Column, renderTable } from '../table.js'
import { wholeNumber } from '../whole-number.js'
import { eventsCompactCommand } from './events-compact.js'

const LIMIT = 20
const LIMIT_MAX = 10_000
const right = (title: string): Column => ({ title, align: 'right' })

/** `ttfd events [list|failed|retry]`: what happened, what could not be delivered, and another try. */
export function eventsCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  const events = new Command('events').description(t('cli:command.events'))
  events
    .command('list', { isDefault: true })
    .description(t('cli:command.events_list'))
    .option('--account <id>', t('cli:option.account'))
    .option('--unprocessed', t('cli:option.unprocessed'))
    .option('--limit <n>', t('cli:option.limit'), String(LIMIT))
    .option('--json', t('cli:option.json'))
    .action(async (options: ListOptions) => done(await list(cli, options)))
  events
    .command('failed')
    .description(t('cli:command.events_failed'))
    .option('--limit <n>', t('cli:option.limit'), String(LIMIT))
    .option('--json', t('cli:option.json'))
    .action(async (options: ListOptions) => done(await failed(cli, options)))
  events
    .command('retry')
    .description(t('cli:command.events_retry'))
    .argument('[ids...]', t('cli:argument.delivery_ids'))
    .option('--all', t('cli:option.all'))
    .option('--json', t('cli:option.json'))
    .action(async (ids: string[], options: RetryOptions) => done(await retry(cli, ids, options)))
  events.addCommand(eventsCompactCommand(cli, done))
  return events
}

type ListOptions = { account?: string; unprocessed?: boolean; limit: string; json?: boolean }
type RetryOptions = { all?: boolean; json?: boolean }

async function list(cli: Cli, options: ListOptions): Promise<ExitCode> {
  const { t } = cli
  const limit = wholeNumber(t, options.limit, LIMIT_MAX)
  const accountId = options.account === undefined ? undefined : wholeNumber(t, options.account)
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const events = await listEvents(db.kysely, {
      limit,
      accountId,
      unprocessed: options.unprocessed ?? false,
    })
    if (options.json) {
      printJson(cli, events)
      return GOOD
    }
    if (events.length === 0) cli.out(t('cli:events.none'))
    const columns = [
      right('#'),
      { title: t('cli:events.when') },
      right(t('cli:events.account')),
      { title: t('cli:events.what') },
      { title: t('cli:events.from') },
      right('XP'),
      right(t('cli:events.coins')),
      { title: t('cli:events.state') },
    ]
    const rows = events.map((event) => [
      String(event.seq),
      event.createdAt.toISOString(),
      String(event.accountId),
      event.type,
      event.source,
      signed(event.xp),
      signed(event.coins),
      t(event.processed ? 'cli:events.processed' : 'cli:events.waiting'),
    ])
    if (events.length > 0) for (const line of renderTable(columns, rows, cli.columns)) cli.out(line)
    return GOOD
  })
}

async function failed(cli: Cli, options: ListOptions): Promise<ExitCode> {
  const { t } = cli
  const limit = wholeNumber(t, options.limit, LIMIT_MAX)
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const found = await listFailed(db.kysely, limit)
    if (options.json) {
      printJson(cli, found)
      return GOOD
    }
    if (found.length === 0) {
      cli.out(t('cli:events.none_failed'))
      return GOOD
    }
    const columns = [
      right(t('cli:events.delivery')),
      { title: t('cli:events.when') },
      right(t('cli:events.account')),
      { title: t('cli:events.what') },
      { title: t('cli:events.to') },
      right(t('cli:events.attempts')),
      { title: t('cli:events.why') },
    ]
    const rows = found.map((one) => [
      String(one.id),
      one.failedAt.toISOString(),
      String(one.accountId),
      one.eventType,
      one.destination,
      String(one.attempts),
      one.error ?? '',
    ])
    for (const line of renderTable(columns, rows, cli.columns)) cli.out(line)
    cli.out(t('cli:events.retry_hint'))
    return GOOD
  })
}

async function retry(cli: Cli, texts: readonly string[], options: RetryOptions): Promise<ExitCode> {
  const { t } = cli
  if ((texts.length === 0) !== (options.all === true)) throw new WrongUseError(t('cli:misuse.ids_or_all'))
  const ids = texts.map((text) => wholeNumber(t, text))
  return withDatabase<ExitCode>(cli, readConfig(cli), async (db) => {
    const count = await retryFailed(db, options.all ? 'all' : ids)
    if (options.json) printJson(cli, { retried: count })
    else cli.out(t('cli:events.retried', { count }))
    // Somebody named deliveries and none of them had failed.
    return count === 0 && !options.all ? REFUSED : GOOD
  })
}

function signed(value: number): string {
  return value > 0 ? `+${value}` : String(value)
}
