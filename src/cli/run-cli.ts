import { CommanderError } from 'commander'
import { describeProblem } from '../config/problems.js'
import { plainError } from '../observability/plain-error.js'
import { prettyLine } from '../observability/pretty-line.js'
import { createRedactor, redactValue } from '../observability/redact.js'
import {
  type Cli,
  createCli,
  type ExitCode,
  GOOD,
  printJson,
  REFUSED,
  RefusedError,
  WRONG_USE,
  WrongUseError,
} from './cli.js'
import type { Io } from './io.js'
import { ConfigError } from './open-database.js'
import { buildProgram, describeMisuse } from './program.js'

/** Runs one `ttfd` command and returns its exit code: 0 good, 1 finding or refused, 2 wrong use. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  const cli = createCli(io)
  const json = args.includes('--json')
  let code: ExitCode = GOOD
  const program = buildProgram(cli, (result) => {
    code = result
  })
  try {
    await program.parseAsync(args.map(notAnOption), { from: 'user' })
    return code
  } catch (error) {
    return report(cli, error, json)
  }
}

/** A statement may begin with a comment (`-- Check the events`), which is no option: a blank before it says so. */
function notAnOption(arg: string): string {
  return /^--(?:\s|[^\n]*\n)/.test(arg) ? ` ${arg}` : arg
}

function report(cli: Cli, error: unknown, json: boolean): ExitCode {
  const { t } = cli
  if (error instanceof CommanderError) {
    // Help and version were asked for and have been printed.
    if (error.exitCode === 0) return GOOD
    return say(cli, json, WRONG_USE, 'wrong_use', describeMisuse(t, error), 'ttfd help')
  }
  if (error instanceof WrongUseError)
    return say(cli, json, WRONG_USE, 'wrong_use', error.message, 'ttfd help')
  if (error instanceof RefusedError) return say(cli, json, REFUSED, error.code, error.message, error.mend)
  if (error instanceof ConfigError) return reportConfig(cli, error, json)
  const redact = createRedactor()
  const err = redactValue(plainError(error instanceof Error ? error : new Error(String(error))), redact)
  const entry = { level: 'error', levelNumber: 50, time: '', msg: t('cli:unexpected'), err }
  const line = prettyLine(entry, { colours: false, time: false })
  return say(cli, json, REFUSED, 'unexpected', line, null)
}

function reportConfig(cli: Cli, { problems }: ConfigError, json: boolean): ExitCode {
  const { t } = cli
  const listed = problems.map((problem) => ({ variable: problem.variable, ...describeProblem(t, problem) }))
  if (json) {
    printJson(cli, { error: { code: 'configuration', problems: listed } })
    return REFUSED
  }
  cli.err(t('config:heading', { count: problems.length }))
  for (const problem of listed) cli.err(`  ${t('config:line', problem)}`)
  cli.err(t('config:where'))
  return REFUSED
}

function say(
  cli: Cli,
  json: boolean,
  exit: ExitCode,
  code: string,
  message: string,
  mend: string | null,
): ExitCode {
  if (json) {
    printJson(cli, { error: { code, message, mend } })
    return exit
  }
  cli.err(message)
  if (mend) cli.err(cli.t(exit === WRONG_USE ? 'cli:see_help' : 'cli:mend', { mend }))
  return exit
}
