import type { Config } from '../../config/config.js'
import { loadConfig } from '../../config/load-config.js'
import { type ConfigProblem, describeProblem } from '../../config/problems.js'
import { type Finding, fail, ok } from '../../core/doctor/finding.js'
import type { Translate } from '../../i18n/translate.js'
import { type Cli, RefusedError } from '../cli.js'
import { isEmbeddedThere, withDatabase } from '../open-database.js'
import { checkDatabase } from './check-database.js'
import { checkDiscord } from './check-discord.js'
import { checkFiles } from './check-files.js'
import { checkProgram } from './check-program.js'
import { checkSpool } from './check-spool.js'
import { checkTelegram } from './check-telegram.js'

/** Examines the whole installation; what cannot be examined is a finding too. */
export async function examine(cli: Cli): Promise<Finding[]> {
  const findings = checkProgram()
  const loaded = loadConfig(cli.env, { cwd: cli.cwd })
  if ('problems' in loaded)
    return [...findings, ...loaded.problems.map((problem) => configFinding(cli.t, problem))]
  const { config } = loaded
  findings.push(
    ok('config_ok'),
    sandboxFinding(cli.t, config),
    ...checkFiles(config),
    ...checkSpool(config, new Date()),
  )
  const telegram = await checkTelegram(config)
  const discord = await checkDiscord(config)
  findings.push(...(await askDatabase(cli, config, discord.guildIds)))
  return [...findings, ...telegram, ...discord.findings]
}

async function askDatabase(cli: Cli, config: Config, guildIds: readonly string[]): Promise<Finding[]> {
  if (config.database.kind === 'embedded' && !isEmbeddedThere(config.database.dataDir))
    return [fail('schema_missing')]
  try {
    return await withDatabase(cli, config, (db) => checkDatabase(db, config, guildIds))
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error
    return [fail('database_unusable', { what: error.message, mend: error.mend ?? '' })]
  }
}

function configFinding(t: Translate, problem: ConfigProblem): Finding {
  return fail('config_problem', { variable: problem.variable, ...describeProblem(t, problem) })
}

function sandboxFinding(t: Translate, { sandbox }: Config): Finding {
  return ok('sandbox', { what: t(`config:sandbox.${sandbox.why}`, { by: sandbox.by ?? '' }) })
}
