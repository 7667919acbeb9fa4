import { Command } from 'commander'
import { migrate, migrationStatus } from '../../db/migrator.js'
import { type Cli, GOOD, printJson, REFUSED } from '../cli.js'
import { readConfig, withDatabase } from '../open-database.js'
import { withPatience } from '../patience.js'
import type { Done } from '../program.js'
import { renderTable } from '../table.js'

/** `ttfd migrate [--status]`: brings the schema up to date, or lists what is applied. */
export function migrateCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('migrate')
    .description(t('cli:command.migrate'))
    .option('--status', t('cli:option.status'))
    .option('--json', t('cli:option.json'))
    .action(async ({ status = false, json = false }: { status?: boolean; json?: boolean }) => {
      if (status) return done(await showStatus(cli, json))
      await apply(cli, json)
      done(GOOD)
    })
}

async function apply(cli: Cli, json: boolean): Promise<void> {
  const { t } = cli
  const config = readConfig(cli)
  await withDatabase(
    cli,
    config,
    async (db) => {
      const work = migrate(db, { timeZone: config.timeZone })
      const applied = await withPatience(cli, t('cli:migrate.working'), work)
      if (json) return printJson(cli, { applied: applied.map(({ number, name }) => ({ number, name })) })
      for (const { number, name } of applied) cli.out(t('cli:migrate.applied', { number, name }))
      cli.out(t(applied.length > 0 ? 'cli:migrate.done' : 'cli:migrate.nothing', { place: db.place }))
    },
    { create: true },
  )
}

/** Exit code 1 while something is missing, so that a script can ask. */
async function showStatus(cli: Cli, json: boolean) {
  const { t } = cli
  return withDatabase(cli, readConfig(cli), async (db) => {
    const status = await migrationStatus(db)
    if (json) printJson(cli, status)
    else {
      const rows = status.map(({ number, name, applied_at }) => [
        String(number),
        name,
        applied_at?.toISOString() ?? t('cli:migrate.pending'),
      ])
      const columns = [
        { title: '#', align: 'right' as const },
        { title: t('cli:migrate.name') },
        { title: t('cli:migrate.applied_at') },
      ]
      for (const line of renderTable(columns, rows, cli.columns)) cli.out(line)
    }
    return status.every((one) => one.applied_at !== null) ? GOOD : REFUSED
  })
}
