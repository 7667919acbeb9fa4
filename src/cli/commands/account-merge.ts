import { Command } from 'commander'
import { askMerge, mergeAccounts } from '../../core/merging/merge-accounts.js'
import type { MergePreview, PreviewField } from '../../core/merging/preview-merge.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED } from '../cli.js'
import { confirm } from '../confirm.js'
import { readConfig, withDatabase } from '../open-database.js'
import { accountNamed, audit, operatorContext, refused } from '../operator.js'
import type { Done } from '../program.js'
import { renderTable } from '../table.js'

type Options = { yes?: boolean; json?: boolean }

/** `ttfd account merge A B`: B goes into A, after the preview. */
export function accountMergeCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('merge')
    .description(t('merging:cli.merge'))
    .argument('<account>', t('merging:cli.argument.survivor'))
    .argument('<other>', t('merging:cli.argument.loser'))
    .option('--yes', t('merging:cli.option.yes'))
    .option('--json', t('cli:option.json'))
    .action(async (stays: string, goes: string, options: Options) =>
      done(await merge(cli, stays, goes, options)),
    )
}

async function merge(cli: Cli, stays: string, goes: string, options: Options): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const survivor = await accountNamed(cli, db.kysely, stays)
    const loser = await accountNamed(cli, db.kysely, goes)
    const context = await operatorContext(db, config)
    const asked = await askMerge(db.kysely, { survivor, loser }, context)
    if (asked.status !== 'allowed') throw refused(cli, asked.reason, valuesOf(asked))
    if (!options.json) for (const line of renderPreview(cli, asked.preview)) cli.out(line)
    if (!(await confirm(cli, t('merging:cli.merge_question', { survivor, loser }), options))) return REFUSED
    const { seen } = asked.preview
    const result = await mergeAccounts(db, { survivor, loser, by: 'operator', seen }, context)
    if (result.status === 'preview_changed') throw refused(cli, 'changed')
    if (result.status === 'refused') throw refused(cli, result.reason, valuesOf(result))
    const { merge: id, preview, frozenUntil } = result
    await audit(db.kysely, { act: 'account_merge', accountId: survivor, detail: { merge: id, loser } })
    const facts = { merge: id, account: survivor, xp: preview.xp.result, coins: preview.coins.result }
    if (options.json) printJson(cli, { ...facts, loser, frozenUntil })
    else cli.out(t('merging:cli.merged', facts))
    return GOOD
  })
}

function valuesOf(refusal: object): Record<string, unknown> {
  const { accountId, ...values } = refusal as Record<string, unknown>
  return accountId === undefined ? values : { ...values, account: accountId }
}

function renderPreview(cli: Cli, preview: MergePreview): string[] {
  const { t } = cli
  const column = (name: string) => t(`merging:cli.column.${name}`)
  const row = (name: string, field: PreviewField<unknown>) => [
    name,
    ...[field.survivor, field.loser, field.result].map((value) =>
      Array.isArray(value) ? value.join(', ') : String(value),
    ),
  ]
  const { xp, coins, rank, rankPaid, gamesPlayed, gamesWon, voiceSeconds, messages, streak } = preview
  const fields = { xp, coins, rank, rankPaid, gamesPlayed, gamesWon, voiceSeconds, messages, streak }
  const others = {
    achievements: preview.achievements,
    platforms: preview.platforms,
    private: preview.private,
    notices: preview.notices,
  }
  const rows = Object.entries({ ...fields, ...others }).map(([name, field]) => row(name, field))
  return renderTable(
    ['field', 'survivor', 'loser', 'result'].map((name) => ({ title: column(name) })),
    rows,
    cli.columns,
  )
}
