import { Command } from 'commander'
import { OTHER_BOTS, type OtherBot, SOURCES, type Source } from '../../import/records.js'
import { type Cli, type ExitCode, WrongUseError } from '../cli.js'
import type { Done } from '../program.js'
import { importReviewCommand } from './import-review.js'

type ImportOptions = Partial<Record<Source, string>> & {
  timeZone?: string
  dryRun?: boolean
  live?: boolean
  verify?: boolean
  from?: string
  mapping?: string
  trustClaims?: boolean
  report?: string
  sample?: string
  members?: string
  yes?: boolean
  json?: boolean
}

export type ImportWish = {
  mode: 'dry-run' | 'live' | 'verify'
  places: readonly { source: Source; where: string }[]
  timeZone: string
  from?: OtherBot
  mapping?: string
  trustClaims: boolean
  report: string | null
  yes: boolean
  json: boolean
}

const DEFAULT_ZONE = 'Europe/Moscow'
const SAMPLE_MEMBERS = 1_000
const SAMPLE_MEMBERS_MAX = 5_000_000

/** `ttfd import`: old stores into this database, as a trial, for good, or to compare; and `ttfd import review`. */
export function importCommand(cli: Cli, done: Done): Command {
  const { t } = cli
  const words = (name: string) => t(`import:option.${name}`)
  return new Command('import')
    .description(t('import:command'))
    .option('--telegram <store>', words('telegram'))
    .option('--discord <store>', words('discord'))
    .option('--voice <store>', words('voice'))
    .option('--website <store>', words('website'))
    .option('--time-zone <zone>', words('time_zone'), DEFAULT_ZONE)
    .option('--dry-run', words('dry_run'))
    .option('--live', words('live'))
    .option('--verify', words('verify'))
    .option('--from <bot>', words('from'))
    .option('--mapping <file>', words('mapping'))
    .option('--trust-claims', words('trust_claims'))
    .option('--report <file>', words('report'))
    .option('--sample <dir>', words('sample'))
    .option('--members <number>', words('members'), String(SAMPLE_MEMBERS))
    .option('--yes', words('yes'))
    .option('--json', t('cli:option.json'))
    .action(async (options: ImportOptions) => done(await run(cli, options)))
    .addCommand(importReviewCommand(cli, done))
}

async function run(cli: Cli, options: ImportOptions): Promise<ExitCode> {
  // Reading stores needs libraries that no other command does.
  const work = await import('./import-run.js')
  const members = membersOf(cli, options)
  if (options.sample !== undefined) return work.writeSampleStores(cli, { dir: options.sample, members })
  const wish = wishOf(cli, options)
  return wish.mode === 'verify' ? work.verifyStores(cli, wish) : work.importStores(cli, wish)
}

/** What was asked for, or WrongUseError. */
function wishOf(cli: Cli, options: ImportOptions): ImportWish {
  const wrong = (key: string, values: Record<string, unknown> = {}) =>
    new WrongUseError(cli.t(`import:misuse.${key}`, values))
  const modes = (
    [
      ['dry-run', options.dryRun],
      ['live', options.live],
      ['verify', options.verify],
    ] as const
  ).filter(([, chosen]) => chosen)
  const mode = modes[0]?.[0]
  if (!mode || modes.length > 1) throw wrong('no_mode')
  const places = SOURCES.flatMap((source) => {
    const where = options[source]
    return where === undefined ? [] : [{ source, where }]
  })
  if (places.length === 0) throw wrong('no_store')
  const { from, mapping, timeZone = DEFAULT_ZONE } = options
  if (!isZone(timeZone)) throw wrong('time_zone', { zone: timeZone })
  const bot = OTHER_BOTS.find((one) => one === from)
  if (from !== undefined && !bot) throw wrong('from', { name: from, known: OTHER_BOTS.join(', ') })
  if (bot && (places.length !== 1 || places[0]?.source !== 'discord')) throw wrong('from_needs_discord')
  if ((bot === 'generic') !== (mapping !== undefined)) throw wrong('mapping')
  return {
    mode,
    places,
    timeZone,
    ...(bot ? { from: bot } : {}),
    ...(mapping === undefined ? {} : { mapping }),
    trustClaims: options.trustClaims ?? false,
    report: options.report ?? null,
    yes: options.yes ?? false,
    json: options.json ?? false,
  }
}

function membersOf(cli: Cli, { members = String(SAMPLE_MEMBERS) }: ImportOptions): number {
  const count = /^\d{1,7}$/.test(members) ? Number(members) : 0
  if (count < 1 || count > SAMPLE_MEMBERS_MAX) throw new WrongUseError(cli.t('import:misuse.members'))
  return count
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
