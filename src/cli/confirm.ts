import { type Cli, RefusedError } from './cli.js'

const YES = new Set(['y', 'yes', 'д', 'да'])

/**
 * Asks before something that cannot be taken back lightly. A piped answer counts too; without anybody to ask the
 * command is refused, saying that `--yes` goes without asking. False: the answer was no, and that was said.
 */
export async function confirm(
  cli: Cli,
  question: string,
  { yes = false }: { yes?: boolean },
): Promise<boolean> {
  if (yes) return true
  const asked = cli.t('merging:cli.ask', { question })
  const answer = cli.ask ? await cli.ask(asked) : await cli.input()
  if (answer === null || (!cli.ask && answer.trim() === '')) {
    throw new RefusedError('needs_yes', cli.t('merging:cli.needs_yes'), null)
  }
  if (YES.has(answer.trim().toLowerCase())) return true
  cli.err(cli.t('merging:cli.refused_by_you'))
  return false
}
