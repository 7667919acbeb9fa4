import { type Locale, type Translate, translator } from '../i18n/translate.js'
import type { Io } from './io.js'
import { localeOfTerminal } from './locale.js'

/** Exit codes of every command. */
export const GOOD = 0
export const REFUSED = 1
export const WRONG_USE = 2
export type ExitCode = typeof GOOD | typeof REFUSED | typeof WRONG_USE

/** What every command gets. */
export type Cli = Io & { locale: Locale; t: Translate }

export function createCli(io: Io): Cli {
  const locale = localeOfTerminal(io.env)
  return { ...io, locale, t: translator(locale) }
}

/** The command was used wrongly: exit code 2. `message` is for people. */
export class WrongUseError extends Error {
  override name = 'WrongUseError'
}

/** The command will not do it: exit code 1, with the way out. Both are for people, in their language. */
export class RefusedError extends Error {
  override name = 'RefusedError'
  constructor(
    readonly code: string,
    message: string,
    readonly mend: string | null,
  ) {
    super(message)
  }
}

/** Prints a machine's answer. */
export function printJson(cli: Cli, value: unknown): void {
  cli.out(JSON.stringify(value, null, 2))
}
