import { Command } from 'commander'
import { keepAccount } from '../../core/deletion/keep-account.js'
import { askDeletion, type DeletionRefusal, startDeletion } from '../../core/deletion/start-deletion.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED, RefusedError } from '../cli.js'
import { confirm } from '../confirm.js'
import { readConfig, withDatabase } from '../open-database.js'
import { accountNamed, audit, operatorContext } from '../operator.js'
import type { Done } from '../program.js'

type Options = { keep?: boolean; yes?: boolean; json?: boolean }

/**
 * `ttfd account delete ACCOUNT`: begins the seven days after which the account is erased, as the member himself would on
 * the website; `--keep` ends them. Every identity is told.
 */
export function accountDeleteCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('delete')
    .description(t('deletion:cli.delete'))
    .argument('<account>', t('cli:argument.account'))
    .option('--keep', t('deletion:cli.option.keep'))
    .option('--yes', t('deletion:cli.option.yes'))
    .option('--json', t('cli:option.json'))
    .action(async (word: string, options: Options) =>
      done(await (options.keep ? keep(cli, word, options) : start(cli, word, options))),
    )
}

async function start(cli: Cli, word: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const account = await accountNamed(cli, db.kysely, word)
    const context = await operatorContext(db, config)
    const asked = await askDeletion(db.kysely, account, context)
    if (asked.status !== 'allowed') throw refused(cli, account, asked)
    const { displayName: name, xp, coins } = asked.loss
    if (!(await confirm(cli, t('deletion:cli.question', { account, name, xp, coins }), options)))
      return REFUSED
    const started = await startDeletion(db, { accountId: account, by: 'operator' }, context)
    if (started.status !== 'started') throw refused(cli, account, started)
    const until = started.dueAt.toISOString()
    await audit(db.kysely, { act: 'account_delete', accountId: account, detail: { until } })
    if (options.json) printJson(cli, { account, due_at: until })
    else cli.out(t('deletion:cli.started', { account, until }))
    return GOOD
  })
}

async function keep(cli: Cli, word: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const account = await accountNamed(cli, db.kysely, word)
    const kept = await keepAccount(
      db,
      { accountId: account, by: 'operator' },
      await operatorContext(db, config),
    )
    if (kept.status !== 'kept') throw refused(cli, account, kept)
    await audit(db.kysely, { act: 'account_keep', accountId: account, detail: {} })
    if (options.json) printJson(cli, { account, kept: true })
    else cli.out(t('deletion:cli.kept', { account }))
    return GOOD
  })
}

function refused(
  { t }: Cli,
  account: number,
  refusal: DeletionRefusal | { status: 'not_closing' },
): RefusedError {
  const until =
    'until' in refusal ? refusal.until.toISOString() : 'dueAt' in refusal ? refusal.dueAt.toISOString() : ''
  const text = t(`deletion:cli.error.${refusal.status}`, { account, until })
  return new RefusedError(refusal.status, text, null)
}
