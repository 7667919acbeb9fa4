import { Command } from 'commander'
import { previewUndo, type UndoShares, undoMerge } from '../../core/merging/undo-merge.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED } from '../cli.js'
import { confirm } from '../confirm.js'
import { readConfig, withDatabase } from '../open-database.js'
import { actorName, audit, operatorContext, refused } from '../operator.js'
import type { Done } from '../program.js'
import { wholeNumber } from '../whole-number.js'

type Options = { yes?: boolean; json?: boolean }

/** `ttfd account undo-merge ID`: both sides get back what the rules say, shown before it is done. */
export function accountUndoMergeCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('undo-merge')
    .description(t('merging:cli.undo_merge'))
    .argument('<merge>', t('merging:cli.argument.merge'))
    .option('--yes', t('merging:cli.option.yes'))
    .option('--json', t('cli:option.json'))
    .action(async (word: string, options: Options) => done(await undo(cli, word, options)))
}

async function undo(cli: Cli, word: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const merge = wholeNumber(t, word)
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const context = await operatorContext(db, config)
    const by = { operator: actorName() }
    const asked = await previewUndo(db.kysely, { merge, by }, context)
    if (asked.status !== 'allowed') throw refused(cli, asked.status, { ...asked })
    if (!options.json) for (const line of render(cli, asked)) cli.out(line)
    if (!(await confirm(cli, t('merging:cli.undo_question', { merge }), options))) return REFUSED
    const result = await undoMerge(db, { merge, by }, context)
    if (result.status !== 'undone') throw refused(cli, result.status, { ...result })
    await audit(db.kysely, {
      act: 'account_undo_merge',
      accountId: result.survivor.accountId,
      detail: { merge, loser: result.loser.accountId },
    })
    if (options.json) printJson(cli, result)
    else cli.out(t('merging:cli.undone', { merge }))
    return GOOD
  })
}

function render({ t }: Cli, { survivor, loser, exact, missingCoins }: UndoShares): string[] {
  const line = ({ accountId, platforms, xp, coins }: UndoShares['survivor']) =>
    t('merging:cli.undo_line', { account: accountId, platforms: platforms.join(', '), xp, coins })
  return [
    line(survivor),
    line(loser),
    ...(exact ? [t('merging:undo.exact')] : []),
    ...(missingCoins > 0 ? [t('merging:undo.missing', { coins: missingCoins })] : []),
  ]
}
