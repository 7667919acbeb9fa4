import { Command } from 'commander'
import { ADJUST_MAX, adjustAccount } from '../../core/accounts/adjust-account.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED, WrongUseError } from '../cli.js'
import { confirm } from '../confirm.js'
import { readConfig, withDatabase } from '../open-database.js'
import { accountNamed, actorName, operatorContext, refused } from '../operator.js'
import type { Done } from '../program.js'

type Options = { xp: string; coins: string; reason?: string; yes?: boolean; json?: boolean }

/** `ttfd account adjust ACCOUNT --xp N --coins N --reason …`: one `adjusted` event, with its reason in the log. */
export function accountAdjustCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('adjust')
    .description(t('merging:cli.adjust'))
    .argument('<account>', t('cli:argument.account'))
    .option('--xp <n>', t('merging:cli.option.xp'), '0')
    .option('--coins <n>', t('merging:cli.option.coins'), '0')
    .option('--reason <text>', t('merging:cli.option.reason'))
    .option('--yes', t('merging:cli.option.yes'))
    .option('--json', t('cli:option.json'))
    .action(async (account: string, options: Options) => done(await adjust(cli, account, options)))
}

async function adjust(cli: Cli, word: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const [xp, coins] = [amount(cli, options.xp), amount(cli, options.coins)]
  if (xp === 0 && coins === 0) throw new WrongUseError(t('merging:cli.nothing_to_adjust'))
  const reason = options.reason?.trim() ?? ''
  if (reason === '') throw new WrongUseError(t('merging:cli.reason_needed'))
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const account = await accountNamed(cli, db.kysely, word)
    if (!(await confirm(cli, t('merging:cli.adjust_question', { account, xp, coins }), options)))
      return REFUSED
    const context = await operatorContext(db, config)
    const actor = actorName()
    const result = await adjustAccount(db, { accountId: account, xp, coins, reason, actor }, context)
    if (result.status !== 'adjusted') throw refused(cli, result.reason, { account, until: result.until })
    const { accountId, newXp, newCoins, rank } = result.after
    if (options.json) printJson(cli, { account: accountId, xp: newXp, coins: newCoins, rank })
    else cli.out(t('merging:cli.adjusted', { account: accountId, xp: newXp, coins: newCoins }))
    return GOOD
  })
}

function amount({ t }: Cli, word: string): number {
  const value = /^[+-]?\d{1,7}$/.test(word) ? Number(word) : Number.NaN
  if (Number.isInteger(value) && Math.abs(value) <= ADJUST_MAX) return value + 0
  throw new WrongUseError(t('merging:cli.not_an_amount', { word, max: ADJUST_MAX }))
}
