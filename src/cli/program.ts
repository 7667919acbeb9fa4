import { Command, type CommanderError } from 'commander'
import type { Translate } from '../i18n/translate.js'
import type { Cli, ExitCode } from './cli.js'
import { accountCommand } from './commands/account.js'
import { backupCommand } from './commands/backup.js'
import { benchCommand } from './commands/bench.js'
import { doctorCommand } from './commands/doctor.js'
import { eventsCommand } from './commands/events.js'
import { importCommand } from './commands/import.js'
import { keyCommand } from './commands/key.js'
import { migrateCommand } from './commands/migrate.js'
import { restoreCommand } from './commands/restore.js'
import { rolesCommand } from './commands/roles.js'
import { sqlCommand } from './commands/sql.js'
import { startCommand } from './commands/start.js'
import { readVersion } from './version.js'

/** Tells how a command ended. */
export type Done = (code: ExitCode) => void

/** A command of `ttfd`, made anew for each run. */
type MakeCommand = (cli: Cli, done: Done) => Command

/** Every command, in the order in which the help lists them. */
const COMMANDS: readonly MakeCommand[] = [
  startCommand,
  migrateCommand,
  importCommand,
  doctorCommand,
  sqlCommand,
  eventsCommand,
  accountCommand,
  rolesCommand,
  keyCommand,
  backupCommand,
  restoreCommand,
  benchCommand,
]

export function buildProgram(cli: Cli, done: Done): Command {
  const { t } = cli
  const program = new Command('ttfd')
    .description(t('cli:description'))
    .version(readVersion(), '-V, --version', t('cli:option.version'))
  for (const make of COMMANDS) program.addCommand(make(cli, done))
  localize(program, cli)
  return program
}

/** Commander's own words in the person's language, and its endings as errors instead of `process.exit`. */
function localize(command: Command, cli: Cli): void {
  const { t } = cli
  const titles = ['Usage:', 'Arguments:', 'Options:', 'Commands:', 'Global Options:']
  command
    .helpOption('-h, --help', t('cli:option.help'))
    .exitOverride()
    .configureHelp({
      styleTitle: (title) => (titles.includes(title) ? t(`cli:help.${title.split(/[ :]/)[0]}`) : title),
    })
    .configureOutput({
      writeOut: (text) => cli.out(text.trimEnd()),
      writeErr: (text) => cli.err(text.trimEnd()),
      // Told in the person's language by whoever catches the error.
      outputError: () => {},
    })
  if (command.commands.length > 0) command.helpCommand('help [command]', t('cli:command.help'))
  for (const inner of command.commands) localize(inner, cli)
}

const MISUSES: Record<string, string> = {
  'commander.unknownCommand': 'unknown_command',
  'commander.unknownOption': 'unknown_option',
  'commander.missingArgument': 'missing_argument',
  'commander.optionMissingArgument': 'option_needs_value',
  'commander.excessArguments': 'too_many_arguments',
  'commander.invalidArgument': 'invalid_argument',
  'commander.help': 'no_command',
}

/** Says in the person's language what commander found wrong. */
export function describeMisuse(t: Translate, error: CommanderError): string {
  const word = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const suggestion = /\(Did you mean ([^?]*)\?\)/.exec(error.message)?.[1]
  const said = t(`cli:misuse.${MISUSES[error.code] ?? 'other'}`, { word, message: error.message })
  return suggestion ? `${said} ${t('cli:misuse.did_you_mean', { suggestion })}` : said
}
