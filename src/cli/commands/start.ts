import { Command } from 'commander'
import { PARTS, type Part } from '../../app/parts.js'
import type { RunningApp } from '../../app/start-app.js'
import type { Config } from '../../config/config.js'
import { loadSecrets, type Secrets } from '../../config/secrets.js'
import { createLogger, type Logger } from '../../observability/logger.js'
import { type Cli, type ExitCode, GOOD, REFUSED, WrongUseError } from '../cli.js'
import { explainError, plainPart } from '../explain-error.js'
import { readConfig } from '../open-database.js'
import type { Done } from '../program.js'

const STOP_SECONDS = 5

/** `ttfd start [--only web,worker]`: runs the program until it is told to stop. */
export function startCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  return new Command('start')
    .description(t('cli:command.start'))
    .option('--only <parts>', t('cli:option.only', { parts: PARTS.join(', ') }))
    .action(async ({ only }: { only?: string }) => {
      done(await start(cli, only === undefined ? undefined : parseParts(cli, only)))
    })
}

function parseParts({ t }: Cli, text: string): Part[] {
  const names = text.split(/[\s,]+/).filter((name) => name !== '')
  const unknown = names.find((name) => !PARTS.some((part) => part === name))
  if (unknown !== undefined || names.length === 0)
    throw new WrongUseError(t('cli:misuse.unknown_part', { word: unknown ?? '', parts: PARTS.join(', ') }))
  return PARTS.filter((part) => names.includes(part))
}

async function start(cli: Cli, only: Part[] | undefined): Promise<ExitCode> {
  const config = readConfig(cli)
  const secrets = explained(cli, config, () => loadSecrets(config))
  const log = createLogger({ ...config.log, secrets: secretsOf(config, secrets) })
  const signals = catchSignals(cli)
  const release = reportStrayErrors(cli, log)
  let app: RunningApp | null = null
  try {
    // Loaded here: every other command answers half a second sooner without the bots and the website.
    const { startApp } = await import('../../app/start-app.js')
    app = await startApp({ config, secrets, log, only, print: cli.out, locale: cli.locale })
    await Promise.race([signals.stop, app.failed])
    await app.stop()
    return GOOD
  } catch (error) {
    await app?.stop()
    if (!app && only && config.database.kind === 'embedded') cli.err(cli.t('cli:start.needs_database_url'))
    throw explainError(cli.t, error, config) ?? error
  } finally {
    signals.release()
    release()
  }
}

function explained<T>(cli: Cli, config: Config, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw explainError(cli.t, error, config) ?? error
  }
}

/** The first SIGTERM or SIGINT asks for an orderly end within 5 s, also in the middle of the start; the second ends at once. */
function catchSignals(cli: Cli): { stop: Promise<void>; release: () => void } {
  let timer: NodeJS.Timeout | undefined
  let resolveStop: () => void = () => {}
  const stop = new Promise<void>((resolve) => {
    resolveStop = resolve
  })
  const onSignal = () => {
    if (timer) cli.exit(REFUSED)
    cli.out(cli.t('cli:start.stopping'))
    timer = setTimeout(() => {
      cli.err(cli.t('cli:start.stop_took_too_long', { count: STOP_SECONDS }))
      cli.exit(REFUSED)
    }, STOP_SECONDS * 1000)
    resolveStop()
  }
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  return {
    stop,
    release: () => {
      clearTimeout(timer)
      process.off('SIGTERM', onSignal)
      process.off('SIGINT', onSignal)
    },
  }
}

/** A bug that nobody caught ends the program, but not before it was logged with its secrets hidden. */
function reportStrayErrors(cli: Cli, log: Logger): () => void {
  const onError = (error: unknown) => {
    log.fatal({ err: error instanceof Error ? error : new Error(String(error)) }, 'a bug: nobody caught this')
    cli.exit(REFUSED)
  }
  process.on('uncaughtException', onError)
  process.on('unhandledRejection', onError)
  return () => {
    process.off('uncaughtException', onError)
    process.off('unhandledRejection', onError)
  }
}

function secretsOf({ telegram, discord, database, mail }: Config, own: Secrets): string[] {
  const passwords = [database.kind === 'postgres' ? database.url : null, mail.smtpUrl]
    .filter((url) => url !== null)
    .map((url) => plainPart(new URL(url).password))
  const given = [telegram.token, telegram.webhook?.secret, discord.token, discord.clientSecret]
  return [...given, ...passwords, own.sessionSecret, own.idHashKey].filter(
    (secret): secret is string => typeof secret === 'string' && secret !== '',
  )
}
