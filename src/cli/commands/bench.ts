import { availableParallelism, cpus } from 'node:os'
import { Command } from 'commander'
import { type Measured, measure } from '../../bench/measure.js'
import { MayNotCreateError, withThrowaway } from '../../bench/throwaway.js'
import { type Cli, type ExitCode, GOOD, printJson, RefusedError } from '../cli.js'
import { explainError } from '../explain-error.js'
import { readConfig } from '../open-database.js'
import type { Done } from '../program.js'
import { renderTable } from '../table.js'
import { wholeNumber } from '../whole-number.js'
import { workBar } from '../work-bar.js'

const ROUNDS = 5
const ROUNDS_MAX = 100

type Options = { rounds: string; json?: boolean }

/** `ttfd bench`: what this server can do, measured on a database that is made for it and removed again. */
export function benchCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('bench')
    .description(t('bench:command'))
    .option('--rounds <n>', t('bench:option.rounds'), String(ROUNDS))
    .option('--json', t('cli:option.json'))
    .action(async (options: Options) => done(await bench(cli, options)))
}

async function bench(cli: Cli, options: Options): Promise<ExitCode> {
  const { t } = cli
  const rounds = wholeNumber(t, options.rounds, ROUNDS_MAX)
  const config = readConfig(cli)
  const { database, timeZone } = config
  const where = { url: database.kind === 'postgres' ? database.url : null, dataDir: config.dataDir }
  const bar = workBar(cli, t('bench:working'))
  const measured = await withThrowaway(where, timeZone, (db, folder) =>
    measure(db, { timeZone, folder, rounds, onProgress: (step, steps) => bar.show(step, steps) }),
  )
    .catch((error) => {
      if (error instanceof MayNotCreateError)
        throw new RefusedError(
          'may_not_create',
          t('bench:may_not_create'),
          t('bench:may_not_create_mend', { role: error.role }),
        )
      throw explainError(t, error, config) ?? error
    })
    .finally(bar.clear)
  if (options.json) printJson(cli, { database: database.kind, rounds, ...measured })
  else show(cli, database.kind, measured)
  return GOOD
}

function show(cli: Cli, kind: 'postgres' | 'embedded', found: Measured): void {
  const { t } = cli
  const format = new Intl.NumberFormat(cli.locale, { maximumFractionDigits: 0 })
  const whole = (value: number) => format.format(value)
  const rate = (value: number) => t('bench:per_second', { n: whole(value) })
  const time = (value: number) =>
    t('bench:ms', { n: new Intl.NumberFormat(cli.locale, { maximumFractionDigits: 2 }).format(value) })
  cli.out(
    t('bench:machine', {
      cpu: cpus()[0]?.model ?? '?',
      cores: availableParallelism(),
      database: t(`bench:${kind}`),
    }),
  )
  const row = (name: string, figure: string, values: Record<string, unknown> = {}) => [
    t(`bench:row.${name}`),
    figure,
    t(`bench:means.${name}`, values),
  ]
  const perMinute = whole(Math.floor((found.awardsPerSecond * 60) / 1000) * 1000)
  const rows = [
    row('awards', rate(found.awardsPerSecond), { n: perMinute }),
    row('lone', time(found.loneAwardMs)),
    row('profile', time(found.profileMs), { n: whole(1000 / found.profileMs) }),
    row('place', time(found.placeMs)),
    row('syncs', rate(found.syncsPerSecond)),
    row('inserts', rate(found.plainInsertsPerSecond), {
      times: new Intl.NumberFormat(cli.locale, { maximumFractionDigits: 1 }).format(
        found.awardsPerSecond / found.plainInsertsPerSecond,
      ),
    }),
  ]
  const columns = [
    { title: t('bench:figure') },
    { title: t('bench:measured'), align: 'right' as const },
    { title: t('bench:meaning') },
  ]
  for (const line of renderTable(columns, rows, cli.columns)) cli.out(line)
  if (kind === 'embedded') cli.out(t('bench:embedded_note'))
}
