import { Command } from 'commander'
import {
  type Compaction,
  compactEvents,
  KEEP_DAYS_MIN,
  monthStart,
} from '../../core/compaction/compact-events.js'
import { type Cli, type ExitCode, GOOD, printJson, REFUSED, RefusedError, WrongUseError } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import { audit } from '../operator.js'
import type { Done } from '../program.js'
import { wholeNumber } from '../whole-number.js'
import { workBar } from '../work-bar.js'

const KEEP_DAYS = 400
const DAY_MS = 86_400_000
const LEFT_SHOWN = 5

type Options = { before?: string; keepDays?: string; dryRun?: boolean; json?: boolean }

/** `ttfd events compact`: sums up old events per account, month, source and kind; balances stay the sum of events. */
export function eventsCompactCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('compact')
    .description(t('compaction:command'))
    .option('--before <date>', t('compaction:option.before'))
    .option('--keep-days <n>', t('compaction:option.keep_days', { days: KEEP_DAYS }))
    .option('--dry-run', t('compaction:option.dry_run'))
    .option('--json', t('cli:option.json'))
    .action(async (options: Options) => done(await compact(cli, options)))
}

async function compact(cli: Cli, options: Options): Promise<ExitCode> {
  const { t } = cli
  const config = readConfig(cli)
  const { timeZone } = config
  const wanted = wantedMoment(cli, options)
  return withDatabase<ExitCode>(cli, config, async (db) => {
    const before = await monthStart(db.kysely, wanted, timeZone)
    if (before.getTime() > Date.now() - KEEP_DAYS_MIN * DAY_MS)
      throw new RefusedError('too_young', t('compaction:too_young', { count: KEEP_DAYS_MIN }), null)
    const bar = workBar(cli, t('compaction:working'))
    const dryRun = options.dryRun ?? false
    const result = await compactEvents(db, {
      before,
      timeZone,
      dryRun,
      clock: () => performance.now(),
      onProgress: (accounts, total) => bar.show(accounts, total),
    }).finally(bar.clear)
    if (!dryRun && result.gone > 0)
      await audit(db.kysely, {
        act: 'events_compacted',
        accountId: null,
        detail: { before: before.toISOString(), gone: result.gone, sums: result.sums },
      })
    tell(cli, result, options)
    return result.left.length > 0 ? REFUSED : GOOD
  })
}

function wantedMoment({ t }: Cli, { before, keepDays }: Options): Date {
  if (before !== undefined && keepDays !== undefined) throw new WrongUseError(t('compaction:one_of_both'))
  if (before === undefined)
    return new Date(Date.now() - (keepDays === undefined ? KEEP_DAYS : wholeNumber(t, keepDays)) * DAY_MS)
  const date = /^\d{4}-\d{2}-\d{2}$/.test(before) ? new Date(`${before}T12:00:00Z`) : null
  // 2026-02-31 would be the third of March.
  if (date === null || Number.isNaN(date.getTime()) || !date.toISOString().startsWith(before))
    throw new WrongUseError(t('compaction:not_a_date', { word: before }))
  return date
}

function tell(cli: Cli, { before, gone, sums, pieces, longestMs, left }: Compaction, options: Options): void {
  const { t } = cli
  if (options.json) {
    const { dryRun = false } = options
    printJson(cli, { before, dry_run: dryRun, gone, sums, pieces, longest_ms: Math.round(longestMs), left })
    return
  }
  const day = before.toISOString()
  if (gone === 0) cli.out(t('compaction:nothing', { before: day }))
  else
    cli.out(
      t(options.dryRun ? 'compaction:would' : 'compaction:done', { before: day, gone, sums, count: gone }),
    )
  if (left.length === 0) return
  cli.err(t('compaction:left', { count: left.length }))
  for (const { accountId, month, reason } of left.slice(0, LEFT_SHOWN))
    cli.err(`  ${t('compaction:left_line', { account: accountId, month: month.slice(0, 10), reason })}`)
}
